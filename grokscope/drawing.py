"""Drawing: figures as pictures, with matplotlib, which nothing else imports."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from grokscope.errors import MissingPackage
from grokscope.figure import Figure, Panel

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure as Canvas
    from matplotlib.lines import Line2D

OKABE_ITO = ("#D55E00", "#0072B2", "#009E73", "#E69F00", "#CC79A7", "#56B4E9", "#000000", "#F0E442")
"""Eight colours that colour-blind people tell apart (Okabe and Ito, 2008)."""
BANDS = " Lines are medians over seeds, bands go from the least to the greatest."
WIDTH = 62
"""Characters of the caption, or of what a legend tells, over one panel."""
KEY = 6
"""Characters that a line or a point takes before its label."""
STYLES = ("-", ":", "--", "-.")
MARK: dict[str, Any] = {"color": "0.4", "linestyle": "--", "linewidth": 0.8}
SIZE = (4.6, 3.2)
"""Of one panel, in inches."""
TICKS = 6
PLAIN, NARROW = 200, 5
"""Ratios of its ends up to which a logarithmic axis has plain numbers, and evenly spaced ones."""
MARGIN = 1.15
"""By how much a logarithmic axis goes beyond what is drawn."""
MANY, MANY_SIZE, FEW_SIZE = 200, 3, 18
"""Points are smaller where there are many."""
INSTALL = "pip install 'grokscope[plot]'"
SETTINGS = {
    "svg.hashsalt": "grokscope",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": "medium",
    "font.size": 9,
    "legend.fontsize": 7.5,
    "legend.framealpha": 0.7,
    "figure.dpi": 110,
}
"""The salt makes the names inside an SVG the same each time."""


def draw(figure: Figure, data: xr.DataTree, path: Path) -> None:
    """Draw a figure into a file; its suffix decides the format.

    The same data give the same SVG, byte for byte.

    Parameters
    ----------
    data : DataTree
        From `Figure.data`.

    Raises
    ------
    MissingPackage
        If matplotlib is not installed.
    """
    require()
    from matplotlib import rc_context

    with rc_context(SETTINGS):
        made = {"Date": None} if path.suffix == ".svg" else None
        compose(figure, data).savefig(path, metadata=made)


def require() -> None:
    """Raise where pictures cannot be drawn.

    Raises
    ------
    MissingPackage
        If matplotlib is not installed.
    """
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise MissingPackage(f"figures are drawn with matplotlib: {INSTALL}") from error


def compose(figure: Figure, data: xr.DataTree) -> "Canvas":
    """Return a figure's panels as matplotlib holds them; no window and no global state is used."""
    from matplotlib.figure import Figure as Canvas

    shown = {figure.panel(letter): node.to_dataset() for letter, node in data.children.items()}
    columns = min(figure.columns, len(shown))
    rows = -(-len(shown) // columns)
    canvas = Canvas((SIZE[0] * columns, SIZE[1] * rows + 0.4), layout="constrained")
    places = [*canvas.subplots(rows, columns, squeeze=False).ravel()]
    colours = _colours(figure, shown)
    keys: list[list[Any]] = []
    for axes, letter, (panel, values) in zip(places, data.children, shown.items(), strict=False):
        DRAWN[panel.kind](axes, panel, values, colours)
        axes.set_title(f"({letter}) {panel.title}", loc="left")
        _label(axes, panel, values)
        keys.append([*axes.get_legend_handles_labels()[0], *_keys(panel, values)])
    for axes in places[len(shown) :]:
        axes.remove()
    for column in range(columns):
        _scale(places[column::columns], list(shown.items())[column::columns])
    # the panel that shows most decides the order
    told = {str(key.get_label()): key for some in sorted(keys, key=len) for key in some[::-1]}
    if told:
        handles = [*told.values()][::-1]
        abreast = max(1, WIDTH * columns // (max(map(len, told)) + KEY))
        canvas.legend(handles=handles, loc="outside lower center", ncols=abreast)
    banded = any(panel.kind in ("lines", "bars") for panel in shown)
    caption = wrap(figure.caption + BANDS * banded, WIDTH * columns)
    canvas.suptitle("\n".join(caption), x=0.01, ha="left", fontsize="medium")
    return canvas


def _colours(figure: Figure, shown: Mapping[Panel, xr.Dataset]) -> dict[str, str]:
    """Return the colour of each label, the same in all panels."""
    labels = dict.fromkeys(figure.colours)
    for panel, values in shown.items():
        if panel.colours:
            labels |= dict.fromkeys(map(str, values[panel.colours].values))
    return {label: OKABE_ITO[n % len(OKABE_ITO)] for n, label in enumerate(labels)}


def _series(
    panel: Panel, shown: xr.Dataset, colours: Mapping[str, str]
) -> Iterator[tuple[xr.DataArray, str, int, str | None]]:
    """Yield values, their colour, the number of their style and their label, if it is new."""
    for number, name in enumerate(panel.y):
        if panel.colours:
            for label in map(str, shown[panel.colours].values):
                part = shown[name].sel({panel.colours: label})
                yield part, colours[label], number, None if number else label
        else:
            told = _told(shown[name]) if len(panel.y) > 1 else None
            yield shown[name], OKABE_ITO[1], number, told


def _lines(axes: "Axes", panel: Panel, shown: xr.Dataset, colours: Mapping[str, str]) -> None:
    for values, colour, style, label in _series(panel, shown, colours):
        middle, low, high = _over_seeds(values, panel.x)
        x = middle[panel.x].values
        axes.plot(x, middle.values, STYLES[style], color=colour, label=label, linewidth=1.3)
        if not low.equals(high):
            axes.fill_between(x, low.values, high.values, color=colour, alpha=0.2, linewidth=0)


def _points(axes: "Axes", panel: Panel, shown: xr.Dataset, colours: Mapping[str, str]) -> None:
    for values, colour, style, label in _series(panel, shown, colours):
        place = shown[panel.x]
        if panel.colours in place.dims:
            place = place.sel({panel.colours: values[panel.colours]})
        x, y = xr.broadcast(place, values)
        axes.scatter(
            x.values.ravel(),
            y.values.ravel(),
            s=FEW_SIZE if x.size < MANY else MANY_SIZE,
            edgecolors=colour,
            facecolors="none" if style else colour,
            label=label,
            linewidths=0.8,
        )
    if "line" in shown:
        along, line = shown["line_x"], shown["line"]
        (drawn,) = axes.plot(along, line, "k-", linewidth=1)
        axes.legend(handles=[drawn], labels=[line.attrs["told"]])
    if "line_low" in shown:
        axes.fill_between(
            shown["line_x"], shown["line_low"], shown["line_high"], color="k", alpha=0.12, lw=0
        )


def _bars(axes: "Axes", panel: Panel, shown: xr.Dataset, colours: Mapping[str, str]) -> None:
    parts = list(_series(panel, shown, colours))
    x = shown[panel.x].values
    width = 0.9 * (x[1] - x[0]) / len(parts)
    for number, (values, colour, _, label) in enumerate(parts):
        middle, low, high = _over_seeds(values, panel.x)
        beside = x + (number - (len(parts) - 1) / 2) * width
        axes.bar(beside, middle.values, width, color=colour, label=label)
        axes.vlines(beside, low.values, high.values, color="k", linewidth=0.6)


def _image(axes: "Axes", panel: Panel, shown: xr.Dataset, colours: Mapping[str, str]) -> None:
    values = shown[panel.y[0]]
    rows = shown[str(values.dims[0])]
    mesh = axes.pcolormesh(
        shown[panel.x].values, rows.values, values.values, cmap="cividis", rasterized=True
    )
    axes.figure.colorbar(mesh, ax=axes, label=axis_label(values))
    axes.set_ylabel(axis_label(rows))


DRAWN = {"lines": _lines, "points": _points, "bars": _bars, "image": _image}


def _over_seeds(values: xr.DataArray, x: str) -> tuple[xr.DataArray, xr.DataArray, xr.DataArray]:
    """Return median, least and greatest over seeds, where there is a value, along x."""
    if "seed" not in values.dims:
        values = values.expand_dims("seed")
    there = values.dropna(x, how="all")
    return there.median("seed"), there.min("seed"), there.max("seed")


def _label(axes: "Axes", panel: Panel, shown: xr.Dataset) -> None:
    """Say what is along the axes, and mark times and levels."""
    axes.set_xlabel(axis_label(shown[panel.x]))
    if panel.kind != "image":
        axes.set_ylabel(panel.label or axis_label(shown[panel.y[0]]))
    axes.locator_params(axis="x", nbins=TICKS)
    for name in panel.marks:
        axes.axvline(float(shown[name].median()), **MARK)
    if panel.level is not None:
        axes.axhline(panel.level, color="0.4", linewidth=0.8)


def _scale(places: Sequence["Axes"], shown: Sequence[tuple[Panel, xr.Dataset]]) -> None:
    """Scale the axes of one column of panels, the logarithmic ones from one end to the other."""
    for axes, (panel, _) in zip(places, shown, strict=False):
        if "y" in panel.log:
            axes.set_yscale("log")
            _plain(axes.yaxis)
        if panel.limits:
            axes.set_ylim(panel.limits)
    logarithmic = [values[panel.x].values.ravel() for panel, values in shown if "x" in panel.log]
    x = np.concatenate([*logarithmic, np.empty(0)])
    x = x[np.isfinite(x)]
    if not (x > 0).any():
        return
    first, last = float(x[x > 0].min()), float(x.max())
    for axes, (panel, _) in zip(places, shown, strict=False):
        if "x" in panel.log and x.min() > 0:
            axes.set_xscale("log")
            axes.set_xlim(first / MARGIN, last * MARGIN)
            _plain(axes.xaxis)
        elif "x" in panel.log:
            axes.set_xscale("symlog", linthresh=first)
            axes.set_xlim(-first / 10, last * MARGIN)


def _plain(axis: "Axis") -> None:
    """Write numbers out where a logarithmic axis spans too little for powers of ten."""
    from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, NullLocator

    low, high = axis.get_view_interval()
    if high / low < PLAIN:
        narrow = high / low < NARROW
        axis.set_major_locator(MaxNLocator(TICKS) if narrow else LogLocator(subs=(1, 2, 5)))
        axis.set_major_formatter("{x:g}")
        axis.set_minor_formatter(NullFormatter())
        if narrow:
            axis.set_minor_locator(NullLocator())


def _keys(panel: Panel, shown: xr.Dataset) -> "list[Line2D]":
    """Return what a legend tells of styles and marks, whatever their colour."""
    from matplotlib.lines import Line2D

    keys = []
    if panel.colours and len(panel.y) > 1:
        for number, name in enumerate(panel.y):
            look: dict[str, Any] = {"linestyle": STYLES[number]}
            if panel.kind == "points":
                fill = "none" if number else "k"
                look = {"linestyle": "", "marker": "o", "markersize": 4, "markerfacecolor": fill}
            keys.append(Line2D([], [], color="k", label=_told(shown[name]), **look))
    if panel.marks:
        told = ", ".join(str(shown[name].attrs["long_name"]) for name in panel.marks)
        keys.append(Line2D([], [], label=told, **MARK))
    return keys


def _told(values: xr.DataArray) -> str:
    """Return what a style stands for: `test` rather than `test accuracy`."""
    return str(values.attrs.get("split", values.attrs["long_name"]))


def axis_label(values: xr.DataArray) -> str:
    """Return what an axis is called: its long name, and its unit where it has one."""
    name = str(values.attrs.get("long_name", values.name))
    unit = str(values.attrs.get("unit_label", values.attrs.get("units", "1")))
    return name if unit in ("1", name) else f"{name} ({unit})"
