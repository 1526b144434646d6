"""Stopping and resuming from the screens; commands are seen, not run."""

import pytest

PAIR = ("modadd-grok-s0", "modadd-steady-s0")


@pytest.fixture
def begun(monkeypatch):
    """Gathers what would be started."""
    words = []

    def note(page, line, doing):
        words.append(line)
        page.say(f"{doing} …")

    monkeypatch.setattr("grokscope.tui.page.Page.begin", note)
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
