"""Writing the view of the screen before into a file."""

import pytest

from grokscope.tui.screenshots import until
from grokscope.tui.widgets.filterline import FilterLine
from grokscope.tui.widgets.line import Line

RUN = "modadd-grok-s0"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def test_a_name_is_offered_and_the_suffix_is_the_format(pair, opened, screen, here):
    async with opened(pair, run=RUN) as (app, pilot):
        await pilot.press("W")
        line = app.screen.query_one(Line)
        assert line.value == f"{RUN}.txt"
        await pilot.press("down")
        assert line.value == f"{RUN}.svg"
        assert any(row.startswith("▌.svg") for row in screen(app))
        line.value = "mine.csv"
        await pilot.pause()
        assert any(row.startswith("▌.csv") for row in screen(app))
        await pilot.press("enter")
        await until(pilot, lambda: "mine.csv: " in screen(app)[-1])
        assert app.screen is app.get_screen("run")
        assert (here / "mine.csv").read_text().startswith("run,quantity")


async def test_a_file_that_is_there_is_written_anew_once_that_is_meant(pair, opened, screen, here):
    (here / "a.txt").write_text("mine")
    async with opened(pair, run=RUN) as (app, pilot):
        await pilot.press("W")
        app.screen.query_one(Line).value = "a.txt"
        await pilot.press("enter")
        assert "write a.txt anew? y/n" in screen(app)[-1]
        await pilot.press("n")
        assert (here / "a.txt").read_text() == "mine"
        await pilot.press("enter", "y")
        await until(pilot, lambda: "a.txt: " in screen(app)[-1])
        assert "t_test 58" in (here / "a.txt").read_text()


async def test_a_name_typed_while_a_file_is_written_stays_in_its_line(pair, opened, monkeypatch):
    async with opened(pair) as (app, pilot):
        await pilot.press("W")
        page, line = app.screen, app.screen.query_one(Line)
        monkeypatch.setattr(page, "_write", lambda target, force: None)
        await pilot.press("enter", "2")
        # the name that is offered is written over
        assert line.value == "2"
        page._done("runs.txt: written")
        await pilot.press("3")
        assert (app.screen, line.value) == (page, "23")
        await pilot.press("enter")
        page._done("23: written")
        assert app.screen is app.get_screen("runs")
        monkeypatch.setattr("grokscope.tui.pages.page.monotonic", lambda: 0.0)
        await pilot.press("slash")
        assert not app.screen.query_one(FilterLine).display


async def test_what_cannot_be_written_says_why_and_stays(pair, opened, screen, here):
    async with opened(pair, run=RUN) as (app, pilot):
        await pilot.press("W")
        line = app.screen.query_one(Line)
        for name, said in (
            ("a.doc", "not written: 'a.doc' tells no format"),
            ("nowhere/a.txt", "is no directory"),
            ("", "a name is missing"),
            ("~nobody-of-that-name/a.txt", "not written"),
        ):
            line.value = name
            await pilot.press("enter")
            await until(pilot, lambda said=said: said in screen(app)[-1])
        assert app.screen is app.get_screen("write")
        assert list(here.iterdir()) == []
