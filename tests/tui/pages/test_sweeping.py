"""What is made of many runs is made in a thread, once, and the page stays as it is until then."""

import threading

import pytest

from grokscope import pivot
from grokscope.errors import Unreadable
from grokscope.tui.screenshots import until
from grokscope.tui.sweeps.sweep import Table
from tests.tui.swept import swept

__all__ = ["swept"]


@pytest.fixture
def many(monkeypatch):
    """Every run counts as many; the threads that computed, and with which quantities."""
    monkeypatch.setattr("grokscope.tui.sweeps.sweep.MANY", 1)
    computed, ready = [], Table.ready

    def spy(table, *names):
        computed.append((threading.current_thread() is threading.main_thread(), names[0]))
        return ready(table, *names)

    monkeypatch.setattr(Table, "ready", spy)
    return computed


def drawn(heading):
    """Whether a heading is that of a sweep, with its runs."""
    return heading.endswith("24 runs") and not heading.startswith(" grokscope")


@pytest.mark.parametrize("keys", ["P", "P b", "P i"])
async def test_a_sweep_of_many_runs_is_computed_in_a_thread_and_drawn(
    many, swept, opened, screen, keys
):
    async with opened(swept) as (app, pilot):
        for key in keys.split():
            await pilot.press(key)
            await until(pilot, lambda: drawn(screen(app)[0]))
        assert set(many) == {(False, "regime")}


async def test_a_ranking_of_many_runs_is_made_by_a_thread(many, swept, opened, screen, monkeypatch):
    made, links = [], pivot.links

    def spy(*told):
        made.append(threading.current_thread() is threading.main_thread())
        return links(*told)

    monkeypatch.setattr(pivot, "links", spy)
    async with opened(swept) as (app, pilot):
        for keys in ("P", "i", "m"):
            await pilot.press(keys)
            await until(pilot, lambda: drawn(screen(app)[0]) and not app.screen._computing)
        assert made == [False, False]


async def test_a_quantity_that_no_listing_holds_is_computed_once_for_all(
    many, swept, opened, screen
):
    async with opened(swept) as (app, pilot):
        await pilot.press("P")
        await until(pilot, lambda: drawn(screen(app)[0]))
        while app.session.sweep.shows != "weight_norm":
            await pilot.press("m")
        await until(pilot, lambda: not app.screen._computing and len(many) > 1)
        assert any("weight norm" in line for line in screen(app)[:-1])
        await pilot.press("l", "h", "F")
        assert many == [(False, "regime"), (False, "weight_norm")]


@pytest.mark.parametrize("kind", [Unreadable, ValueError])
async def test_runs_that_cannot_be_read_are_told_in_the_footer(
    swept, opened, screen, monkeypatch, kind
):
    def refuse(table, *names):
        raise kind("the index is damaged")

    monkeypatch.setattr("grokscope.tui.sweeps.sweep.MANY", 1)
    monkeypatch.setattr(Table, "ready", refuse)
    async with opened(swept) as (app, pilot):
        await pilot.press("P")
        await until(pilot, lambda: "the index is damaged" in screen(app)[-1])
        assert not app.screen._computing
