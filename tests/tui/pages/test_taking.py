"""What stands behind each kind of screen."""

import csv
import io

import pytest

from grokscope.store.listing.catalogue import Catalogue
from grokscope.tui.pages.taking import run_rows
from tests.tui.conftest import ready

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
        assert 'groupby(["init_scale"])' in taken.code
        compile(taken.code, "yanked", "exec")


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
