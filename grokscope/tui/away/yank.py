"""Yanking: the Python that redraws a scene in a notebook, from the runs' files alone."""

from collections.abc import Iterator, Sequence

import numpy as np

from grokscope.tui.away.notebook import literal, opener
from grokscope.tui.curves import lines, panels
from grokscope.tui.curves.axes import NORM
from grokscope.tui.curves.scene import Scene
from grokscope.tui.curves.shown import Shown
from grokscope.tui.plot.palette import HUES, Ink
from grokscope.tui.plot.panel import Panel

HEAD = """import matplotlib.pyplot as plt
import numpy as np
{opening}

runs = {{
{runs}}}
trees = {{path: {opened} for paths in runs.values() for path in paths}}
"""
CURVE = '''

def curve(path, group, variable):
    """Return places along the horizontal axis, and values."""
    values = trees[path][group][variable]
{smoothing}{places}    known = np.isfinite(x)
    return x[known], values.to_numpy()[known]
'''
SMOOTHING = """    window = values.rolling({{values.dims[0]: {0}}}, center=True, min_periods=1)
    values = window.mean().where(values.notnull())
"""
STARTS = """starts = {{
{0}}}
"""
ALONG = """    along = trees[path][{0}][{1}]
    along = along[np.isfinite(along)]
    x = np.interp(values[values.dims[0]], along[along.dims[0]], along, np.nan, np.nan){2}
"""
ALONE = '''

def plot(ax, name, group, variable, **style):
    """Draw a curve of a run."""
    for path in runs[name]:
        ax.plot(*curve(path, group, variable), **style)
'''
SPREAD = '''

def spread(paths, group, variable):
    """Return places, {low}, median and {high} of runs that differ in seeds alone."""
    curves = [curve(path, group, variable) for path in paths]
    x = np.unique(np.concatenate([places for places, _ in curves]))
    y = np.stack([np.interp(x, *one, np.nan, np.nan) for one in curves])
    known = np.isfinite(y).any(axis=0)
    return x[known], *np.nanquantile(y[:, known], {shares}, axis=0)
'''
BAND = '''

def plot(ax, name, group, variable, **style):
    """Draw the median of runs in their band."""
    x, low, middle, high = spread(runs[name], group, variable)
    ax.fill_between(x, low, high, color=style["color"], alpha=0.2, linewidth=0)
    ax.plot(x, middle, **style)
'''
RELATED = '''

def relate(ax, group, variable, **style):
    """Draw {what}, on straight lines between evaluations."""
    first, second = ({source} for paths in runs.values())
    x = np.union1d(first[0], second[0])
    a, b = (np.interp(x, *one, np.nan, np.nan) for one in (first, second))
    ax.plot(x, a {sign} b, **style)
'''
MARK = '''

def mark(ax, place, text):
    """Mark an event."""
    ax.axvline(place, color="0.5", linestyle="--", linewidth=0.8)
    at = {"xycoords": ("data", "axes fraction"), "rotation": 90, "ha": "right", "fontsize": 7}
    ax.annotate(text, (place, 0.5), **at)
'''
FIGURE = """

size = {{"figsize": ({width}, {height}), "layout": "constrained"}}
fig, axes = plt.subplots({rows}, {columns}, sharex=True, sharey={sharey}, squeeze=False, **size)
"""
TAIL = """
for ax in axes.flat:
{scale}    if ax.get_legend_handles_labels()[0]:
        ax.legend(fontsize=7)
for ax in axes[-1]:
    ax.set_xlabel({label})
plt.show()
"""
SHARES = {
    "range": ("least", "greatest", [0, 0.5, 1]),
    "quartiles": ("lower quartile", "upper quartile", [0.25, 0.5, 0.75]),
}
SIGNS = {"difference": ("A − B", "-"), "ratio": ("A : B", "/")}


def script(scene: Scene) -> str:
    """Return a program that draws what the scene shows, with matplotlib.

    Dots and hues are those of the screen; axes, marks, what is seen of the axis, smoothing,
    bands and relations as well. Curves are read from the files, as they are then.
    """
    whole = [(side, keys, _panel(scene, side, keys)) for side, keys in scene.rows]
    drawn = [one for one in whole if one[2].lines] or whole[:1]
    columns = len(scene.shown) if scene.beside and len(drawn) == len(whole) else 1
    names = ", ".join(scene.name(one) for one in scene.shown)
    rows = max(len(drawn) // columns, 1)
    size = {"width": 6 * columns + 2 * (columns == 1), "height": round(2.7 * rows + 0.5, 1)}
    shape = {"rows": rows, "columns": columns, "sharey": literal("row") if scene.beside else False}
    marks = MARK if any(panel.marks for _, _, panel in drawn) else ""
    parts = [f"{literal(_title(scene))}\n\n", _head(scene), _curve(scene), _plot(scene), marks]
    parts.append(FIGURE.format(**size, **shape))
    for index, (side, keys, panel) in enumerate(drawn):
        parts.append(f"\nax = axes[{index // columns}, {index % columns}]\n")
        parts += _axes(scene, side, keys, panel)
    if not scene.beside:
        parts.append(f"\nfig.suptitle({literal(names)})\n")
    parts.append(_tail(scene, [panel for _, _, panel in drawn]))
    return "".join(parts)


def variable(shown: Shown, key: str, label: str) -> tuple[str, str]:
    """Return the group and the variable of a run's tree that a curve is read from."""
    metrics = shown.book.metrics if shown.book is not None else None
    name = f"{label}_{key}" if label else key
    quantity = lines.quantity(shown, key)
    measured = quantity is not None and not any(
        trace.step is metrics.step for trace in quantity.traces if metrics is not None
    )
    if not measured and metrics is not None:
        return "metrics", name if name in metrics.curves else key
    group, _, inner = key.partition("/")
    return f"analysis/{group}", inner or group.partition(".")[0]


def _title(scene: Scene) -> str:
    names = ", ".join(scene.name(one) for one in scene.shown)
    words = [key for keys in scene.keys for key in keys]
    return f"{names}: {', '.join(words)} over {scene.over.title}"


def _panel(scene: Scene, side: Sequence[Shown], keys: tuple[str, ...]) -> Panel:
    if scene.related:
        first, second = scene.shown
        return panels.related(first, second, keys[0], scene.view, scene.over)
    if len(side) > 1:
        return panels.overlaid(side, keys, scene.view, scene.over)
    return panels.panel(side[0], keys, scene.view, scene.over)


def _head(scene: Scene) -> str:
    rows = [
        f"    {literal(scene.name(one))}: [{', '.join(map(_path, one.members))}],\n"
        for one in scene.shown
    ]
    members = [member.run for one in scene.shown for member in one.members]
    opening, opened = opener([run.path for run in members], any(run.live for run in members))
    head = HEAD.format(runs="".join(rows), opening=opening, opened=opened)
    if not scene.over.origin:
        return head
    starts = [
        f"    {_path(member)}: {_number(scene.over.start(member))},\n"
        for one in scene.shown
        for member in one.members
    ]
    return head + STARTS.format("".join(starts))


def _curve(scene: Scene) -> str:
    over, width = scene.over, scene.view.smoothing
    since = " - starts[path]" if over.origin else ""
    if over.kind == "epoch":
        places = f'    x = values["epoch"].to_numpy(){since}\n'
    elif over.kind == "step":
        places = f"    x = values[values.dims[0]].to_numpy().astype(float){since}\n"
    elif over.kind == "wall time":
        places = ALONG.format(literal("metrics"), literal("wall_time"), since)
    else:
        held = next((one for one in scene.shown if lines.quantity(one, NORM)), scene.shown[0])
        places = ALONG.format(*map(literal, variable(held, NORM, "")), since)
    smoothing = SMOOTHING.format(width) if width else ""
    return CURVE.format(smoothing=smoothing, places=places)


def _plot(scene: Scene) -> str:
    spread = ""
    if _banded(scene):
        low, high, shares = SHARES[scene.view.band]
        spread = SPREAD.format(low=low, high=high, shares=shares)
    if not scene.related:
        return spread + BAND if spread else ALONE
    what, sign = SIGNS[scene.view.relation]
    one = "spread(paths, group, variable)[::2]" if spread else "curve(paths[0], group, variable)"
    return spread + RELATED.format(what=what, sign=sign, source=one)


def _banded(scene: Scene) -> bool:
    return scene.over.ordered and any(one.group for one in scene.shown)


def _axes(
    scene: Scene, side: Sequence[Shown], keys: tuple[str, ...], panel: Panel
) -> Iterator[str]:
    if panel.side is not None:
        yield "right = ax.twinx()\n"
    yield from _calls(scene, side, keys, panel)
    for mark in panel.marks:
        yield f"mark(ax, {_number(mark.time)}, {literal(mark.text)})\n"
    if panel.rule is not None:
        yield f'ax.axhline({panel.rule}, color="0.7", linewidth=0.8)\n'
    title = f"{scene.name(side[0])}: {panel.title}" if scene.beside else panel.title
    yield f'ax.set_title({literal(title)}, loc="left")\n'
    low, high = (panel.scales(100)[1].low, panel.scales(100)[1].high)
    seen = None if panel.window is None else (low, high)
    yield _scale("ax", panel.log_y, seen or panel.bounds)
    if panel.side is not None:
        yield f"right.set_ylabel({literal(panel.side.title)})\n"
        yield _scale("right", panel.side.log, panel.side.bounds)
        yield 'right.legend(loc="lower right", fontsize=7)\n'


def _calls(
    scene: Scene, side: Sequence[Shown], keys: tuple[str, ...], panel: Panel
) -> Iterator[str]:
    """Yield a call for each curve, in the order of the panel's lines."""
    left = list(panel.lines)
    for shown in side[:1] if scene.related else side:
        for key in keys:
            quantity = lines.quantity(shown, key)
            for trace in quantity.traces if quantity is not None else ():
                if scene.related and trace.label not in {line.label for line in panel.lines}:
                    continue
                # a band has two edges before its median
                banded = shown.group and scene.over.ordered and not scene.related
                line = [left.pop(0) for _ in range(3 if banded else 1)][-1]
                group, name = variable(shown, key, trace.label)
                ax = "right" if line.right else "ax"
                who = "" if scene.related else f"{literal(scene.name(shown))}, "
                style = _style(line.ink, line.dotted, line.label)
                call = "relate" if scene.related else "plot"
                yield f"{call}({ax}, {who}{literal(group)}, {literal(name)}, {style})\n"


def _style(ink: Ink, dotted: bool, label: str) -> str:
    hue = "#{:02x}{:02x}{:02x}".format(*HUES[ink.hue or "sky"]["truecolor"])
    words = [f"color={literal(hue)}"]
    words += ['linestyle=":"'] * dotted + ["alpha=0.6"] * ink.dim
    return ", ".join(words + [f"label={literal(label)}"] * bool(label))


def _scale(ax: str, log: bool, limits: tuple[float, float] | None) -> str:
    told = f'{ax}.set_yscale("log")\n' if log else ""
    if limits is None or (log and limits[0] <= 0):
        return told
    return f"{told}{ax}.set_ylim({_number(limits[0])}, {_number(limits[1])})\n"


def _tail(scene: Scene, drawn: Sequence[Panel]) -> str:
    scale, ends = "", ""
    if scene.over.log:
        times = np.concatenate([np.ones(1), *(one.time for each in drawn for one in each.lines)])
        positive = times[times > 0]
        kind = '"log"'
        if (times == 0).any() and not (times < 0).any() and positive.size:
            kind = f'"symlog", linthresh={_number(positive.min())}, linscale=0.3'
            ends = "    ax.set_xlim(left=0)\n"
        scale = f"    ax.set_xscale({kind})\n"
    if scene.view.window is not None:
        low, high = scene.view.window
        ends = f"    ax.set_xlim({_number(low)}, {_number(high)})\n"
    return TAIL.format(scale=scale + ends, label=literal(scene.over.title))


def _path(shown: Shown) -> str:
    return literal(str(shown.run.path.absolute()))


def _number(value: float) -> str:
    return repr(float(value)) if np.isfinite(value) else "np.nan"
