import numpy as np
from textual.app import App

from grokscope.tui.plot.frame import Frame
from grokscope.tui.plot.heat import Axis, Heat, Picture, draw_heat
from grokscope.tui.plot.palette import STRONG
from grokscope.tui.plot.shades import Shading
from grokscope.tui.plot.tiling import Tile
from grokscope.tui.widgets.heat import Pictures, changed, halves

SHADES = Shading("256").shades()


def heat(values):
    axis = Axis("x")
    return draw_heat(Heat("Power", values, axis, axis, (0.0, 1.0)), 30, 8, SHADES)


def test_frames_differ_in_the_rows_that_changed():
    before, after = heat(np.zeros((10, 10))), heat(np.zeros((10, 10)))
    assert changed(before, before) == []
    assert changed(before, after) == []
    after.upper[2, 10] = 3
    after.write(7, 3, "new")
    assert changed(before, after) == [2, 7]


def test_frames_without_shades_are_compared_too():
    before, after = Frame.blank(10, 4), Frame.blank(10, 4)
    after.write(1, 0, "x", STRONG)
    assert changed(before, after) == [1]
    assert changed(Frame.blank(10, 4), Picture.blank(10, 4)) == []


def test_a_half_without_value_shows_the_ground():
    assert halves((0, 0, 0), None).bgcolor is None
    assert halves((0, 0, 0), (1, 2, 3)).bgcolor.triplet == (1, 2, 3)


class Shown(App[None]):
    def compose(self):
        yield Pictures("256")


async def test_halves_of_cells_are_blocks_and_only_changed_rows_are_painted(monkeypatch):
    one = heat(np.eye(10))
    async with Shown().run_test(size=(30, 8)) as pilot:
        widget = pilot.app.query_one(Pictures)
        assert not widget.drawn
        widget.show(lambda width, height: [(Tile(0, 0, 30, 8), one)])
        await pilot.pause()
        strips = pilot.app.screen._compositor.render_strips()
        assert "▀" in strips[1].text
        assert strips[0].text.strip() == "Power"
        painted = []
        monkeypatch.setattr(widget, "refresh", lambda *regions, **_: painted.extend(regions))
        other = heat(np.eye(10))
        other.lower[3, 8] = 2
        widget.show(lambda width, height: [(Tile(0, 0, 30, 8), other)])
        assert [(region.y, region.height) for region in painted] == [(3, 1)]
