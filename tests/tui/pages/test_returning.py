from grokscope.tui.pages.returning import come_back
from grokscope.tui.saved.views import SavedView, home


async def test_a_view_is_come_back_to_from_any_depth_of_screens(pair, opened, screen):
    async with opened(pair, size=(100, 24)) as (app, pilot):
        await pilot.press("enter", "w")
        come_back(app.screen, "onset", SavedView("scan", home(pair)))
        await pilot.pause()
        assert [one.kind for one in app.screen_stack[1:]] == ["runs", "phase", "scan"]
        assert screen(app)[-1].strip() == "onset"
        come_back(app.screen, "newer", SavedView("hologram", home(pair)))
        await pilot.pause()
        assert app.screen.kind == "runs"
        assert "no screen 'hologram'" in screen(app)[-1]
