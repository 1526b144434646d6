"""What figures are made of: curves, measures and numbers of runs, side by side."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import xarray as xr

from grokscope.studies.grokking_vs_learning.readings import plateau_end
from grokscope.study import Evidence, Trained

Read = Callable[[Trained], xr.Dataset]
"""What is read of one run."""


def by_group(groups: Mapping[str, str], read: Read) -> Callable[[Evidence], xr.Dataset]:
    """Return what reads all runs of the groups that are there, (group, seed, ...).

    Parameters
    ----------
    groups : dict
        Names of groups by their labels.
    """

    def collect(evidence: Evidence) -> xr.Dataset:
        there = {label: evidence[name] for label, name in groups.items() if evidence.get(name)}
        return _joined([by_seed_of(runs, read) for runs in there.values()], "group", [*there])

    return collect


def by_seed(group: str, read: Read) -> Callable[[Evidence], xr.Dataset]:
    """Return what reads all runs of one group, (seed, ...)."""
    return lambda evidence: by_seed_of(evidence[group], read)


def by_seed_of(runs: Sequence[Trained], read: Read) -> xr.Dataset:
    """Return what is read of runs, with their names, (seed, ...)."""
    whole = _joined([read(run) for run in runs], "seed", np.arange(len(runs)))
    return whole.assign(run=("seed", [run.path.name for run in runs]))


def _joined(
    parts: Sequence[xr.Dataset], dim: str, labels: Sequence[str] | np.ndarray
) -> xr.Dataset:
    """Return data sets along a new dimension, NaN or no name where one of them has no value."""
    whole = xr.concat(
        parts, dim, data_vars="all", coords="minimal", compat="override", join="outer"
    ).assign_coords({dim: labels})
    if "run" in whole:
        whole["run"] = whole["run"].fillna("").astype(str)
    return whole


def together(*reads: Read) -> Read:
    """Return what reads several things of a run at once."""
    return lambda run: xr.merge([read(run) for read in reads], compat="override", join="outer")


def curves(*names: str) -> Read:
    """Return what reads recorded curves, (epoch,)."""

    def read(run: Trained) -> xr.Dataset:
        return run.metrics[list(names)].swap_dims(step="epoch").reset_coords(drop=True)

    return read


def measures(**texts: str) -> Read:
    """Return what reads measures along the checkpoints that have them, (epoch, ...).

    Parameters
    ----------
    **texts : str
        Requests such as `fisher_speed interval=200`, by variable.
    """

    def read(run: Trained) -> xr.Dataset:
        parts = []
        for name, text in texts.items():
            found = run.measure(text).rename(name).dropna("checkpoint", how="all")
            kept = found.swap_dims(checkpoint="epoch")
            names = {str(dim): kept[dim] for dim in kept.dims if dim in kept.coords}
            parts.append(kept.reset_coords(drop=True).assign_coords(names).to_dataset())
        return xr.merge(parts, compat="override", join="outer")

    return read


def parts(text: str, dim: str) -> Read:
    """Return what reads a measure's values for each label of a dimension as variables, (epoch,)."""
    whole = measures(value=text)

    def read(run: Trained) -> xr.Dataset:
        labels = whole(run)["value"].to_dataset(dim)
        return labels.assign(
            {name: one.assign_attrs(named(str(name))) for name, one in labels.items()}
        )

    return read


def numbers(**wanted: tuple[str, Callable[[Trained], float]]) -> Read:
    """Return what reads single numbers, by variable: each with its long name."""

    def read(run: Trained) -> xr.Dataset:
        return xr.Dataset(
            {name: ((), value(run), named(told)) for name, (told, value) in wanted.items()}
        )

    return read


def times(level: float) -> Read:
    """Return what reads when a run fitted, left its plateau (test accuracy at a level), learned."""
    return numbers(
        t_train=("t_train", lambda run: run.t_train),
        t_plateau=("end of the plateau", lambda run: plateau_end(run, level)),
        t_test=("t_test", lambda run: run.t_test),
    )


def named(long_name: str, unit: str = "1") -> dict[str, str]:
    """Return attributes of a variable: a pure number, whatever unit people count it in."""
    return {"long_name": long_name, "units": "1"} | ({} if unit == "1" else {"unit_label": unit})
