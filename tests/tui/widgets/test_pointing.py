"""The mouse on panels; what follows from it is tested with the pages."""

import pytest

from grokscope.tui.widgets.plots import Plots


async def test_the_wheel_asks_to_zoom_where_it_stands(pair, opened, read):
    async with opened(pair, run="modadd-grok-s0") as (app, pilot):
        await read(app, pilot)
        plots = app.screen.query_one(Plots)
        _, frame = plots.frames()[0]
        column = frame.column(20.0)
        plots._wheel(1, column, 3)
        await pilot.pause()
        low, high = app.session.view.window
        assert low < 20 < high
        plots._wheel(-1, column, 3)
        await pilot.pause()
        assert app.session.view.window is None
        plots._wheel(1, 500, 500)
        await pilot.pause()
        assert app.session.view.window is None


async def test_once_zoomed_a_drag_moves_along(pair, opened, read):
    async with opened(pair, run="modadd-grok-s0") as (app, pilot):
        await read(app, pilot)
        app.screen.action_toggle_x()
        plots = app.screen.query_one(Plots)
        plots.post_message(Plots.Selected(50.0, 100.0))
        await pilot.pause()
        before = app.session.view.window
        await pilot.mouse_down(Plots, offset=(60, 3))
        await pilot.hover(Plots, offset=(40, 3))
        await pilot.mouse_up(Plots, offset=(40, 3))
        await pilot.pause()
        low, high = app.session.view.window
        assert low > before[0]
        assert high - low == pytest.approx(before[1] - before[0])
