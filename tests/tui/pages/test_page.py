"""What all screens share: coming and going, messages, a page of text that scrolls."""

from functools import partial

import pytest
from textual.containers import VerticalScroll

from grokscope.tui.pages.page import QUIET, Page, TextPage
from grokscope.tui.screenshots import until
from grokscope.tui.session import Session
from grokscope.tui.widgets.bars import KeyBar
from grokscope.tui.widgets.filterline import FilterLine


def test_a_page_must_say_how_it_is_drawn(tmp_path):
    session = Session(tmp_path)
    with pytest.raises(NotImplementedError):
        Page(session).redraw()
    with pytest.raises(NotImplementedError):
        TextPage(session).lines()


def test_a_page_takes_no_character_unless_it_says_so(tmp_path):
    assert Page(Session(tmp_path)).takes("a") is False


async def test_a_screen_is_opened_once_and_left_for_the_one_before(pair, opened):
    async with opened(pair) as (app, pilot):
        runs = app.get_screen("runs")
        for _ in range(2):
            app.screen.action_help()
            await pilot.pause()
        assert app.screen is app.get_screen("help")
        assert len(app.screen_stack) == 3
        app.screen.action_back()
        await pilot.pause()
        assert app.screen is runs


async def test_the_first_screen_has_none_before_it(pair, opened):
    async with opened(pair) as (app, pilot):
        app.screen.action_back()
        await pilot.pause()
        assert app.screen is app.get_screen("runs")


async def test_a_message_stands_in_the_footer(pair, opened, screen):
    async with opened(pair) as (app, pilot):
        app.screen.say("a word to you")
        await pilot.pause()
        assert "a word to you" in screen(app)[-1]


async def test_what_was_said_about_a_key_is_gone_with_the_next_one(pair, opened, screen):
    async with opened(pair) as (app, pilot):
        await pilot.press("k")
        assert "no run further up" in screen(app)[-1]
        await pilot.press("j")
        assert "no run" not in screen(app)[-1]
        app.screen.query_one(KeyBar).hold("a problem that stays")
        await pilot.press("k")
        assert "a problem that stays" in screen(app)[-1]


async def test_a_key_of_other_screens_says_on_which_it_works(pair, opened, screen):
    async with opened(pair) as (app, pilot):
        await pilot.press("f")
        assert screen(app)[-1].strip() == "f works on: run"
        await pilot.press("slash", *"of")
        assert app.screen.query_one(FilterLine).value == "of"
        assert "works on" not in screen(app)[-1]
        await pilot.press("left", "tab")
        assert "works on" not in screen(app)[-1]
        await pilot.press("escape", "escape", "P")
        await pilot.press("slash")
        assert screen(app)[-1].strip() == "/ works on: runs"


async def test_keys_typed_while_a_page_closes_are_not_for_the_page_below(pair, opened, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr("grokscope.tui.pages.page.monotonic", lambda: clock[0])
    async with opened(pair) as (app, pilot):
        page, line = app.screen, app.screen.query_one(FilterLine)
        page.hush()
        for key in ("slash", "a", "slash", "slash"):
            await pilot.press(key)
            clock[0] += QUIET - 0.1
            assert not line.display
        # a key that is held does not wait for ever
        await pilot.press("slash")
        assert line.display


async def test_a_text_scrolls_by_lines_and_to_its_edges(pair, opened):
    async with opened(pair) as (app, pilot):
        await pilot.press("question_mark")
        page, place = app.screen, app.screen.query_one(VerticalScroll)
        for act, wanted in (
            (lambda: page.action_move(3), 3),
            (lambda: page.action_move(-1), 2),
            (lambda: page.action_edge(1), place.max_scroll_y),
            (lambda: page.action_edge(-1), 0),
        ):
            act()
            await pilot.pause()
            assert place.scroll_y == wanted
        assert place.max_scroll_y > 3


async def test_only_y_does_what_a_question_asks(pair, opened, screen):
    done = []
    async with opened(pair) as (app, pilot):
        for key in ("q", "escape", "y"):
            app.screen.confirm("stop it?", partial(done.append, key))
            await pilot.pause()
            assert "stop it? y/n" in screen(app)[-1]
            await pilot.press(key)
            assert "stop it?" not in screen(app)[-1]
            assert app.is_running
        assert done == ["y"]


async def test_what_is_begun_tells_its_end_in_the_footer(pair, opened, screen):
    async with opened(pair) as (app, pilot):
        app.screen.begin(["stop", "modadd-grok-s0"], "stopping it")
        await until(pilot, lambda: "stopping it: failed: " in screen(app)[-1])


async def test_what_cannot_be_begun_says_why(pair, opened, screen, monkeypatch):
    def refuse(words, store):
        raise OSError(11, "no more processes")

    async with opened(pair) as (app, pilot):
        monkeypatch.setattr("grokscope.tui.acts.processes.start", refuse)
        assert app.screen.begin(["stop"], "stopping it") is None
        await pilot.pause()
        assert "cannot be started: [Errno 11] no more processes" in screen(app)[-1]
