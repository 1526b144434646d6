"""Stopping and resuming from the screens; commands are seen, not run."""

from types import SimpleNamespace

import pytest

from grokscope.tui.pages.acting import _standing

PAIR = ("modadd-grok-s0", "modadd-steady-s0")


@pytest.fixture
def begun(monkeypatch):
    """Gathers what would be started."""
    words = []

    def note(page, line, doing):
        words.append(line)
        page.say(f"{doing} …")

    monkeypatch.setattr("grokscope.tui.pages.page.Page.begin", note)
    return words


async def test_a_live_run_is_stopped_once_that_is_meant(demo, opened, screen, begun):
    async with opened(demo, run="modadd-grok-s7") as (app, pilot):
        await pilot.press("K")
        assert "stop modadd-grok s7? y/n" in screen(app)[-1]
        await pilot.press("n")
        assert begun == []
        await pilot.press("K", "y")
        assert begun == [["stop", "modadd-grok-s7"]]
        assert "stopping modadd-grok s7" in screen(app)[-1]
        await pilot.press("U")
        assert "nothing to resume: the run is running" in screen(app)[-1]


async def test_a_failed_run_is_resumed_and_not_stopped(demo, opened, screen, begun):
    async with opened(demo, run="modadd-grok-s1") as (app, pilot):
        await pilot.press("K")
        assert "nothing to stop: the run is failed" in screen(app)[-1]
        await pilot.press("U")
        assert begun == [["resume", "modadd-grok-s1"]]


async def test_an_empty_store_has_nothing_to_stop(tmp_path, opened, screen, begun):
    async with opened(tmp_path) as (app, pilot):
        for key, word in (("K", "no run to stop"), ("U", "no run to resume")):
            await pilot.press(key)
            assert word in screen(app)[-1]
        assert begun == []


async def test_the_runs_of_a_row_are_stopped_and_resumed_together(demo, opened, screen, begun):
    async with opened(demo) as (app, pilot):
        listing = app.session.listing
        row = next(row for row in listing.rows if len(row.runs) == 3)
        listing.put(app.session, listing.rows.index(row))
        await pilot.press("K")
        assert "stop modadd-grok s7? y/n" in screen(app)[-1]
        await pilot.press("n", "U")
        assert begun == [["resume", "modadd-grok-s1"]]


def test_how_runs_stand_is_told_once_each():
    runs = [SimpleNamespace(status=word) for word in ("finished", "dead", "finished")]
    assert _standing(runs) == "the runs are finished, dead"
    assert _standing(runs[:1]) == "the run is finished"
