"""Notebooks: the Python that opens what a list, a sweep or checkpoints are drawn from."""

import json
from collections.abc import Sequence
from pathlib import Path
from textwrap import indent, wrap

CUBE = """{title}

import matplotlib.pyplot as plt

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
    ax.plot(times.sel(run=run), accuracy.sel(run=run), label=run)
ax.set(xscale="symlog", xlabel={unit}, ylabel="test accuracy", ylim=(0, 1))
if cube.sizes["run"] <= 12:
    ax.legend(fontsize=7)
plt.show()
"""
CROSSED = """value = {value}
if value not in table:
    # what the run ended with
    table[value] = cube[value].to_pandas().ffill(axis=1).iloc[:, -1]

cells = table.groupby({keys})[value]
if table[value].dtype.kind in "fiub":
    cells = cells.median()
else:
    cells = cells.agg(lambda words: words.mode().iat[0])
print(cells.unstack().to_string() if cells.index.nlevels > 1 else cells.to_string())

if cells.dtype.kind in "fiub":
    fig, ax = plt.subplots(layout="constrained")
    (cells.unstack(0) if cells.index.nlevels > 1 else cells).plot(ax=ax, marker="o", ylabel=value)
    plt.show()
"""
CHECKPOINTS = """{title}

import matplotlib.pyplot as plt

import grokscope

runs = [
{runs},
]
measures = [
{measures}
]
size = {{"figsize": (5 * len(runs), 3.5 * len(measures)), "layout": "constrained"}}
fig, axes = plt.subplots(len(measures), len(runs), squeeze=False, **size)
for column, path in enumerate(runs):
    tree = grokscope.open_run(path)
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


def listed(ids: Sequence[str], store: Path, unit: str = "epoch") -> str:
    """Return a program that opens runs as one cube, prints their table and draws their accuracy.

    Parameters
    ----------
    unit : str
        What their times are told in, "epoch" or "step".
    """
    return _cube(ids, store) + CURVES.format(unit=_text(unit))


def crossed(ids: Sequence[str], store: Path, keys: Sequence[str], value: str) -> str:
    """Return a program that tells a quantity of the runs of a sweep by the values of its keys.

    Parameters
    ----------
    keys : sequence of str
        One or two configuration keys, by their short names.
    """
    named = f"[{', '.join(map(_text, keys))}]"
    return _cube(ids, store) + CROSSED.format(value=_text(value), keys=named)


def at_checkpoint(runs: Sequence[Path], keys: Sequence[str], time: float, unit: str) -> str:
    """Return a program that draws stored measures of runs at the checkpoint next to a time.

    Parameters
    ----------
    keys : sequence of str
        As stored; one of several variables of a measure behind a '/'.
    """
    measures = []
    for key in keys:
        group, _, variable = key.partition("/")
        measures.append(f"    ({_text(group)}, {_text(variable or group.partition('.')[0])}),")
    return CHECKPOINTS.format(
        title=_text(f"what was measured at {unit} {time:g}"),
        runs=",\n".join(f"    {_text(str(path.absolute()))}" for path in runs),
        measures="\n".join(measures),
        unit=_text("checkpoint" if unit == "step" else unit),
        unit_name=unit,
        time=float(time),
    )


def _cube(ids: Sequence[str], store: Path) -> str:
    lines = wrap(", ".join(map(_text, ids)), 92, break_long_words=False, break_on_hyphens=False)
    return CUBE.format(
        title=_text(f"{len(ids)} runs of {store.absolute()}"),
        runs=indent("\n".join(lines), "    "),
        store=_text(str(store.absolute())),
    )


def _text(words: str) -> str:
    """Return a literal: names may be a stranger's, and the program will be run."""
    return json.dumps(words, ensure_ascii=False)
