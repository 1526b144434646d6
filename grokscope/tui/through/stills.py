"""Stills: a stored measure at one checkpoint as a picture.

What a picture is follows from the dimensions: a number for each place along an axis is a curve,
for each word a bar, for each of two a heat map. A few measures are drawn in ways of their own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grokscope.tui.plot.amounts import Amounts, draw_amounts, largest
from grokscope.tui.plot.drawing import draw
from grokscope.tui.plot.frame import Frame
from grokscope.tui.plot.heat import Axis, Heat, Picture, draw_heat
from grokscope.tui.plot.pairs import Pairs, draw_pairs
from grokscope.tui.plot.palette import RUN_HUES, Ink
from grokscope.tui.plot.panel import Line, Panel
from grokscope.tui.plot.raster import Raster
from grokscope.tui.plot.scatter import Scatter, draw_scatter
from grokscope.tui.plot.shades import Shading
from grokscope.tui.through.sheets import Sheet, Slab
from grokscope.tui.through.shots import PAIRED, Shot, headline

LOG = ("singular_values", "activation_spectrum")
"""Measures whose values are read on a log axis."""
BARS = ("frequency_power",)
"""Measures along a numbered axis of which only the largest values matter."""
NOISE = 1e-8
"""Share of the greatest value below which nothing is drawn on a log axis: rounding errors."""
NEURON = "neuron"
"""The dimension whose order means nothing, so that rows are sorted."""


@dataclass(frozen=True)
class Still:
    """All that decides a picture but its size."""

    shot: Shot
    sheet: Sheet
    slab: Slab
    probes: Sequence[NDArray[Any]]
    """Values at some checkpoints, of all runs that share the scale; the sheet's own last first."""
    hue: str
    note: str = ""
    """At the right of the title."""
    raster: Raster = field(default_factory=Raster)
    shading: Shading = field(default_factory=Shading)


def draw_still(still: Still, width: int, height: int) -> Frame:
    """Return a measure at one checkpoint as `height` rows of `width` cells."""
    if still.slab.index < 0:
        picture = Picture.blank(width, height)
        picture.head(_title(still, width))
        picture.explain(["no values up to here"])
        return picture
    return _manner(still.sheet)(still, width, height)


def _manner(sheet: Sheet) -> Callable[[Still, int, int], Frame]:
    """Return what draws a sheet."""
    if sheet.measure == PAIRED and len(sheet.shape) == 2 and sheet.shape[1] > 1:
        return _scatter
    if _held_out(sheet) is not None:
        return _pairs
    words = [_in_words(sheet, dim) for dim in sheet.dims]
    if sheet.dims[1:] == () and (words[0] or sheet.measure in BARS):
        return _amounts
    if sheet.dims[1:] == () or words == [True, False]:
        return _lines
    return _heat


def _title(still: Still, width: int) -> str:
    return headline(still.sheet, width - len(still.note) - 4)


def _coordinates(sheet: Sheet, dim: str) -> list[Any]:
    """Return the labels along a dimension; empty where there are none."""
    label = sheet.labels.get(dim)
    if label is None or label.shape != (sheet.shape[sheet.dims.index(dim)],):
        return []
    return [str(v) if label.dtype.kind == "O" else float(v) for v in label]


def _in_words(sheet: Sheet, dim: str) -> bool:
    return any(isinstance(label, str) for label in _coordinates(sheet, dim))


def _held_out(sheet: Sheet) -> NDArray[Any] | None:
    held = sheet.labels.get("held_out")
    return held if held is not None and held.shape == sheet.shape else None


def _ends(still: Still) -> tuple[float, float]:
    """Return the least and greatest value of the slab and the probes, 0 among them."""
    found = [0.0]
    for values in (*still.probes, still.slab.values):
        good = values[np.isfinite(values)]
        if good.size:
            found += [float(good.min()), float(good.max())]
    return min(found), max(found)


def _above(value: float) -> float:
    """Return the next number of two digits, so that scales change seldom."""
    if value <= 0:
        return 1.0
    size = 10.0 ** (np.floor(np.log10(value)) - 1)
    return float(np.ceil(value / size - 1e-9) * size)


def _pairs(still: Still, width: int, height: int) -> Frame:
    held, values = _held_out(still.sheet), still.slab.values
    assert held is not None
    known = np.isin(values, (0, 1))
    names = (still.sheet.dims[0], still.sheet.dims[1])
    table = Pairs(_title(still, width), values == 1, held == 1, known, names, still.note)
    return draw_pairs(table, width, height, still.shading.pairs())


def _amounts(still: Still, width: int, height: int) -> Frame:
    sheet = still.sheet
    labels = [
        label if isinstance(label, str) else f"{label:g}"
        for label in _coordinates(sheet, sheet.dims[0]) or range(sheet.shape[0])
    ]
    values, limit = np.asarray(still.slab.values, np.float64), _above(_ends(still)[1])
    if sheet.measure in BARS:
        with np.errstate(invalid="ignore"):
            peak = np.fmax.reduce([np.asarray(p, np.float64) for p in still.probes] or [values])
        labels, values = largest(labels, values, peak, max(height - 2, 1))
    told = Amounts(_title(still, width), sheet.dims[0], labels, values, limit, Ink(still.hue),
                   still.note)  # fmt: skip
    return draw_amounts(told, width, height)


def _lines(still: Still, width: int, height: int) -> Frame:
    """Return curves along the last dimension, one for each word of the one before."""
    sheet = still.sheet
    axis = np.asarray(_coordinates(sheet, sheet.dims[-1]) or np.arange(sheet.shape[-1]), float)
    log = sheet.attrs.get("scale", "log" if sheet.measure in LOG else "") == "log"
    floor = NOISE * _ends(still)[1] if log else -np.inf
    seen = [_over(floor, values) for values in (still.slab.values, *still.probes)]
    rows = np.atleast_2d(seen[0])
    names = _coordinates(sheet, sheet.dims[0]) if len(sheet.dims) > 1 else [""]
    first = RUN_HUES.index(still.hue)
    hues = [RUN_HUES[(first + n) % len(RUN_HUES)] for n in range(len(rows))]
    lines = tuple(
        Line(name, axis, row, Ink(hue)) for name, row, hue in zip(names, rows, hues, strict=True)
    )
    note = f"   {still.note}" if still.note else ""
    panel = Panel(
        _title(still, width - len(sheet.dims[-1])),
        f"{sheet.dims[-1]}{note}",
        lines,
        log_x=log,
        log_y=log,
        times=(axis,),
        values=tuple(values.ravel() for values in seen[1:]),
    )
    return draw(panel, width, height, still.raster, named_marks=False)


def _over(floor: float, values: NDArray[Any]) -> NDArray[np.float64]:
    """Return values, NaN where they are below what single precision tells from 0."""
    values = np.asarray(values, np.float64)
    with np.errstate(invalid="ignore"):
        return np.where(values > floor, values, np.nan)


def _scatter(still: Still, width: int, height: int) -> Frame:
    sheet, pair = still.sheet, [2 * still.shot.page, 2 * still.shot.page + 1]
    names = _components(sheet, pair, still.slab.index)
    seen = [np.abs(values[:, pair]) for values in (*still.probes, still.slab.values)]
    reach = max((float(np.nanmax(v)) for v in seen if np.isfinite(v).any()), default=1.0)
    items = _coordinates(sheet, sheet.dims[0]) or range(sheet.shape[0])
    points = Scatter(
        _title(still, width),
        np.asarray(still.slab.values[:, pair], np.float64),
        names,
        reach,
        [item if isinstance(item, str) else f"{item:g}" for item in items],
        Ink(still.hue),
        still.note,
    )
    return draw_scatter(points, width, height, still.raster)


def _components(sheet: Sheet, pair: Sequence[int], checkpoint: int) -> tuple[str, str]:
    """Return what two components are: numbers, or waves of so many turns, and their shares."""
    share, waves = (sheet.labels.get(name) for name in ("component_share", "frequency"))
    if waves is not None and waves.shape == sheet.shape[1:]:
        names = [f"cos of wave {waves[pair[0]]:g}", "sin"]
    else:
        names = [f"{sheet.dims[1]} {pair[0] + 1}", f"{pair[1] + 1}"]
    if share is not None and share.shape == (sheet.step.size, sheet.shape[1]):
        shares = [100 * share[checkpoint, component] for component in pair]
        names = [f"{name} ({part:.0f} %)" for name, part in zip(names, shares, strict=True)]
    return names[0], names[1]


def _heat(still: Still, width: int, height: int) -> Frame:
    """Return a map of the last two dimensions; of further ones the first place is shown."""
    sheet = still.sheet
    values = np.asarray(still.slab.values, np.float64)
    probes = [np.asarray(probe, np.float64) for probe in still.probes]
    while values.ndim > 2:
        values, probes = values[0], [probe[0] for probe in probes]
    low, high = _ends(still)
    most = _above(max(-low, high))
    rows = Axis(sheet.dims[-2], _coordinates(sheet, sheet.dims[-2]))
    if sheet.dims[-2] == NEURON:
        values, rows = _sorted(sheet, values, probes[0] if probes else values)
    heat = Heat(
        _title(still, width),
        values,
        rows,
        Axis(sheet.dims[-1], _coordinates(sheet, sheet.dims[-1])),
        (-most, most) if low < 0 else (0.0, most),
        still.note,
        "strongest" if low < 0 or NEURON in sheet.dims else "mean",
    )
    return draw_heat(heat, width, height, still.shading.shades(signed=low < 0))


def _sorted(
    sheet: Sheet, values: NDArray[np.float64], last: NDArray[np.float64]
) -> tuple[NDArray[np.float64], Axis]:
    """Return rows by layer, then by where each is strongest at the last checkpoint."""
    layer = sheet.labels.get("layer")
    if layer is not None and layer.shape != values.shape[:1]:
        layer = None
    size = np.where(np.isfinite(last), abs(last), -1.0)
    keys = [-size.max(axis=1), size.argmax(axis=1)]
    if layer is not None:
        keys.append(np.unique(layer.astype(str), return_inverse=True)[1])
    by = np.lexsort(keys)
    labels = [str(name) for name in layer[by]] if layer is not None else []
    return values[by], Axis(sheet.dims[-2], labels)
