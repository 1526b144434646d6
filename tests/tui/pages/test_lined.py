import pytest

from grokscope.tui.widgets.bars import KeyBar


@pytest.mark.parametrize(
    ("way", "noun"), [(("C",), "column"), (("enter", "M"), "measure"), (("v",), "view")]
)
async def test_the_cursor_stops_at_the_ends_and_says_so(pair, opened, read, way, noun):
    async with opened(pair) as (app, pilot):
        await read(app, pilot)
        await pilot.press(*way)
        page = app.screen
        assert page.noun == noun
        await pilot.press("home", "k")
        assert page.at == 0
        assert page.query_one(KeyBar).saying == f"no {noun} further up"
        await pilot.press("G")
        assert page.at == page.count() - 1
        await pilot.press("j")
        assert page.query_one(KeyBar).saying == f"no {noun} further down"


async def test_the_lines_scroll_with_the_cursor(pair, opened, screen):
    async with opened(pair, size=(80, 12)) as (app, pilot):
        await pilot.press("C", "G")
        assert app.screen.count() > 12
        (here,) = (line for line in screen(app)[1:] if line.startswith("▌"))
        assert "[" in here
        await pilot.press("home")
        assert "as many as fit" in next(line for line in screen(app) if line.startswith("▌"))


async def test_where_there_is_no_line_the_cursor_stays_on_the_first_to_come(pair, opened):
    async with opened(pair) as (app, pilot):
        await pilot.press("C")
        page = app.screen
        page._keys = []
        await pilot.press("G", "j")
        assert page.at == 0
        assert page.query_one(KeyBar).saying == "no column further down"
