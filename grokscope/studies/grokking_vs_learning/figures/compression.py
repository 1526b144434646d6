"""Figures of how far networks can be pruned, and of what that goes along with."""

import math
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import xarray as xr

from grokscope.figure import Figure, Log, Panel
from grokscope.studies.grokking_vs_learning.compression import AT_THE_END
from grokscope.studies.grokking_vs_learning.features import ipr
from grokscope.studies.grokking_vs_learning.figures.labels import (
    COLOURS,
    ISING,
    ISING_PAIR,
    MODADD,
    PAIR,
    STRONG,
)
from grokscope.studies.grokking_vs_learning.figures.series import by_group, named, numbers
from grokscope.studies.grokking_vs_learning.groups import COMPRESSIVE
from grokscope.studies.grokking_vs_learning.readings import at, last
from grokscope.studies.grokking_vs_learning.trade_offs import end, enough
from grokscope.study import Evidence, Trained
from grokscope.trade_off import fit_interval, linear_fit, pareto_front, resampled_fits

Reads = Callable[[Evidence], xr.Dataset]
LOSS, PRUNED = "cross entropy (nat)", "share of weights pruned"


def final(run: Trained, name: str) -> float:
    """Return the last value of a measure."""
    return at(run.measure(f"{name} {AT_THE_END}"), math.inf)


PROPERTIES: dict[str, tuple[str, Callable[[Trained], float]]] = {
    "train_loss": ("last train loss (nat)", lambda run: last(run, "train_loss")),
    "test_loss": ("last test loss (nat)", lambda run: last(run, "test_loss")),
    "t_grok": ("t_test - t_train (epochs)", lambda run: run.t_test - run.t_train),
    "gini": ("Gini coefficient of weights", partial(final, name="gini")),
    "fisher_gini": (
        "Gini coefficient of the Fisher diagonal",
        partial(final, name="fisher_gini"),
    ),
}
FOURIER = {
    "ipr_input": ("IPR of input weights", lambda run: ipr(run, "side=input")),
    "ipr_output": ("IPR of output weights", ipr),
}
COMPRESSIBILITY = {"compressibility": ("compressibility", end)}


def pruned(text: str) -> Callable[[Trained], xr.Dataset]:
    """Return what reads a(p) of the final network, (fraction,)."""

    def read(run: Trained) -> xr.Dataset:
        curve = run.measure(f"pruning_curve {AT_THE_END} {text}")[-1].reset_coords(drop=True)
        curve["fraction"].attrs = named(PRUNED)
        return curve.assign_attrs(named("test accuracy")).to_dataset(name="accuracy")

    return read


def pruning(
    title: str, groups: Mapping[str, str], needed: Mapping[str, str], text: str = ""
) -> Panel:
    """Return a panel of test accuracy as weights go."""
    return Panel(
        title=title,
        groups=tuple(needed.values()),
        read=by_group(groups, pruned(text)),
        x="fraction",
        y=("accuracy",),
        colours="group",
    )


def beside(
    groups: Mapping[str, str],
    needed: Mapping[str, str],
    name: str,
    lined: tuple[str, ...] = (),
    title: str = "",
) -> Panel:
    """Return a panel of compressibility beside another property of final networks.

    Parameters
    ----------
    lined : tuple of str
        Groups that a line is drawn through.
    """
    told = (PROPERTIES | FOURIER)[name]
    read = by_group(groups, numbers(**{name: told}, **COMPRESSIBILITY))
    return Panel(
        title=title,
        groups=tuple(needed.values()),
        read=with_line(read, name, [label for label in groups if groups[label] in lined]),
        x=name,
        y=("compressibility",),
        kind="points",
        colours="group",
    )


def with_line(read: Reads, x: str, labels: list[str]) -> Reads:
    """Return what adds the line through the points of some groups, with its 95 % interval."""

    def add(evidence: Evidence) -> xr.Dataset:
        found = read(evidence)
        chosen = found.sel(group=[label for label in labels if label in found["group"].values])
        xs, ys = (chosen[name].values.ravel() for name in (x, "compressibility"))
        if not enough(xs, ys):
            return found
        fit, fits = linear_fit(xs, ys), resampled_fits(xs, ys)
        low, high = fit_interval(fits)
        line_x = np.linspace(np.nanmin(xs), np.nanmax(xs), 50)
        lines = fits[:, :1] * line_x + fits[:, 1:2]
        ends = np.nanquantile(lines, [0.025, 0.975], axis=0)
        told = (
            f"slope {fit.slope:.4g} [{low.slope:.4g}, {high.slope:.4g}], "
            f"$R^2$ {fit.r2:.2f} [{low.r2:.2f}, {high.r2:.2f}]"
        )
        line = fit.slope * line_x + fit.intercept
        return found.assign(
            line=("line_x", line, {"told": told, "through": ", ".join(labels)}),
            line_low=("line_x", ends[0]),
            line_high=("line_x", ends[1]),
        ).assign_coords(line_x=line_x)

    return add


def front(groups: Mapping[str, str], loss: str) -> Reads:
    """Return what reads loss and compressibility, and the steps of those not dominated."""
    read = by_group(groups, numbers(**{loss: PROPERTIES[loss]}, **COMPRESSIBILITY))

    def add(evidence: Evidence) -> xr.Dataset:
        found = read(evidence)
        cost, gain = (found[name].values for name in (loss, "compressibility"))
        best = pareto_front(cost.ravel(), gain.ravel()).reshape(cost.shape)
        order = np.lexsort((gain[best], cost[best]))
        # from one to the next at equal compressibility, then up
        x, y = np.repeat(cost[best][order], 2)[1:], np.repeat(gain[best][order], 2)[:-1]
        return found.assign(
            front=(found[loss].dims, best, named("not dominated")),
            line=("line_x", y, {"told": "not dominated"}),
        ).assign_coords(line_x=x)

    return add


DECAYED = {f"{label}, weight decay 3e-4": name for label, name in STRONG.items()}
WHOLE_AND_PART: tuple[tuple[str, dict[str, str], Log], ...] = (
    ("all", MODADD | DECAYED, "xy"),
    ("weight decay 3e-5", MODADD, ""),
)

FIGURES = [
    Figure(
        name="pruning",
        where="fig. 5",
        caption="Accuracy as the smallest weights of each layer go, and compressibility beside "
        "the last train loss, for every run; the line, in the 95 % interval of its bootstrap, is "
        "through the compressive regime, or through all Ising runs.",
        panels=(
            pruning("modular addition", MODADD, PAIR),
            pruning("Ising phases", ISING, ISING_PAIR),
            beside(MODADD, PAIR, "train_loss", COMPRESSIVE, "modular addition"),
            beside(ISING, ISING_PAIR, "train_loss", tuple(ISING.values()), "Ising phases"),
        ),
        colours=COLOURS,
    ),
    Figure(
        name="pruning-25x",
        where="fig. 18",
        caption="Accuracy as weights go, at ten times the weight decay.",
        panels=(pruning("weight decay 3e-4", STRONG, STRONG),),
        colours=COLOURS,
    ),
    Figure(
        name="compressibility",
        where="fig. 15",
        caption="Compressibility of final networks of modular addition beside what else is known "
        "of them.",
        panels=tuple(
            beside(MODADD, PAIR, name, COMPRESSIVE if name == "train_loss" else ())
            for name in PROPERTIES | FOURIER
        ),
        columns=3,
        colours=COLOURS,
    ),
    Figure(
        name="compressibility-ising",
        where="fig. 17",
        caption="Compressibility of final networks on Ising phases beside what else is known of "
        "them.",
        panels=tuple(beside(ISING, ISING_PAIR, name) for name in PROPERTIES),
        columns=3,
        colours=COLOURS,
    ),
    Figure(
        name="compressibility-25x",
        where="fig. 19",
        caption="Compressibility of final networks at ten times the weight decay beside what else "
        "is known of them.",
        panels=tuple(beside(STRONG, STRONG, name) for name in PROPERTIES | FOURIER),
        columns=3,
        colours=COLOURS,
    ),
    Figure(
        name="pruning-orders",
        where="figs. 21 and 25",
        caption="Accuracy as weights go in other orders: a share of each layer or of all, by "
        "magnitude, by magnitude over the layer's norm, by the Fisher diagonal.",
        panels=tuple(
            pruning(f"{task}: {title}", groups, groups, text)
            for task, groups in (("Ising", ISING_PAIR), ("mod. add.", PAIR))
            for title, text in (
                ("magnitude, each layer", ""),
                ("magnitude, all", "scope=global"),
                ("magnitude over norm, all", "scope=normalised"),
                ("Fisher, all", "order=fisher scope=global"),
            )
        ),
        columns=4,
        colours=COLOURS,
    ),
    Figure(
        name="front",
        where="",
        caption="Loss and compressibility of all final networks of modular addition; the line is "
        "through those that no other one beats in both.",
        panels=tuple(
            Panel(
                title=title,
                groups=tuple(PAIR.values()),
                read=front(groups, name),
                x=name,
                y=("compressibility",),
                kind="points",
                colours="group",
                log=log,
            )
            for name in ("test_loss", "train_loss")
            for title, groups, log in WHOLE_AND_PART
        ),
        colours=(*COLOURS[:6], *DECAYED),
    ),
]
