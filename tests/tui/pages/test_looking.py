"""How a page's view is changed; the pictures that follow are tested where they are drawn."""

from contextlib import asynccontextmanager

import pytest

from grokscope.tui.widgets.plots import Plots

GROKS = "modadd-grok-s0"


@pytest.fixture
def page(pair, opened, read):
    """Open the page of the run that groks, its curves read."""

    @asynccontextmanager
    async def one():
        async with opened(pair, size=(100, 40), run=GROKS) as (app, pilot):
            await read(app, pilot)
            yield app.screen, app.session, pilot

    return one


async def test_the_axis_goes_through_all_there_are_and_says_which(page, screen):
    async with page() as (run, session, pilot):
        seen = []
        for _ in range(5):
            run.action_over()
            seen.append(run.axis.title)
        assert seen == ["step", "wall time, s", "weight norm", "epoch since t_train", "epoch"]
        await pilot.pause()
        assert "over epoch" in screen(run.app)[-1]
        assert session.view.origin == ""


async def test_axes_that_a_run_lacks_are_passed_over_with_a_word(page, screen):
    async with page() as (run, session, pilot):
        book = session.books[GROKS]
        book.__dict__["quantities"] = {"loss": book.quantities["loss"]}
        session.view = session.view.over("wall time")
        run.action_over()
        await pilot.pause()
        assert run.axis.title == "epoch since t_train"
        assert "no weight norm recorded" in screen(run.app)[-1]


async def test_time_is_counted_from_each_event_in_turn(page):
    async with page() as (run, session, _pilot):
        origins = []
        for _ in range(3):
            run.action_align()
            origins.append(session.view.origin)
        assert origins == ["t_train", "t_test", ""]
        session.view = session.view.over("weight norm")
        run.action_align()
        assert session.view.origin == ""


async def test_zooming_in_and_out_about_the_cursor_comes_back(page):
    async with page() as (run, session, _pilot):
        run.point(58.0)
        run.action_zoom(1)
        run.action_zoom(1)
        low, high = session.view.window
        assert 0 < low < 58 < high < 200
        run.action_pan(1)
        moved = session.view.window
        assert moved[0] > low
        run.action_pan(-1)
        assert session.view.window == pytest.approx((low, high))
        run.action_zoom(-1)
        run.action_zoom(-1)
        assert session.view.window is None
        run.action_zoom(1)
        run.action_unzoom()
        assert session.view.window is None


async def test_a_cursor_that_leaves_what_is_seen_takes_it_along(page):
    async with page() as (run, session, _pilot):
        run.action_toggle_x()
        run.point(60.0)
        for _ in range(3):
            run.action_zoom(1)
        low, high = session.view.window
        run.point(70.0)
        assert session.view.window == (low, high)
        run.point(140.0)
        assert session.view.window == pytest.approx(
            (140 - (high - low) / 2, 140 + (high - low) / 2)
        )
        run.point(200.0)
        assert session.view.window[1] == pytest.approx(200)


async def test_what_cannot_be_zoomed_or_moved_says_why(page, screen):
    async with page() as (run, _session, pilot):
        for act, word in (
            (lambda: run.action_pan(1), "z zooms in"),
            (lambda: run.action_zoom(-1), "all is seen already"),
            (run.action_unzoom, "all is seen already"),
            (run.action_fold, "no other run differs"),
            (run.action_overlay, "space marks runs"),
        ):
            act()
            await pilot.pause()
            assert word in screen(run.app)[-1]


async def test_smoothing_and_the_second_axis_are_taken_back(page):
    async with page() as (run, session, _pilot):
        before = session.view
        for _ in range(4):
            run.action_smooth()
        run.action_second()
        assert run.groups()[0] == ("accuracy", "loss")
        run.action_measure()
        assert run.groups()[0] == ("accuracy", "weight_norm")
        run.action_second()
        assert (session.view.smoothing, session.view.second) == (0, before.second)


async def test_the_wheel_a_drag_and_two_clicks(page):
    async with page() as (run, session, pilot):
        plots = run.query_one(Plots)
        _, frame = plots.frames()[0]
        start, end = frame.column(10), frame.column(50)
        await pilot.mouse_down(Plots, offset=(start, 3))
        await pilot.hover(Plots, offset=(end - 3, 3))
        await pilot.hover(Plots, offset=(end, 3))
        await pilot.mouse_up(Plots, offset=(end, 3))
        await pilot.pause()
        assert session.view.window == pytest.approx((10, 50), rel=0.1)
        assert plots.selecting is None
        plots.post_message(Plots.Zoomed(1, 20.0))
        await pilot.pause()
        low, high = session.view.window
        assert 10 < low < 20 < high < 50
        plots.post_message(Plots.Panned(0.5))
        await pilot.pause()
        assert session.view.window[0] > low
        await pilot.click(Plots, offset=(30, 3), times=2)
        await pilot.pause()
        assert session.view.window is None
