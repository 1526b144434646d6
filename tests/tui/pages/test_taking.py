"""What stands behind each kind of screen."""

import csv
import io
from dataclasses import replace
from xml.etree import ElementTree

import pytest
import xarray as xr

from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.studies import write_table
from grokscope.tui.away.writing import FORMATS, write
from grokscope.tui.pages.taking import run_rows
from grokscope.tui.screenshots import until
from tests.tui import films
from tests.tui.conftest import ready
from tests.tui.studies.test_claims import CLAIM, TABLE

PAIR = ("modadd-grok-s0", "modadd-steady-s0")


def names(taken):
    return [path.name for path in taken.runs]


async def test_a_run_is_taken_with_its_curves(pair, opened):
    async with opened(pair, size=(100, 40), run=PAIR[0]) as (app, _):
        taken = app.screen.taken()
        assert (taken.name, names(taken)) == (PAIR[0], [PAIR[0]])
        assert '"test_accuracy"' in taken.code
        assert next(iter(taken.rows())) == ("run", "quantity", "curve", "step", "epoch", "value")
        assert "t_test 58" in taken.text
        assert "quit" not in taken.text
        panels = len(app.screen.plots.frames())
        assert len(app.screen.scene().keys) == panels > 1


async def test_before_the_curves_are_read_nothing_is_yanked(pair, opened, screen):
    async with opened(pair, run=PAIR[0]) as (app, pilot):
        app.session.books.clear()
        app.screen.action_yank()
        await pilot.pause()
        assert "y once more" in screen(app)[-1]


@pytest.mark.parametrize(
    ("keys", "beside", "related"), [("", True, False), ("o", False, False), ("r", False, True)]
)
async def test_compared_runs_are_taken_as_they_stand(pair, opened, keys, beside, related):
    async with opened(pair, compare=PAIR) as (app, pilot):
        await ready(app, pilot, PAIR)
        await pilot.press(*keys)
        scene = app.screen.scene()
        assert (scene.beside, scene.related) == (beside, related)
        assert app.screen.taken().name == "-".join(PAIR)
        compile(app.screen.taken().code, "yanked", "exec")


async def test_the_list_is_taken_with_all_its_runs(pair, opened):
    async with opened(pair) as (app, _):
        taken = app.screen.taken()
        assert (taken.name, sorted(names(taken))) == ("runs", list(PAIR))
        assert "open_runs" in taken.code
        app.session.refilter("nothing_at_all")
        assert app.screen.taken().code == ""


async def test_a_sweep_is_taken_by_its_keys(pair, opened):
    async with opened(pair) as (app, pilot):
        await pilot.press("P")
        await pilot.pause()
        taken = app.screen.taken()
        assert taken.name == "phase"
        assert 'row, column = "", "init_scale"' in taken.code
        await pilot.press("b")
        assert "runs[column], runs[value]" in app.screen.taken().code
        assert len(list(app.screen.taken().rows())) == 3
        await pilot.press("i")
        taken = app.screen.taken()
        assert "rank_eta" in taken.code
        assert [row[0] for row in taken.rows()][:2] == ["key", "model.init_scale"]


async def test_a_metric_that_a_sweep_shows_is_in_its_rows(pair, opened):
    async with opened(pair) as (app, pilot):
        await pilot.press("P")
        app.session.sweep.shows = "weight_norm"
        header, *rows = app.screen.taken().rows()
        assert all(row[header.index("weight_norm")] > 60 for row in rows)


async def test_a_study_is_taken_with_the_runs_behind_the_claim(own, pair, opened):
    write_table(own, "tiny.quick", TABLE | {"claims": [CLAIM | {"runs": [PAIR[0], "gone"]}]})
    async with opened(own) as (app, pilot):
        await pilot.press("S")
        await until(pilot, lambda: app.session.shelf.read)
        taken = app.screen.taken()
        assert (taken.name, names(taken)) == ("tiny.quick", [PAIR[0]])
        assert "json.load" in taken.code
        header, *rows = taken.rows()
        values = [row[header.index("value")] for row in rows]
        assert values[:2] == [1.9, 2]
        assert len(rows) == 4
    async with opened(pair) as (app, pilot):
        await pilot.press("S")
        await until(pilot, lambda: app.session.shelf.read)
        assert app.screen.taken().code == ""


async def test_checkpoints_are_taken_with_the_values_that_are_seen(seen):
    async with seen() as (app, _):
        app.screen._go(3, 1)
        await films.settled(app, _)
        taken = app.screen.taken()
        header, *rows = taken.rows()
        assert header == ("run", "measure", "step", "epoch", "place", "value")
        power = [row for row in rows if row[1] == "frequency_power.output"]
        assert {row[3] for row in power} == {30.0}
        assert [row[4] for row in power] == [f"frequency={k:.1f}" for k in range(7)]
        assert sum(row[5] for row in power) == pytest.approx(1)
        assert taken.name == f"through-{films.BOTH[0]}"


WAYS = {
    "runs": "", "run": "enter", "compare": "c", "through": "enter t", "phase": "P",
    "scan": "P b", "association": "P i", "studies": "S",
}  # fmt: skip
"""Keys that lead to each screen that data stands behind."""
BLOCKED = ("textual", "click", "torch", "rich", "plotext")


@pytest.mark.slow
@pytest.mark.parametrize("name", WAYS)
async def test_every_screen_is_written_in_every_format_and_read_again(
    name, film, opened, tmp_path, monkeypatch
):
    plt = pytest.importorskip("matplotlib.pyplot")
    write_table(film, "tiny.quick", TABLE | {"claims": [CLAIM | {"runs": list(PAIR)}]})
    async with opened(film, size=(120, 40)) as (app, pilot):
        app.session.marks = dict(zip("AB", PAIR, strict=True))
        for key in WAYS[name].split():
            await pilot.press(key)
            await pilot.pause()
            if key == "t":
                await films.settled(app, pilot)
        await until(pilot, lambda: name != "studies" or app.session.shelf.read)
        await until(pilot, lambda: name not in ("run", "compare") or app.screen.scene())
        taken = app.screen.taken()
    # what does not say that it needs grokscope runs where there is none
    blocked = BLOCKED + ("grokscope",) * ("import grokscope" not in taken.code)
    head = f"import sys\nsys.modules.update(dict.fromkeys({blocked!r}))\n"
    taken = replace(taken, code=head + taken.code)
    for suffix in FORMATS:
        write(taken, tmp_path / f"a{suffix}")
    assert (tmp_path / "a.txt").read_text() == taken.text
    assert ElementTree.parse(tmp_path / "a.svg").getroot().tag.endswith("svg")
    assert plt.imread(tmp_path / "a.png").std() > 0.01
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    rows = list(csv.reader((tmp_path / "a.csv").read_text().splitlines()))
    assert {len(row) for row in rows} == {len(rows[0])}
    assert len(rows) > 1
    with xr.open_datatree(tmp_path / "a.nc") as tree:
        groups = set(tree.children)
        assert groups == set(names(taken)) or "metrics" in groups


async def test_text_is_taken_whole(pair, opened):
    async with opened(pair, size=(80, 12)) as (app, pilot):
        await pilot.press("question_mark")
        taken = app.screen.taken()
        assert taken.code == ""
        assert len(taken.lines) > 30


def test_runs_are_rows_with_outcome_and_settings(pair):
    runs = Catalogue(pair).refresh()
    out = io.StringIO()
    csv.writer(out).writerows(run_rows(runs, ["model.init_scale", "seed.root"]))
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(out.getvalue()))}
    assert rows[PAIR[0]]["regime"] == "grokking"
    assert float(rows[PAIR[0]]["t_test"]) == 58
    assert float(rows[PAIR[0]]["model.init_scale"]) == 10
    assert "seed.root" not in rows[PAIR[0]]
