"""Curves as plotext draws them: the raster of figures that are printed once.

The explorer redraws while somebody scrolls and has a faster raster, `raster.Raster`; tests hold
the two against each other. plotext 5.3.2 keeps module-level state; a figure object of one's own
does not, but its class has a private name, which only this file knows.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from plotext._figure import _figure_class

from grokscope.tui.plot.decimate import Points
from grokscope.tui.plot.raster import BRAILLE, Raster


class PrintedRaster(Raster):
    """A grid of cells that plotext draws on; takes and returns what `Raster` does."""

    def __init__(self, ascii: bool = False) -> None:
        super().__init__(ascii)
        self._figure: Any = _figure_class()
        self._figure._limit_size(False, False)

    def lines(self, pieces: Sequence[Points], width: int, height: int) -> NDArray[np.uint8]:
        """Return the cells that straight lines through each piece cover."""
        return self._drawn(self._figure.plot, pieces, width, height)

    def dots(self, pieces: Sequence[Points], width: int, height: int) -> NDArray[np.uint8]:
        """Return the cells that the points alone cover."""
        return self._drawn(self._figure.scatter, pieces, width, height)

    def _drawn(
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
