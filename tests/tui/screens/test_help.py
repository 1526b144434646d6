from grokscope.tui import actions
from grokscope.tui.actions.action import LETTERS
from grokscope.tui.screens.help import NAMES


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
        assert lines[-1].strip() in "\n".join(screen(app))
        assert any("dotted" in line for line in lines[lines.index("signs") : here])
        await pilot.press("question_mark", "escape")
        assert app.screen is app.get_screen("runs")


async def test_help_begins_with_the_keys_of_the_screen_it_is_asked_on(pair, opened, screen):
    async with opened(pair, run="modadd-grok-s0") as (app, pilot):
        await pilot.press("question_mark")
        assert screen(app)[0].strip() == "keys here: one run"


async def test_wide_screens_tell_keys_in_two_columns_and_lose_none(pair, opened, screen):
    async with opened(pair, size=(160, 45)) as (app, pilot):
        await pilot.press("question_mark")
        lines = [line for line, _ in app.screen.lines()]
        assert max(map(len, lines)) <= 158
        first = lines[1]
        assert first.startswith("  enter")
        assert first[80 + 2 : 80 + 12].strip() in {name for a in actions.ACTIONS for name in a.keys}
        half = [part for line in lines for part in (line[:80], line[80:])]
        flat = " ".join(" ".join([*half[::2], *half[1::2]]).split())
        for action in actions.on(actions.RUNS):
            assert action.meaning in flat
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert max(len(line.rstrip()) for line in screen(app)) <= 80
        assert len(app.screen.lines()) > len(lines)


async def test_help_has_a_name_for_every_screen_with_letters_for_keys():
    assert {*LETTERS, actions.THROUGH} <= {*NAMES}
