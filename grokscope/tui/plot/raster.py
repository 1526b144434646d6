"""Rasters: curves as cells of braille dots or characters. The one place that knows plotext.

plotext 5.3.2 keeps module-level state; a figure object of one's own does not, but its class has
a private name. So each widget holds one `Raster`, and only pixels pass through it: scales, ticks
and gaps are settled before, where plotext would raise on a 0 or an infinity.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from plotext._figure import _figure_class

from grokscope.tui.plot.decimate import Points

BRAILLE = 0x2800


class Raster:
    """A grid of cells to draw one curve at a time on; 2 x 4 pixels a cell, or 1 x 1 in ASCII."""

    def __init__(self, ascii: bool = False) -> None:
        self.ascii = ascii
        self.pixels = (1, 1) if ascii else (2, 4)
        self._figure: Any = _figure_class()
        self._figure._limit_size(False, False)

    def lines(self, pieces: Sequence[Points], width: int, height: int) -> NDArray[np.uint8]:
        """Return the cells that straight lines through each piece cover.

        Parameters
        ----------
        pieces : sequence of (x, y)
            In pixels from the lower left corner; finite.
        width, height : int
            Of the grid, in cells.

        Returns
        -------
        ndarray, uint8 (height, width), upper row first
            Braille dots as bits, or 1 where a character belongs in ASCII; 0 where nothing is.
        """
        return self._cells(self._figure.plot, pieces, width, height)

    def dots(self, pieces: Sequence[Points], width: int, height: int) -> NDArray[np.uint8]:
        """Return the cells that the points alone cover; arguments and result as of `lines`."""
        return self._cells(self._figure.scatter, pieces, width, height)

    def _cells(
        self, draw: Any, pieces: Sequence[Points], width: int, height: int
    ) -> NDArray[np.uint8]:
        figure = self._figure
        figure.clear_data()
        figure.plot_size(width, height)
        figure.frame(False)
        figure.xticks([])
        figure.yticks([])
        figure.xlim(-0.5, width * self.pixels[0] - 0.5)
        figure.ylim(-0.5, height * self.pixels[1] - 0.5)
        for x, y in pieces:
            draw(x.tolist(), y.tolist(), marker="*" if self.ascii else "braille")
        figure._build_matrix()
        rows = figure.monitor.matrix.marker[::-1]
        if self.ascii:
            return np.array([[cell != " " for cell in row] for row in rows], np.uint8)
        codes = np.array([[ord(cell) for cell in row] for row in rows])
        return np.where(codes >= BRAILLE, codes - BRAILLE, 0).astype(np.uint8)
