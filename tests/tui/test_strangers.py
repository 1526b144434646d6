"""The explorer on a store of strangers' files: it lists, selects and refuses, and lives."""

import json
import os
import shutil

import pytest

from grokscope.tui.runs.folding import NOTHING
from grokscope.tui.screenshots import until
from tests.store.inspection.hostile import HOSTILE, external, make
from tests.tui.conftest import begin, record

STEERING = "[bold red]loud[/] \x1b[31mred\x07 \x9b5m [@click=app.quit]leave[/] [/x] \u202eback"
CASES = [
    "external raw storage",
    "virtual dataset",
    "soft link to itself",
    "cycle of hard links",
    "10^12 values never written",
    "unknown filter",
    "superblock of version 99",
    "1,000 bytes of a file",
    "garbage",
    "pipe",
    "directory",
    "symbolic link",
]


def steering(store):
    """Make a run in which every text steers a terminal, or is markup."""
    writer = begin(store, "steering-s0", 10.0)
    record(writer, 5, 9, until=20)
    writer.finish("finished")
    path = store / "steering-s0" / "summary.json"
    told = json.loads(path.read_text())
    for name in ("name", "title", "reason", "task", "model", "time_unit"):
        told[name] = STEERING
    told["config"] = {"task.name": STEERING, STEERING: STEERING}
    told["metrics"] = {STEERING: [1, 0, 2], **told["metrics"]}
    told["moments"] = {STEERING: [1, 1.0]}
    path.write_text(json.dumps(told))

    def build(file):
        steps, group = list(range(20)), file.create_group("metrics")
        for name in ("step", "epoch", "wall_time", "test_accuracy", STEERING.replace("/", ".")):
            group[name] = steps if name == "step" else [float(step) for step in steps]
            group[name].attrs.update({"long_name": STEERING, "units": STEERING})
        file.attrs["config"] = json.dumps({"task": {"name": STEERING}, STEERING: STEERING})

    (path.parent / "run.h5").unlink()
    make(path.parent / "run.h5", build)


@pytest.fixture
def strangers(tmp_path):
    store = tmp_path / "store"
    store.mkdir()
    steering(store)
    told = (store / "steering-s0" / "summary.json").read_text()
    for number, case in enumerate(CASES):
        run = store / f"hostile-{number}"
        run.mkdir()
        HOSTILE[case][0](run / "run.h5")
        (run / "summary.json").write_text(told)
    bad = {
        "deep": "[" * 100_000,
        "vast": '{"step": 1' + "0" * 10_000 + "}",
        "nan": '{"step": NaN}',
        "list": "[]",
        "long": " " * (5 << 20),
    }
    for name, text in bad.items():
        (store / f"json-{name}").mkdir()
        (store / f"json-{name}" / "summary.json").write_text(text)
    for name in ("summary.json", "lock.json"):
        shutil.copytree(store / "hostile-0", store / f"pipe-{name}")
        (store / f"pipe-{name}" / name).unlink(missing_ok=True)
        os.mkfifo(store / f"pipe-{name}" / name)
    (store / "live-pipe" / "live").mkdir(parents=True)
    os.mkfifo(store / "live-pipe" / "live" / "metrics.wal")
    shutil.copy(store / "steering-s0" / "run.h5", store / "live-pipe")
    (store / "live-pipe" / "summary.json").write_text(told.replace('"finished"', '"running"'))
    (store / "away").symlink_to(tmp_path)
    external(store / "hostile-0" / "analysis.h5")
    return store


def drawn(app):
    """Return all text on the screen, and the sequences it is drawn with."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


async def test_the_explorer_lists_and_selects_strangers_runs_and_lives(strangers, opened):
    async with opened(strangers, size=(120, 40)) as (app, pilot):
        ids = [run.id for run in app.session.runs]
        assert len(ids) == len(CASES) + 3
        assert "away" not in {*ids, *app.session.broken}
        assert {name for name in app.session.broken if name.startswith("json-")} == {
            "json-deep", "json-vast", "json-nan", "json-list", "json-long",
        }  # fmt: skip
        app.session.listing.fold = NOTHING
        app.screen.redraw()
        problems = {}
        for _ in ids:
            await until(pilot, lambda: app.session.selected in app.session.books)
            problems[app.session.selected] = app.session.books[app.session.selected].problem
            assert all(c.isprintable() for c in drawn(app).replace("\n", ""))
            await pilot.press("down")
        assert set(problems) == set(ids)
        for number, case in enumerate(CASES):
            assert f"hostile-{number}/run.h5" in problems[f"hostile-{number}"], case
        assert "no plain file" in problems["live-pipe"]
        assert not problems["steering-s0"]
        pages = (["enter"], ["escape", "w"], ["escape", "home", "space", "down", "c"], ["escape"])
        for keys in pages:
            await pilot.press(*keys)
            assert all(c.isprintable() for c in drawn(app).replace("\n", ""))
        assert app.is_running


async def test_markup_in_names_is_shown_as_it_stands(strangers, opened):
    async with opened(strangers, size=(160, 45), run="steering-s0") as (app, _):
        assert "[bold red]loud[/] ·[31mred· ·5m" in drawn(app)
