from grokscope.tui import actions


async def test_help_names_every_action_and_fits_80_columns(pair, opened, screen):
    async with opened(pair, size=(80, 24)) as (app, pilot):
        await pilot.press("question_mark")
        lines = [line for line, _ in app.screen.lines()]
        assert max(map(len, lines)) <= 78
        flat = " ".join(" ".join(lines).split())
        for action in actions.ACTIONS:
            assert action.meaning in flat
        before = screen(app)
        await pilot.press("j")
        assert screen(app) != before
        await pilot.press("end")
        assert any("dotted" in line for line in screen(app))
        await pilot.press("question_mark", "escape")
        assert app.screen is app.get_screen("runs")
