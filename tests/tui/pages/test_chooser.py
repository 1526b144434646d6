"""Choosing from a list over a line."""

import pytest

from grokscope.tui import actions
from grokscope.tui.pages.chooser import Chooser
from grokscope.tui.plot.palette import PLAIN
from grokscope.tui.session import Session
from grokscope.tui.widgets.line import Line


class Fruit(Chooser):
    kind = actions.LAUNCH
    BINDINGS = actions.bindings(actions.LAUNCH)
    heading, hint, rows = "fruit", "how many", 3

    def on_screen_resume(self):
        self.begin_anew(1)

    def choices(self):
        return [(f"fruit {n}", "sweet") for n in range(12)]

    def told(self):
        line = self.query_one(Line).value
        return [([(f" {line} of {self.at} {n}", PLAIN)], []) for n in range(40)]

    def action_open(self):
        self.say(f"{self.query_one(Line).value} bought")


@pytest.fixture
def fruit(opened, pair):
    async def show(app, pilot):
        page = Fruit(app.session)
        app.push_screen(page)
        await pilot.pause()
        return page

    return show


def test_a_chooser_must_say_what_there_is(tmp_path):
    bare = Chooser(Session(tmp_path))
    for say in (bare.choices, bare.told, bare.action_open):
        with pytest.raises(NotImplementedError):
            say()
    assert bare.offer("x") is None


async def test_arrows_choose_while_letters_are_typed(pair, opened, screen, fruit):
    async with opened(pair) as (app, pilot):
        page = await fruit(app, pilot)
        assert "2 of 12" in screen(app)[0]
        await pilot.press("down", *"2 q")
        assert page.at == 2
        assert any(line.startswith("▌fruit 2") for line in screen(app))
        assert any("2 q of 2 0" in line for line in screen(app))
        await pilot.press("enter")
        assert "2 q bought" in screen(app)[-1]
        page.at = 11
        await pilot.press("down")
        assert "nothing further down" in screen(app)[-1]
        page.at = 0
        await pilot.press("up")
        assert "nothing further up" in screen(app)[-1]


async def test_a_line_is_chosen_by_a_click(pair, opened, fruit):
    async with opened(pair) as (app, pilot):
        page = await fruit(app, pilot)
        page.at = 10
        page.redraw()
        await pilot.click("#choices", offset=(2, 0))
        assert page.at == 4
        await pilot.click("#heading", offset=(2, 0))
        assert page.at == 4


async def test_what_is_told_scrolls_and_stray_letters_reach_the_line(pair, opened, fruit):
    async with opened(pair) as (app, pilot):
        page = await fruit(app, pilot)
        scroll = page.query_one("VerticalScroll")
        await pilot.press("pagedown")
        assert scroll.scroll_y == 10
        page.action_edge(1)
        await pilot.pause()
        assert scroll.scroll_y == scroll.max_scroll_y > 10
        page.action_edge(-1)
        await pilot.pause()
        assert scroll.scroll_y == 0
        page.set_focus(None)
        await pilot.press("a")
        assert page.query_one(Line).value == "a"
