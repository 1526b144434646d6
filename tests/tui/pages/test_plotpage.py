"""What screens with panels share: the cursor in time, axes, the order of quantities."""

from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from grokscope.tui.pages.plotpage import Wanted
from tests.tui.conftest import SPEED

GROKS = "modadd-grok-s0"


@pytest.fixture
def shown(pair, opened, read):
    """Open the page of the run that groks, its curves read."""

    @asynccontextmanager
    async def page():
        async with opened(pair, size=(100, 40), run=GROKS) as (app, pilot):
            await read(app, pilot)
            yield app, pilot

    return page


async def test_the_cursor_goes_by_evaluations_and_stops_at_both_ends(shown, screen):
    async with shown() as (app, pilot):
        page = app.screen
        page.point(200.0)
        page.action_sample(-1)
        assert page.cursor == 199
        page.action_sample(1)
        assert page.cursor == 200
        page.action_sample(1)
        await pilot.pause()
        assert page.cursor == 200
        assert "no evaluation further on" in screen(app)[-1]
        page.point(0.0)
        page.action_sample(-1)
        await pilot.pause()
        assert page.cursor == 0
        assert "no evaluation before" in screen(app)[-1]


async def test_the_cursor_goes_from_event_to_event(shown):
    async with shown() as (app, _pilot):
        page = app.screen
        page.point(0.0)
        places = []
        for _ in range(12):
            page.action_event(1)
            places.append(page.cursor)
        met = sorted(set(places))
        assert places[: len(met)] == met
        # t_train and t_test
        assert {14, 58} <= {round(place) for place in met}
        page.action_event(-1)
        assert page.cursor == met[-2]


async def test_a_column_is_at_least_one_evaluation(shown):
    async with shown() as (app, _pilot):
        page = app.screen
        for start in (5.0, 150.0):
            page.point(start)
            page.action_column(1)
            assert page.cursor >= start + 1
            reached = page.cursor
            page.action_column(-1)
            assert page.cursor <= reached - 1
        page.point(200.0)
        page.action_column(1)
        assert page.cursor == 200


async def test_axes_are_turned_and_turned_back(shown):
    async with shown() as (app, _pilot):
        page = app.screen
        before = app.session.view
        page.action_toggle_x()
        assert app.session.view == replace(before, log_x=not before.log_x)
        page.action_toggle_x()
        page.action_toggle_y()
        assert app.session.view != before
        page.action_toggle_y()
        assert app.session.view.log_x == before.log_x


async def test_the_next_quantity_comes_below_the_accuracy_and_all_of_them_in_turn(shown):
    async with shown() as (app, _pilot):
        page = app.screen
        rest = page.keys()[1:]
        seen = []
        for _ in rest:
            seen.append(page.keys()[1])
            page.action_measure()
        assert sorted(seen) == sorted(rest)
        assert SPEED in seen


async def test_curves_that_are_out_of_date_are_asked_for(shown, monkeypatch):
    async with shown() as (app, _pilot):
        page, asked = app.screen, []
        with monkeypatch.context() as patch:
            patch.setattr(page, "post_message", asked.append)
            page.ask()
            assert asked == []
            del app.session.books[GROKS]
            page.ask()
        assert [(type(each), each.run.id) for each in asked] == [(Wanted, GROKS)]


async def test_a_mark_is_put_and_taken_away(shown, screen):
    async with shown() as (app, pilot):
        page, session = app.screen, app.session
        session.marks.clear()
        session.selected = GROKS
        page.action_mark()
        assert session.marks == {"A": GROKS}
        await pilot.pause()
        assert "marked A" in screen(app)[-1]
        page.action_mark()
        assert session.marks == {}
        session.selected = "none"
        page.action_mark()
        await pilot.pause()
        assert "no run to mark" in screen(app)[-1]
