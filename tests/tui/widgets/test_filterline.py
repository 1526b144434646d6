from textual.widgets import Input

from grokscope.tui.widgets.bars import KeyBar
from grokscope.tui.widgets.filterline import FilterLine
from grokscope.tui.widgets.line import WRONG


def marked(line):
    """Return what of a line's text is marked as a mistake."""
    text = line._value
    spans = [span for span in text.spans if span.style == WRONG]
    return "".join(text.plain[span.start : span.end] for span in spans)


async def test_a_mistake_is_marked_and_said_and_the_last_good_filter_stays(pair, opened, screen):
    async with opened(pair) as (app, pilot):
        await pilot.press("slash", *"steady")
        await pilot.press(*" init_scal=1")
        line = app.screen.query_one(FilterLine)
        assert marked(line) == "init_scal"
        assert "did you mean 'init_scale'" in app.screen.query_one(KeyBar).saying
        assert screen(app)[0].endswith("1 of 2 runs · filter steady")
        await pilot.press("enter")
        assert line.display
        await pilot.press("left", "left", "e", "enter")
        assert marked(line) == ""
        assert app.screen.query_one(KeyBar).saying == ""
        assert not line.display
        assert app.session.filter == "steady init_scale=1"


async def test_a_filter_that_breaks_while_it_is_typed_leaves_the_list_as_it_was(pair, opened):
    async with opened(pair) as (app, pilot):
        await pilot.press("slash", *"regime:grokking and ")
        assert [run.id for run in app.session.shown] == ["modadd-grok-s0"]
        await pilot.press(*"(")
        assert app.session.problem is not None
        assert [run.id for run in app.session.shown] == ["modadd-grok-s0"]
        await pilot.press("escape")
        assert len(app.session.shown) == 2
        assert app.session.typed == ""


async def test_tab_takes_what_is_offered(pair, opened):
    async with opened(pair) as (app, pilot):
        await pilot.press("slash", *"regime:st")
        line = app.screen.query_one(FilterLine)
        while not line._suggestion:
            await pilot.pause(0.02)
        await pilot.press("tab")
        assert line.value == "regime:steady"
        assert [run.id for run in app.session.shown] == ["modadd-steady-s0"]
        assert app.focused is line


async def test_the_line_is_an_input_that_tells_what_it_takes(pair, opened, screen):
    async with opened(pair) as (app, pilot):
        await pilot.press("slash")
        assert isinstance(app.focused, Input)
        assert any("init_scale>=3 and t_test-t_train>20" in line for line in screen(app))
