"""Every screen of the explorer on one store, and the way to each from the list of runs."""

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.studies import write_table
from grokscope.tui.acts.processes import Answer
from grokscope.tui.app import Explorer
from grokscope.tui.pages.looking import Looking
from grokscope.tui.screenshots import until
from tests.tui.conftest import begin, painted, ready, record, text_of
from tests.tui.films import BOTH, filmed
from tests.tui.studies.test_claims import CLAIM, TABLE

NOON = 1.7e9
"""When it is in the gallery."""


@dataclass(frozen=True)
class Way:
    """How a screen is reached from the list, and a word on it that tells that all was read."""

    keys: str
    shows: str


WAYS = {
    "runs": Way("", "t_train"),
    "run": Way("enter", "t_test 58"),
    "compare": Way("c", "came to:"),
    "through": Way("t", "Frequency power"),
    "measures": Way("M", "panel 4"),
    "shots": Way("t M", "along checkpoints"),
    "columns": Way("C", "as many as fit"),
    "why": Way("w", "rule `ceiling`"),
    "launch": Way("R", "1 run: 1 to train"),
    "write": Way("W", "runs.txt"),
    "compute": Way("enter A", "stored  Fisher speed"),
    "phase": Way("P", "init_scale"),
    "scan": Way("P b", "init_scale"),
    "association": Way("P i", "init_scale"),
    "log": Way("e", "finished at"),
    "studies": Way("S", "onset"),
    "help": Way("question_mark", "keys here"),
    "views": Way("v", "views"),
    "palette": Way("colon", "open the run under"),
}
"""By name; a screen without a line here fails the tests of all."""

PRESETS = [
    {"preset": "modadd-grok", "title": "modular addition, groks"},
    {"preset": "modadd-steady", "title": "modular addition, learns steadily"},
]
PLAN = {
    "runs": 1, "train": 1, "resume": 0, "reuse": 0, "live": 0, "seconds": 12.0, "bytes": 1e6,
    "source": "as fast as modadd-grok-s0",
    "plan": [{"id": "modadd-grok-s0-1b2c3d", "action": "train"}],
}  # fmt: skip
MEASURES = {
    "weight_norm": ("L2 norm of all parameters", {}),
    "fisher_speed": ("Fisher speed", {"score": "output", "metric": "diagonal", "lag": 1}),
    "gini": ("Gini coefficient of absolute weights", {}),
}


def write_gallery(pair, store):
    """The pair with measures along checkpoints, a seed that failed, and a study's table."""
    filmed(pair, store)
    writer = begin(store, "modadd-grok-s1", 10.0, seed=1)
    record(writer, 13, 400, until=90)
    writer.finish("failed", "loss became NaN at step 12600")
    behind = CLAIM | {"name": "behind", "verdict": "reproduced", "runs": [*BOTH, "gone"]}
    write_table(store, "tiny.quick", TABLE | {"claims": [CLAIM, behind]})
    return store


async def answer(words, store):
    """What `grokscope WORDS` would print."""
    if words[0] == "presets":
        return Answer(0, json.dumps({"task": {"p": 113}} if len(words) > 2 else PRESETS), "")
    if words[0] == "measures":
        rest = {"units": "1", "source": "arXiv:2502.01739, eq. 4", "reads": "weights"}
        rows = [
            {"measure": name, "long_name": title, "parameters": parameters, **rest}
            for name, (title, parameters) in MEASURES.items()
        ]
        return Answer(0, json.dumps(rows), "")
    return Answer(0, json.dumps(PLAN) if "--dry-run" in words else 'name = "modadd"\n', "")


@pytest.fixture(scope="session")
def gallery(pair, tmp_path_factory):
    """The directory in which the store lies as `store`."""
    return write_gallery(pair, tmp_path_factory.mktemp("gallery") / "store").parent


@pytest.fixture
def entered(gallery, monkeypatch):
    """Opens the explorer on the gallery: `async with entered(size) as (app, pilot)`.

    Times, paths and what commands would print are the same whenever and wherever it is.
    """
    refresh, noon = Catalogue.refresh, SimpleNamespace(time=lambda: NOON)

    def pinned(catalogue):
        then = {"created": NOON - 7200, "heartbeat": NOON - 60, "rate": 12.0, "disk_bytes": 2**20}
        return [replace(run, **then) for run in refresh(catalogue)]

    monkeypatch.chdir(gallery)
    monkeypatch.setattr("os.getcwd", lambda: "/home/me/lab")
    monkeypatch.setattr(Catalogue, "refresh", pinned)
    monkeypatch.setattr("grokscope.tui.runs.recorded.time", noon)
    monkeypatch.setattr("grokscope.tui.runs.columns.time", noon)
    monkeypatch.setattr("grokscope.tui.acts.processes.answer", answer)
    monkeypatch.setattr("grokscope.tui.acts.launching.answer", answer)
    monkeypatch.setattr("grokscope.tui.screens.launch.PAUSE", 0.01)

    @asynccontextmanager
    async def enter(size, **options):
        app = Explorer(Path("store"), **options)
        async with app.run_test(size=size) as pilot:
            await ready(app, pilot)
            yield app, pilot

    return enter


async def visit(app, pilot, name):
    """Go to a screen by its keys, from wherever the explorer stands."""
    session = app.session
    while len(app.screen_stack) > 2:
        app.pop_screen()
    session.selected = BOTH[0]
    session.marks = dict(zip("AB", BOTH, strict=True))
    app.screen.redraw()
    for key in WAYS[name].keys.split():
        await pilot.press(key)
        if key == "t":
            await drawn(app, pilot, "through")
    await drawn(app, pilot, name)


async def drawn(app, pilot, name):
    """Wait until all that a screen shows was read and drawn."""
    page = app.screen
    if isinstance(page, Looking):
        await until(pilot, lambda: all(one.book is not None for one in page.shown()))
    if name == "through":
        await until(pilot, lambda: page.stage() is not None)
        await until(pilot, lambda: page.settled)
    await until(pilot, lambda: painted(app))
    try:
        await until(pilot, lambda: any(WAYS[name].shows in line for line in text_of(app)))
    except TimeoutError as late:
        lines = "\n".join(text_of(app))
        raise AssertionError(f"{name}: {WAYS[name].shows!r} is not in\n{lines}") from late
    await pilot.pause()
