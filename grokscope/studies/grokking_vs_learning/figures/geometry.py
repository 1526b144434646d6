"""Figures of the paths that networks take, in the Fisher metric."""

from dataclasses import replace

import numpy as np
import xarray as xr

from grokscope.figure import Figure, Panel
from grokscope.stiffness import SUBSPACES
from grokscope.studies.grokking_vs_learning.directions import COSINE, ORIGIN, STEP
from grokscope.studies.grokking_vs_learning.figures.finals import fisher_diagonal
from grokscope.studies.grokking_vs_learning.figures.labels import COLOURS, ISING_PAIR, PAIR
from grokscope.studies.grokking_vs_learning.figures.series import (
    Read,
    by_group,
    measures,
    named,
    parts,
)
from grokscope.studies.grokking_vs_learning.speeds import SPEED
from grokscope.study import Trained

TASKS = {"Ising phases": (ISING_PAIR, STEP), "modular addition": (PAIR, "")}
STIFF = 0.1
"""Of the Fisher diagonal: from here on a parameter is stiff."""
TINIEST = 1e-12
"""Smaller ones of the Fisher diagonal are drawn as this."""
MOST = (0.0015, 0.15)
"""Changes of speed that are shown of Ising phases and of modular addition, 1/epoch."""
CHANGE = "relative change of Fisher speed"


def along(task: str, title: str, read: Read, names: tuple[str, ...], log: str = "x") -> Panel:
    """Return a panel of steps through training, those of grokking runs and of steady ones."""
    groups, _ = TASKS[task]
    return Panel(
        title=task,
        groups=tuple(groups.values()),
        read=by_group(groups, read),
        x="epoch",
        y=names,
        label=title,
        colours="group",
        log="xy" if "y" in log else "x",
        level=None if "y" in log else 0,
    )


def both(title: str, name: str, log: str = "x") -> list[Panel]:
    """Return panels of a measure on both tasks."""
    return [
        along(task, title, measures(**{name: f"{name} {step}"}), (name,), log)
        for task, (_, step) in TASKS.items()
    ]


def subspaces(title: str, name: str, log: str = "x") -> list[Panel]:
    """Return panels of a measure of stiff and of sloppy parameters, on both tasks."""
    return [
        along(task, title, parts(f"{name} {step}", "subspace"), SUBSPACES, log)
        for task, (_, step) in TASKS.items()
    ]


def changes(task: str, most: float) -> Panel:
    """Return a panel of how the speed changes from one step to the next, up to so much."""
    whole = measures(speed=f"{SPEED} {TASKS[task][1]}")

    def read(run: Trained) -> xr.Dataset:
        speed = whole(run)["speed"]
        change = speed.diff("epoch") / speed / speed["epoch"].diff("epoch")
        return change.assign_attrs(named(CHANGE, "1/epoch")).to_dataset(name="change")

    shown = along(task, f"{CHANGE} (1/epoch)", read, ("change",))
    return replace(shown, limits=(-most, most))


def diagonal(run: Trained) -> xr.Dataset:
    """Return the Fisher diagonal of the final network in increasing order, at 201 ranks."""
    rank = np.linspace(0, 1, 201)
    values = np.quantile(fisher_diagonal(run), rank, method="nearest")
    return xr.Dataset(
        {"fisher": ("rank", np.maximum(values, TINIEST), named("Fisher diagonal"))},
        {"rank": ("rank", rank, named("share of parameters"))},
    )


FIGURES = [
    Figure(
        name="cosines",
        where="fig. 8",
        caption="Fisher cosines of consecutive steps, and of steps with the direction to the "
        "origin; output score, diagonal metric, test inputs.",
        panels=(
            *both("cosine of consecutive steps", COSINE),
            *both("cosine with the way to the origin", ORIGIN),
        ),
        colours=COLOURS,
    ),
    Figure(
        name="diagonals",
        where="fig. 20",
        caption="The diagonal of the Fisher metric at the end, in increasing order; stiff "
        "parameters are above the line.",
        panels=tuple(
            Panel(
                title=task,
                groups=tuple(groups.values()),
                read=by_group(groups, diagonal),
                x="rank",
                y=("fisher",),
                colours="group",
                log="y",
                level=STIFF,
            )
            for task, (groups, _) in TASKS.items()
        ),
        colours=COLOURS,
    ),
    Figure(
        name="speeds",
        where="figs. 31 and 32",
        caption="How far steps go: in the Fisher metric, for stiff and sloppy parameters alone, "
        "and in the Euclidean one.",
        panels=(
            *both("Fisher speed", SPEED, "xy"),
            *subspaces("stiff and sloppy speed", "stiff_speed", "xy"),
            *both("Euclidean speed", "euclidean_speed", "xy"),
        ),
        colours=COLOURS,
    ),
    Figure(
        name="speed-changes",
        where="fig. 33",
        caption="How the Fisher speed changes from step to step, over the speed itself: where it "
        "crosses zero, generalising begins and ends.",
        panels=tuple(changes(task, most) for task, most in zip(TASKS, MOST, strict=True)),
        colours=COLOURS,
    ),
    Figure(
        name="stiff-cosines",
        where="fig. 34",
        caption="Fisher cosines of consecutive steps within stiff and within sloppy parameters.",
        panels=tuple(subspaces("cosine of consecutive steps", "stiff_cosine")),
        colours=COLOURS,
    ),
]
