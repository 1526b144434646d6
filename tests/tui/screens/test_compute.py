"""Computing measures from the explorer; what would be started is seen, not run."""

import asyncio
import json

import pytest

from grokscope.tui.acts.processes import Answer
from grokscope.tui.pages.page import Page
from grokscope.tui.screenshots import until
from grokscope.tui.widgets.line import Line

PAIR = ("modadd-grok-s0", "modadd-steady-s0")
SPEED = "fisher_speed.output.diagonal.test.f1.n256.s0"


MEASURES = {
    "weight_norm": ("L2 norm of all parameters", {}),
    "fisher_speed": ("Fisher speed", {"score": "output", "lag": 1}),
    "fisher_lagged_cosine": ("Fisher cosine, steps far apart", {"lag": 10}),
    "euclidean_lagged_cosine": ("Euclidean cosine, steps far apart", {"lag": 10}),
    "gini": ("Gini coefficient of absolute weights", {}),
}


BEGIN = Page.begin


class Pending:
    """A process that does not end while one looks."""

    words = ("measure",)

    async def ended(self):
        await asyncio.Event().wait()


@pytest.fixture
def begun(monkeypatch):
    """Gathers what would be started; measures are listed without a process."""
    words = []

    async def answer(line, store):
        assert line == ["measures", "--json"]
        rest = {"units": "1", "source": "arXiv:2502.01739", "reads": "weights"}
        rows = [
            {"measure": name, "long_name": title, "parameters": parameters, **rest}
            for name, (title, parameters) in MEASURES.items()
        ]
        return Answer(0, json.dumps(rows), "")

    monkeypatch.setattr("grokscope.tui.acts.processes.answer", answer)
    monkeypatch.setattr(
        "grokscope.tui.pages.page.Page.begin", lambda page, line, doing: words.append((line, doing))
    )
    return words


async def fill(app, pilot, text):
    app.screen.query_one(Line).value = text
    await pilot.pause()


async def listed(app, pilot, screen):
    await pilot.press("A")
    await until(pilot, lambda: any("fisher_speed" in line for line in screen(app)))
    await until(pilot, lambda: any("stored  Fisher speed" in line for line in screen(app)))


async def test_a_measure_is_chosen_by_words_and_computed_with_its_parameters(
    pair, opened, screen, begun
):
    async with opened(pair, run=PAIR[0]) as (app, pilot):
        await listed(app, pilot, screen)
        await fill(app, pilot, "fisher_s")
        assert any(line.startswith("▌fisher_speed") for line in screen(app))
        assert any(f"stored: {SPEED}" in line for line in screen(app))
        await fill(app, pilot, "fisher_s score=model")
        assert any("fisher_speed --set score=model" in line for line in screen(app))
        await pilot.press("enter")
        assert begun == [
            (
                ["measure", PAIR[0], "fisher_speed", "--set", "score=model"],
                "computing fisher_speed",
            )
        ]
        assert app.screen is app.get_screen("run")


async def test_both_compared_runs_are_measured(pair, opened, screen, begun):
    async with opened(pair, compare=PAIR) as (app, pilot):
        await listed(app, pilot, screen)
        await pilot.press("down", "enter")
        assert begun[0][0] == ["measure", *PAIR, "fisher_speed"]


async def test_the_choice_stays_while_the_list_narrows(pair, opened, screen, begun):
    async with opened(pair) as (app, pilot):
        await listed(app, pilot, screen)
        await fill(app, pilot, "cosine")
        await pilot.press("down")
        for text in ("cosine lagged", "euclidean", ""):
            await fill(app, pilot, text)
            assert any(line.startswith("▌euclidean_lagged_cosine") for line in screen(app))
        await fill(app, pilot, "nothing")
        assert any("no measure fits" in line for line in screen(app))
        await pilot.press("enter")
        assert "no measure is chosen" in screen(app)[-1]
        assert begun == []


async def test_without_a_run_nothing_is_computed(tmp_path, opened, screen, begun):
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("A")
        await until(pilot, lambda: any("fisher_speed" in line for line in screen(app)))
        await pilot.press("enter")
        assert "no run to compute it of" in screen(app)[-1]
        assert begun == []


async def test_the_runs_of_a_row_are_measured_together(demo, opened, screen, begun):
    async with opened(demo) as (app, pilot):
        listing = app.session.listing
        row = next(row for row in listing.rows if len(row.runs) == 3)
        listing.put(app.session, listing.rows.index(row))
        await pilot.press("A")
        await until(pilot, lambda: any("weight_norm" in line for line in screen(app)))
        await fill(app, pilot, "gini")
        await pilot.press("enter")
        assert begun[0][0] == ["measure", *(run.id for run in row.runs), "gini"]


async def test_that_it_is_computed_is_told_where_one_comes_back_to(
    pair, opened, screen, begun, monkeypatch
):
    monkeypatch.setattr(Page, "begin", BEGIN)
    monkeypatch.setattr("grokscope.tui.acts.processes.start", lambda words, store: Pending())
    async with opened(pair) as (app, pilot):
        await listed(app, pilot, screen)
        await pilot.press("down", "enter")
        assert app.screen is app.get_screen("runs")
        assert "computing fisher_speed …" in screen(app)[-1]
