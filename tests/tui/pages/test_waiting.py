"""What is read of many runs is read by a thread; of what is asked for, the last is done."""

import threading

import pytest

from grokscope.tui.screenshots import until


@pytest.fixture
def many(monkeypatch):
    monkeypatch.setattr("grokscope.tui.sweeps.sweep.MANY", 1)


async def test_of_few_runs_it_is_done_at_once_and_nothing_is_read_before(pair, opened):
    async with opened(pair) as (app, _pilot):
        done = []
        app.screen.once(lambda: done.append("read"), lambda: done.append("done"))
        assert done == ["done"]


async def test_a_thread_reads_while_the_footer_tells_and_the_rest_is_done_on_the_screen(
    pair, opened, screen, many, monkeypatch
):
    monkeypatch.setattr("grokscope.tui.pages.waiting.PATIENCE", 0.01)
    go_on, done = threading.Event(), []
    async with opened(pair) as (app, pilot):
        app.screen.once(lambda: go_on.wait(10), lambda: done.append(threading.current_thread()))
        await until(pilot, lambda: "reading the summaries of 2 runs …" in screen(app)[-1])
        assert not done
        go_on.set()
        await until(pilot, lambda: done == [threading.main_thread()])
        assert "reading" not in screen(app)[-1]


async def test_what_is_asked_for_later_is_done_alone(pair, opened, many):
    go_on, done = threading.Event(), []
    async with opened(pair) as (app, pilot):
        app.screen.once(lambda: go_on.wait(10), lambda: done.append("first"))
        app.screen.once(lambda: go_on.wait(10), lambda: done.append("second"))
        go_on.set()
        await until(pilot, lambda: bool(done))
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert done == ["second"]


async def test_what_is_left_is_not_told_though_its_time_came(pair, opened, screen, many):
    go_on = threading.Event()
    async with opened(pair) as (app, pilot):
        app.screen.once(lambda: go_on.wait(10), lambda: None)
        due = app.screen._telling._callback
        app.screen.forgo()
        due()
        await pilot.pause()
        go_on.set()
        assert "reading" not in screen(app)[-1]


async def test_what_cannot_be_read_is_told_and_what_needs_it_left(pair, opened, screen, many):
    def fail():
        raise ValueError("damaged")

    done = []
    async with opened(pair) as (app, pilot):
        app.screen.once(fail, lambda: done.append("done"))
        await until(pilot, lambda: "ValueError: damaged" in screen(app)[-1])
        assert not done
