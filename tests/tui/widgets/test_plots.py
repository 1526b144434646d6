from grokscope.tui.widgets.plots import KEPT, Plots


async def test_moving_the_cursor_draws_no_frame_anew(pair, opened, read):
    async with opened(pair, run="modadd-grok-s0") as (app, pilot):
        await read(app, pilot)
        before = [id(frame) for _, frame in app.screen.query_one(Plots).frames()]
        await pilot.press("left_square_bracket")
        assert [id(frame) for _, frame in app.screen.query_one(Plots).frames()] == before


async def test_frames_that_come_back_are_kept(pair, opened, read):
    async with opened(pair, run="modadd-grok-s0") as (app, pilot):
        await read(app, pilot)
        plots = app.screen.query_one(Plots)
        before = [id(frame) for _, frame in plots.frames()]
        await pilot.press("Y")
        assert [id(frame) for _, frame in plots.frames()] != before
        await pilot.press("Y")
        assert [id(frame) for _, frame in plots.frames()] == before
        assert len(plots._kept) <= KEPT


async def test_showing_the_same_again_draws_nothing(pair, opened, monkeypatch):
    async with opened(pair) as (app, pilot):
        plots = app.screen.query_one(Plots)
        drawn = []
        monkeypatch.setattr(plots, "refresh", lambda *areas, **_: drawn.append(areas))
        app.screen.redraw()
        await pilot.pause()
        assert drawn == []
