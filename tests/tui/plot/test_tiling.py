from hypothesis import given
from hypothesis import strategies as st

from grokscope.tui.plot.tiling import grid, under_first


def covered(tiles):
    return [
        (x, y) for t in tiles for x in range(t.x, t.x + t.width) for y in range(t.y, t.y + t.height)
    ]


@given(st.integers(20, 200), st.integers(5, 60), st.integers(1, 9))
def test_tiles_cover_every_cell_once(width, height, count):
    for tiles in (
        grid(width, height, count, (36, 8)),
        under_first(width, height, count, (60, 9)),
    ):
        cells = covered(tiles)
        assert len(cells) == len(set(cells)) == width * height
        assert len(tiles) <= count


def test_more_room_shows_more_panels():
    assert len(grid(80, 12, 6, (36, 8))) == 2
    assert len(grid(80, 17, 6, (36, 8))) == 4
    assert len(grid(160, 40, 6, (36, 8))) == 6


def test_the_first_panel_has_the_full_width():
    tiles = under_first(160, 40, 5, (60, 9))
    assert tiles[0].width == 160
    assert [t.width for t in tiles[1:]] == [80, 80, 80, 80]
    assert len(under_first(80, 20, 5, (60, 9))) == 2
