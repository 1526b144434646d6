from grokscope.tui import actions


async def test_help_names_every_action_and_fits_80_columns(pair, opened, screen):
    async with opened(pair, size=(80, 24)) as (app, pilot):
        await pilot.press("question_mark")
        lines = [line for line, _ in app.screen.lines()]
        assert max(map(len, lines)) <= 78
        flat = " ".join(" ".join(lines).split())
        for action in actions.ACTIONS:
            assert action.meaning in flat
        here = lines.index("keys on other screens")
        assert lines[0] == "keys here: the list of runs"
        assert any("overlay" in line or "swap A and B" in line for line in lines[here:])
        assert not any("swap A and B" in line for line in lines[:here])
        assert any("sort by the column to the right" in line for line in lines[:here])
        before = screen(app)
        await pilot.press("j")
        assert screen(app) != before
        await pilot.press("end")
        assert any("dotted" in line for line in screen(app))
        await pilot.press("question_mark", "escape")
        assert app.screen is app.get_screen("runs")


async def test_help_begins_with_the_keys_of_the_screen_it_is_asked_on(pair, opened, screen):
    async with opened(pair, run="modadd-grok-s0") as (app, pilot):
        await pilot.press("question_mark")
        assert screen(app)[0].strip() == "keys here: one run"
