"""A list of many runs is filtered by a thread, and by what was typed last."""

import threading

import pytest
from textual.events import Key

from grokscope.store.query.selection import Query
from grokscope.tui.screenshots import until
from grokscope.tui.widgets.filterline import FilterLine


@pytest.fixture
def selecting(monkeypatch):
    """Every list is one of many runs; whether each query was answered on the screen's thread."""
    monkeypatch.setattr("grokscope.tui.sweeps.sweep.MANY", 1)
    found, select = [], Query.select

    def spy(query, runs, **how):
        found.append((query.text, threading.current_thread() is threading.main_thread()))
        return select(query, runs, **how)

    monkeypatch.setattr(Query, "select", spy)
    return found


async def test_many_runs_are_filtered_by_a_thread_and_the_screen_takes_what_it_found(
    pair, opened, selecting
):
    async with opened(pair) as (app, pilot):
        await pilot.press("slash", *"init_scale-1>0", "enter")
        await until(pilot, lambda: not app.screen.query_one(FilterLine).display)
        assert [run.id for run in app.session.shown] == ["modadd-grok-s0"]
        assert ("init_scale-1>0", False) in selecting
        assert not [text for text, on_screen in selecting if on_screen]


async def test_a_filter_that_is_left_within_the_pause_after_a_letter_stays_left(
    pair, opened, selecting, monkeypatch
):
    monkeypatch.setattr("grokscope.tui.pages.filtering.PAUSE", 0.05)
    async with opened(pair) as (app, pilot):
        await pilot.press("slash", *"steady", "escape")
        await pilot.pause(0.1)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert (app.session.filter, len(app.session.shown)) == ("", 2)
        assert not app.screen.query_one(FilterLine).display


async def test_a_filter_is_left_though_the_pause_after_its_last_letter_is_over(
    pair, opened, selecting, monkeypatch
):
    monkeypatch.setattr("grokscope.tui.pages.filtering.PAUSE", 60)
    async with opened(pair) as (app, pilot):
        await pilot.press("slash", *"steady")
        due = app.screen._typing._callback
        await pilot.press("escape")
        due()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.session.filter == ""


async def test_a_key_right_behind_enter_is_not_of_the_filter(pair, opened):
    async with opened(pair) as (app, pilot):
        await pilot.press("slash", *"stead")
        for key, character in (("y", "y"), ("enter", "\r"), ("F", "F")):
            app.post_message(Key(key, character))
        await until(pilot, lambda: not app.screen.query_one(FilterLine).display)
        assert app.session.typed == "steady"


async def test_a_query_that_is_wrong_stays_to_be_mended_where_runs_are_many(
    pair, opened, selecting, screen
):
    async with opened(pair) as (app, pilot):
        await pilot.press("slash", *"regime=grokkin9", "enter")
        await until(pilot, lambda: "never" in screen(app)[-1])
        assert app.screen.query_one(FilterLine).display
