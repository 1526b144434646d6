"""Notebooks: the Python that opens what a list, a sweep or checkpoints are drawn from."""

import json
from collections.abc import Sequence
from pathlib import Path
from textwrap import indent, wrap

from grokscope.store.schema import ANALYSIS

CUBE = """{title}

import matplotlib.pyplot as plt
import numpy as np

import grokscope

runs = [
{runs},
]
cube = grokscope.open_runs(runs, store={store})
table = cube.coords.to_dataset().drop_dims("step").to_dataframe()
"""
CURVES = """print(table.to_string())

fig, ax = plt.subplots(layout="constrained")
accuracy = cube["test_accuracy"]
times = cube[{unit}].broadcast_like(accuracy)
for run in cube["run"].values:
    # runs of other tasks were evaluated at other steps
    known = accuracy.sel(run=run).notnull().values
    ax.plot(times.sel(run=run)[known], accuracy.sel(run=run)[known], label=run)
ax.set(xscale="symlog", xlabel={unit}, ylabel="test accuracy", ylim=(0, 1))
ax.set_xlim(left=0)
if cube.sizes["run"] <= 12:
    ax.legend(fontsize=7)
plt.show()
"""
VALUE = """
value = {value}
if value not in table:
    # what the run ended with
    table[value] = cube[value].to_pandas().ffill(axis=1).iloc[:, -1]
elif value in ("t_train", "t_test", "t_grok"):
    # a time that was not reached lies beyond the run's end
    table[value] = table[value].fillna(np.inf)
worded = table[value].dtype.kind not in "biuf"
"""
CROSSED = """
row, column = {row}, {column}
table[""] = ""
cells = table.groupby([row, column])[value]
cells = (cells.agg(lambda words: words.mode().iat[0]) if worded else cells.median()).unstack()
print(cells.to_string())

shades = cells.replace(np.inf, np.nan)
if worded:
    places = {{word: place for place, word in enumerate(sorted(set(table[value])))}}
    shades = cells.apply(lambda words: words.map(places)).astype(float)
fig, ax = plt.subplots(layout="constrained")
ax.imshow(shades, origin="lower", aspect="auto", cmap="cividis")
ax.set_xticks(range(cells.shape[1]), cells.columns)
ax.set_yticks(range(cells.shape[0]), cells.index)
ax.set(xlabel=column, ylabel=row, title=value)
box = {{"facecolor": "white", "alpha": 0.7, "edgecolor": "none"}}
for (y, x), cell in np.ndenumerate(cells.to_numpy(object)):
    if cell == cell:
        ax.text(x, y, cell if worded else f"{{cell:.3g}}", ha="center", va="center", bbox=box)
plt.show()
"""
SCANNED = """
row, column = {row}, {column}
table[""] = ""
print(table.groupby([row, column])[value].median().unstack().to_string())
{scale}
fig, ax = plt.subplots(layout="constrained")
for name, runs in table.groupby(row):
    (middle,) = ax.plot(runs.groupby(column)[value].median(), label=f"{{row}} {{name}}".strip())
    ax.plot(runs[column], runs[value], "o", color=middle.get_color(), alpha=0.5)
ax.set(xlabel=column, ylabel=value)
{scales}if row:
    ax.legend(fontsize=7)
plt.show()
"""
SCALE = '''

def scale(name):
    """Return the logarithmic scale that has a place for all values."""
    return "log" if (table[name].dropna() > 0).all() else "symlog"

'''
RANKED = """
# how closely values of each key go along with it: by rank, and less what luck gives
from grokscope.association import cramers_v, luck, rank_eta, spearman

known = table[table[value].notna()]
outcome = known[value].to_numpy()
if worded:
    outcome = np.unique(outcome, return_inverse=True)[1]
strengths = {{}}
for key in {keys}:
    groups = np.unique(known[key], return_inverse=True)[1]
    ordered = known[key].dtype.kind in "biuf"
    if worded:
        found = [rank_eta(outcome, groups) if ordered else cramers_v(groups, outcome)]
    else:
        found = [rank_eta(groups, outcome), abs(spearman(groups, outcome)) if ordered else 0]
    strengths[key] = max((one for one in found if one == one), default=0)
    print(f"{{key:20}} {{strengths[key]:.2f}}")

fig, ax = plt.subplots(layout="constrained")
ax.barh(list(strengths), list(strengths.values()))
ax.axvline(luck(len(known)), color="0.5", linestyle=":")
ax.invert_yaxis()
ax.set(xlim=(0, 1), xlabel=f"strength, of {{value}}; beyond the dotted line once in 20 by luck")
plt.show()
"""
CHECKPOINTS = """{title}

import matplotlib.pyplot as plt
{opening}

runs = [
{runs},
]
measures = [
{measures}
]
size = {{"figsize": (5 * len(runs), 3.5 * len(measures)), "layout": "constrained"}}
fig, axes = plt.subplots(len(measures), len(runs), squeeze=False, **size)
for column, path in enumerate(runs):
    tree = {opened}
    for ax, (group, variable) in zip(axes[:, column], measures):
        if group not in tree["analysis"]:
            ax.set_axis_off()
            continue
        values = tree["analysis"][group][variable]
        at = abs(values[{unit}] - {time}).argmin("checkpoint")
        values = values.isel(checkpoint=int(at)).squeeze()
        # of more dimensions than a picture has, the first of each
        values = values.isel({{dim: 0 for dim in values.dims[:-2]}})
        if values.ndim:
            values.plot(ax=ax)
        when = values[{unit}].item()
        ax.set_title(f"{{values.attrs.get('long_name', variable)}}, {unit_name} {{when:g}}")
plt.show()
"""
CLAIMS = """{title}

import json

import matplotlib.pyplot as plt

with open({path}, encoding="utf-8") as file:
    study = json.load(file)
claims = [dict.fromkeys(("verdict", "paper", "ours", "expected"), "") | claim
          for claim in study["claims"]]
for claim in claims:
    told = "{{name}}: paper {{paper}}, ours {{ours}}".format(**claim)
    print(f"{{claim['verdict']:22}} {{told}}")

# the values of the seeds, by the convention that they are read by
read = [claim for claim in claims if any(claim.get("readings", {{}}).values())]
rows = -(-max(len(read), 1) // 3)
size = {{"figsize": (18, 1.2 * rows + 0.5), "layout": "constrained"}}
fig, axes = plt.subplots(rows, 3, squeeze=False, **size)
for ax in axes.flat[len(read) :]:
    ax.set_axis_off()
for ax, claim in zip(axes.flat, read):
    for name, values in claim["readings"].items():
        known = [value for value in values if isinstance(value, float | int)]
        ax.plot(known, [name] * len(known), "o", alpha=0.6)
    title = "{{name}}: {{verdict}}; holds if {{expected}}".format(**claim)
    ax.set_title(title, loc="left", fontsize=8)
    ax.margins(y=0.5)
plt.show()
"""


def listed(ids: Sequence[str], store: Path, unit: str = "epoch") -> str:
    """Return a program that opens runs as one cube, prints their table and draws their accuracy.

    Parameters
    ----------
    unit : str
        What their times are told in, "epoch" or "step".
    """
    return _cube(ids, store) + CURVES.format(unit=literal(unit))


def crossed(ids: Sequence[str], store: Path, row: str, column: str, value: str) -> str:
    """Return a program that draws a quantity of the runs of a sweep over two of its keys.

    Parameters
    ----------
    row, column : str
        Configuration keys as a cube of the runs names them; `row` may be empty.
    """
    keys = {"row": literal(row), "column": literal(column)}
    return _valued(ids, store, value) + CROSSED.format(**keys)


def scanned(
    ids: Sequence[str], store: Path, row: str, column: str, value: str, logs: tuple[bool, bool]
) -> str:
    """Return a program that draws runs as points over a key, and medians as lines.

    Parameters
    ----------
    logs : (bool, bool)
        Whether the axes of key and quantity are logarithmic.
    """
    scaled = [f"ax.set_{axis}scale(scale({of}))\n" for axis, of, log in
              zip("xy", ("column", "value"), logs, strict=True) if log]  # fmt: skip
    keys = {"row": literal(row), "column": literal(column), "scales": "".join(scaled)}
    keys["scale"] = SCALE if scaled else ""
    return _valued(ids, store, value) + SCANNED.format(**keys)


def ranked(ids: Sequence[str], store: Path, keys: Sequence[str], value: str) -> str:
    """Return a program that ranks configuration keys by how closely a quantity goes with them."""
    told = f"[{', '.join(map(literal, keys))}]"
    return _valued(ids, store, value) + RANKED.format(keys=told)


def at_checkpoint(
    runs: Sequence[Path], keys: Sequence[str], time: float, unit: str, live: bool = False
) -> str:
    """Return a program that draws stored measures of runs at the checkpoint next to a time.

    Parameters
    ----------
    keys : sequence of str
        As stored; one of several variables of a measure behind a '/'.
    live : bool
        Whether any of the runs goes on.
    """
    measures = []
    for key in keys:
        group, _, variable = key.partition("/")
        measures.append(f"    ({literal(group)}, {literal(variable or group.partition('.')[0])}),")
    opening, opened = opener(runs, live)
    return CHECKPOINTS.format(
        title=literal(f"what was measured at {unit} {time:g}"),
        runs=",\n".join(f"    {literal(str(path.absolute()))}" for path in runs),
        measures="\n".join(measures),
        unit=literal("checkpoint" if unit == "step" else unit),
        unit_name=unit,
        time=float(time),
        opening=opening,
        opened=opened,
    )


def claimed(table: Path, title: str) -> str:
    """Return a program that prints a study's table and draws the values behind each claim."""
    return CLAIMS.format(title=literal(title), path=literal(str(table.absolute())))


def opener(runs: Sequence[Path], live: bool) -> tuple[str, str]:
    """Return the line that imports what opens runs, and what opens the one at `path`.

    What lies in the published file needs xarray alone; of runs that go on, or whose measures are
    not in it yet, more is known to grokscope.
    """
    if live or any(next((run / ANALYSIS).glob("*.h5"), None) for run in runs):
        return "\nimport grokscope", "grokscope.open_run(path)"
    return "import xarray as xr", 'xr.open_datatree(f"{path}/run.h5")'


def literal(words: str) -> str:
    """Return a literal: names may be a stranger's, and the program will be run."""
    return json.dumps(words, ensure_ascii=False)


def _valued(ids: Sequence[str], store: Path, value: str) -> str:
    return _cube(ids, store) + VALUE.format(value=literal(value))


def _cube(ids: Sequence[str], store: Path) -> str:
    lines = wrap(", ".join(map(literal, ids)), 92, break_long_words=False, break_on_hyphens=False)
    return CUBE.format(
        title=literal(f"{len(ids)} runs of {store.absolute()}; opened by grokscope"),
        runs=indent("\n".join(lines), "    "),
        store=literal(str(store.absolute())),
    )
