from textual.app import App

from grokscope.tui.widgets.line import WRONG, Line


class Bare(App):
    def compose(self):
        yield Line("a number", lambda typed: "one hundred" if typed == "one" else None)


async def test_tab_takes_what_is_offered():
    app = Bare()
    async with app.run_test() as pilot:
        line = app.query_one(Line)
        line.focus()
        await pilot.press(*"one")
        while not line._suggestion:
            await pilot.pause(0.02)
        await pilot.press("tab")
        assert line.value == "one hundred"


async def test_a_mistake_is_marked_where_it_stands():
    app = Bare()
    async with app.run_test():
        line = app.query_one(Line)
        line.value = "two horses"
        line.mark((4, 10))
        (span,) = line._value.spans
        assert (span.start, span.end, span.style) == (4, 10, WRONG)
        line.mark((0, 0))
        assert all(span.start == span.end for span in line._value.spans)
