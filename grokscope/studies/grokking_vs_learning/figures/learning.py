"""Figures of how networks learn, and where they end."""

import xarray as xr

from grokscope.figure import Figure, Log, Panel
from grokscope.studies.grokking_vs_learning.figures.labels import (
    COLOURS,
    ISING,
    ISING_PAIR,
    MODADD,
    PAIR,
    SCALES,
)
from grokscope.studies.grokking_vs_learning.figures.series import (
    by_group,
    curves,
    named,
    numbers,
)
from grokscope.studies.grokking_vs_learning.readings import last
from grokscope.study import Evidence


def training(groups: dict[str, str], needed: dict[str, str], task: str, what: str) -> Panel:
    """Return a panel of a training curve, accuracy or loss."""
    names = (f"test_{what}", f"train_{what}")
    return Panel(
        title=f"{task}: {what}",
        groups=tuple(needed.values()),
        read=by_group(groups, curves(*names)),
        x="epoch",
        y=names,
        label="accuracy" if what == "accuracy" else "cross entropy (nat)",
        colours="group",
        log="x" if what == "accuracy" else "xy",
    )


def over_seeds(groups: dict[str, str], needed: dict[str, str], task: str) -> tuple[Panel, ...]:
    """Return panels of the outcome of every single run by its init_scale."""
    outcomes = by_group(
        groups,
        numbers(
            t_test=("t_test", lambda run: run.t_test),
            t_train=("t_train", lambda run: run.t_train),
            test_accuracy=("test", lambda run: last(run, "test_accuracy")),
            train_accuracy=("train", lambda run: last(run, "train_accuracy")),
            test_loss=("test", lambda run: last(run, "test_loss")),
            train_loss=("train", lambda run: last(run, "train_loss")),
        ),
    )

    def read(evidence: Evidence) -> xr.Dataset:
        found = outcomes(evidence)
        scales = [SCALES[str(label)] for label in found["group"].values]
        return found.assign(init_scale=("group", scales, named("init_scale")))

    columns: list[tuple[str, tuple[str, ...], str, Log]] = [
        ("times", ("t_test", "t_train"), "epoch", "xy"),
        ("last accuracy", ("test_accuracy", "train_accuracy"), "accuracy", "x"),
        ("last loss", ("test_loss", "train_loss"), "cross entropy (nat)", "xy"),
    ]
    return tuple(
        Panel(
            title=f"{task}: {title}",
            groups=tuple(needed.values()),
            read=read,
            x="init_scale",
            y=names,
            kind="points",
            label=label,
            log=log,
        )
        for title, names, label, log in columns
    )


FIGURES = [
    Figure(
        name="training",
        where="fig. 2",
        caption="Accuracy and loss of networks with small and large initial weights.",
        panels=(
            training(ISING, ISING_PAIR, "Ising phases", "accuracy"),
            training(MODADD, PAIR, "modular addition", "accuracy"),
            training(ISING, ISING_PAIR, "Ising phases", "loss"),
            training(MODADD, PAIR, "modular addition", "loss"),
        ),
        colours=COLOURS,
    ),
    Figure(
        name="outcomes",
        where="figs. 9 and 10",
        caption="When every single run fitted its training set and generalised, and where it "
        "ended.",
        panels=(
            *over_seeds(ISING, ISING_PAIR, "Ising phases"),
            *over_seeds(MODADD, PAIR, "modular addition"),
        ),
        columns=3,
    ),
]
