from textual.app import App
from textual.geometry import Region

from grokscope.tui.plot.palette import PLAIN, STRONG
from grokscope.tui.widgets.board import Board


class Seen(Board):
    def __init__(self):
        super().__init__("256")
        self.drawn = []

    def refresh(self, *regions, **options):
        self.drawn += regions
        return super().refresh(*regions, **options)


class Shown(App):
    def __init__(self):
        super().__init__()
        self.clicks = []

    def compose(self):
        yield Seen()

    def on_board_clicked(self, message):
        self.clicks.append((message.x, message.y))


async def test_only_the_cells_that_changed_are_drawn_anew():
    app = Shown()
    async with app.run_test(size=(40, 4)) as pilot:
        board = app.query_one(Seen)
        lines = [([("one two three", PLAIN)], []), ([("four", PLAIN)], [("right", PLAIN)])]
        board.show(*lines)
        await pilot.pause()
        board.drawn.clear()
        board.show(([("one ", PLAIN), ("tXo", PLAIN), (" three", PLAIN)], []), lines[1])
        assert board.drawn == [Region(5, 0, 1, 1)]
        board.drawn.clear()
        board.show(([("one ", PLAIN), ("tXo", STRONG), (" three", PLAIN)], []), lines[1])
        assert board.drawn == [Region(4, 0, 3, 1)]
        board.drawn.clear()
        board.show(([("one tXo three", PLAIN)], []), ([("four", PLAIN)], [("left", PLAIN)]))
        assert board.drawn == [Region(4, 0, 3, 1), Region(0, 1, 40, 1)]
        board.drawn.clear()
        board.show(
            ([("one ", PLAIN), ("tXo three", PLAIN)], []), ([("four", PLAIN)], [("left", PLAIN)])
        )
        assert board.drawn == []


async def test_a_click_tells_where_it_was():
    app = Shown()
    async with app.run_test(size=(40, 4)) as pilot:
        app.query_one(Seen).show(([("one", PLAIN)], []))
        await pilot.click("Seen", offset=(7, 2))
        await pilot.pause()
        assert app.clicks == [(7, 2)]
