"""Tiling: where panels go on a screen of any size, so that more room shows more of them."""

from dataclasses import dataclass

ASPECT = 4.0
"""Width over height, in cells, at which a curve reads best."""


@dataclass(frozen=True)
class Tile:
    """A rectangle of cells."""

    x: int
    y: int
    width: int
    height: int


def grid(width: int, height: int, count: int, least: tuple[int, int]) -> list[Tile]:
    """Return at most `count` equal tiles that fill a rectangle, row by row.

    Parameters
    ----------
    least : (width, height)
        Smallest tile that is worth drawing; with less room there are fewer tiles, but one.
    """
    across, down = max(width // least[0], 1), max(height // least[1], 1)
    count = max(min(count, across * down), 1)
    fitting = [n for n in range(1, min(across, count) + 1) if -(-count // n) <= down]

    def misfit(columns: int) -> tuple[int, float]:
        rows = -(-count // columns)
        return columns * rows - count, abs(width / columns / (height / rows) - ASPECT)

    columns = min(fitting, key=misfit)
    return rows_of(width, height, [columns] * (count // columns) + [count % columns])


def under_first(width: int, height: int, count: int, least: tuple[int, int]) -> list[Tile]:
    """Return one tile of full width, then rows of as many as fit side by side below it."""
    down = max(height // least[1], 1)
    across = max(width // least[0], 1)
    rest = min(count - 1, (down - 1) * across)
    rows = [1] + [across] * (rest // across) + [rest % across]
    return rows_of(width, height, rows)


def rows_of(width: int, height: int, counts: list[int]) -> list[Tile]:
    """Return rows of tiles, `counts` in each; what does not divide goes to the first ones."""
    counts = [count for count in counts if count]
    tiles, y = [], 0
    for tall, count in zip(_shares(height, len(counts)), counts, strict=True):
        x = 0
        for wide in _shares(width, count):
            tiles.append(Tile(x, y, wide, tall))
            x += wide
        y += tall
    return tiles


def _shares(total: int, count: int) -> list[int]:
    each, over = divmod(total, count)
    return [each + (index < over) for index in range(count)]
