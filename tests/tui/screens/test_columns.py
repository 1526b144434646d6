from grokscope.tui import settings
from grokscope.tui.runs.listing import SECTION
from grokscope.tui.widgets.runlist import RunList


def heads(app):
    return [column.head for column in app.get_screen("runs").query_one(RunList).columns]


async def test_columns_are_hidden_and_shown_and_the_choice_is_remembered(pair, opened, screen):
    async with opened(pair, size=(100, 30)) as (app, pilot):
        await pilot.press("C")
        assert "7 of" in screen(app)[0]
        assert screen(app)[1].endswith("values of some runs")
        assert any(line.startswith("▌[x] as many as fit") for line in screen(app))
        await pilot.press("j", "space")
        assert any("[ ] regime" in line for line in screen(app))
        place = next(n for n, line in enumerate(screen(app)) if "weight_norm" in line)
        await pilot.click("#text", offset=(10, place - 2))
        assert any("[x] weight_norm" in line for line in screen(app))
        await pilot.press("escape")
        shown = heads(app)
        assert "regime" not in shown
        assert shown[-1] == "weight_norm"
        assert settings.load(SECTION)["columns"][-1] == "weight_norm"
        await pilot.press("C", "space", "escape")
        assert "regime" in heads(app)
        assert settings.load(SECTION)["columns"] == []


async def test_the_end_of_the_columns_is_said_and_a_long_list_scrolls(pair, opened, screen):
    async with opened(pair, size=(80, 12)) as (app, pilot):
        await pilot.press("C", "k")
        assert "no column further up" in screen(app)[-1]
        await pilot.press("end")
        assert any(line.startswith("▌") for line in screen(app))
        await pilot.press("home")
        assert screen(app)[2].startswith("▌[x] as many as fit")
