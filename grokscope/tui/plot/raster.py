"""Rasters: curves as cells of braille dots or characters.

plotext draws the same pictures one point at a time in Python, which is fast enough to print one
(`printed.PrintedRaster`) and too slow to scroll: a panel of noisy curves takes it a tenth of a
second.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from grokscope.tui.plot.decimate import Points

BRAILLE = 0x2800
BITS = np.array([[0, 3], [1, 4], [2, 5], [6, 7]], np.uint8)
"""Which bit of a braille character each dot is, upper row first."""


class Raster:
    """A grid of cells to draw one curve at a time on; 2 x 4 pixels a cell, or 1 x 1 in ASCII."""

    def __init__(self, ascii: bool = False) -> None:
        self.ascii = ascii
        self.pixels = (1, 1) if ascii else (2, 4)

    def row(self, fraction: float, height: int) -> int:
        """Return the row, from the top of so many, that holds the pixel at a fraction of them."""
        up = self.pixels[1]
        return height - 1 - round(fraction * (height * up - 1)) // up

    def lines(self, pieces: Sequence[Points], width: int, height: int) -> NDArray[np.uint8]:
        """Return the cells that straight lines through each piece cover.

        Parameters
        ----------
        pieces : sequence of (x, y)
            In whole pixels from the lower left corner; what lies outside the grid is left out.
        width, height : int
            Of the grid, in cells.

        Returns
        -------
        ndarray, uint8 (height, width), upper row first
            Braille dots as bits, or 1 where a character belongs in ASCII; 0 where nothing is.
        """
        return self._cells([_filled(*piece) for piece in pieces], width, height)

    def dots(self, pieces: Sequence[Points], width: int, height: int) -> NDArray[np.uint8]:
        """Return the cells that the points alone cover; arguments and result as of `lines`."""
        whole = [(np.rint(x).astype(int), np.rint(y).astype(int)) for x, y in pieces]
        return self._cells(whole, width, height)

    def _cells(
        self,
        points: Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]],
        width: int,
        height: int,
    ) -> NDArray[np.uint8]:
        across, up = self.pixels
        grid = np.zeros((height * up, width * across), bool)
        for x, y in points:
            inside = (x >= 0) & (x < grid.shape[1]) & (y >= 0) & (y < grid.shape[0])
            grid[y[inside], x[inside]] = True
        cells = grid[::-1].reshape(height, up, width, across)
        if self.ascii:
            return cells[:, 0, :, 0].astype(np.uint8)
        return (cells.astype(np.uint8) << BITS[:, None, :]).sum(axis=(1, 3), dtype=np.uint8)


def _filled(
    x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pixels along straight lines from point to point, one a column or one a row."""
    across, up = np.rint(x).astype(int), np.rint(y).astype(int)
    run, rise = np.diff(across), np.diff(up)
    count = np.maximum(abs(run), abs(rise))
    which = np.repeat(np.arange(count.size), count)
    # how far along its line each pixel is
    along = np.arange(which.size) - np.repeat(np.cumsum(count) - count, count)
    parts = count[which]
    columns = across[which] + run[which] * along // parts
    rows = up[which] + rise[which] * along // parts
    return np.append(columns, across[-1:]), np.append(rows, up[-1:])
