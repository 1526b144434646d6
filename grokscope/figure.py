"""Figures: a paper's pictures as numbers, and how they are drawn.

What a figure shows is a labelled tree, made without any plotting library; `drawing` makes a
picture of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from string import ascii_lowercase
from typing import TYPE_CHECKING, Literal

import xarray as xr

from grokscope.errors import MissingData, listed

if TYPE_CHECKING:
    from grokscope.study import Evidence

Kind = Literal["lines", "points", "bars", "image"]
Log = Literal["", "x", "y", "xy"]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One pair of axes: what is read of runs, and how it is drawn.

    Lines and bars are medians over the dimension `seed`, where there is one, with a band from the
    least to the greatest; points are drawn one by one. Where what is read has a variable `line`
    along `line_x`, perhaps with `line_low` and `line_high`, it is drawn through the points and
    told by its attribute `told`.
    """

    title: str
    groups: tuple[str, ...]
    """Runs that it takes; with none of one of them it is not drawn."""
    read: "Callable[[Evidence], xr.Dataset]"
    x: str
    """The coordinate, or the variable of points, along the horizontal axis; columns of an image."""
    y: tuple[str, ...]
    """Variables: the first is drawn solid, the second dotted, the third dashed."""
    kind: Kind = "lines"
    label: str = ""
    """Of the vertical axis; the first variable's own name where it is empty."""
    colours: str = ""
    """Dimension along which colours differ."""
    log: Log = ""
    """Axes with a logarithmic scale; where x begins with 0, it does so linearly."""
    limits: tuple[float, float] | None = None
    """Of the vertical axis, where not all there is should be seen."""
    marks: tuple[str, ...] = ()
    """Variables whose medians are marked on the horizontal axis."""
    level: float | None = None
    """A height at which a thin line is drawn."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A picture of several panels."""

    name: str
    """Of its files."""
    where: str
    """In the paper, such as `fig. 2`; empty where the paper has none like it."""
    caption: str
    panels: tuple[Panel, ...]
    columns: int = 2
    colours: Sequence[str] = ()
    """What has the first colour, the second, and so on; others follow in order of appearance."""

    def panel(self, letter: str) -> Panel:
        """Return a panel by its letter."""
        return self.panels[ascii_lowercase.index(letter)]

    def data(self, evidence: "Evidence") -> xr.DataTree:
        """Return what its panels show, by letter; those whose runs are missing are left out.

        Raises
        ------
        MissingData
            If that leaves none, or a run lacks what is read.
        """
        lettered = dict(zip(ascii_lowercase, self.panels, strict=False))
        ready = {
            letter: panel
            for letter, panel in lettered.items()
            if all(evidence.get(name) for name in panel.groups)
        }
        if not ready:
            needed = {name: None for panel in self.panels for name in panel.groups}
            missing = [name for name in needed if not evidence.get(name)]
            raise MissingData(f"{listed(missing)}: not trained at this scale")
        told = {"title": self.name, "where": self.where, "caption": self.caption}
        shown = {
            f"/{letter}": panel.read(evidence).assign_attrs(title=panel.title)
            for letter, panel in ready.items()
        }
        return xr.DataTree.from_dict({"/": xr.Dataset(attrs=told)} | shown)
