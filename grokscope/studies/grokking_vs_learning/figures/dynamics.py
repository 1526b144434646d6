"""Figures of how features and compressibility come and go through training."""

from collections.abc import Mapping

import xarray as xr

from grokscope.features import FEATURES
from grokscope.figure import Figure, Panel
from grokscope.studies.grokking_vs_learning.compression import PRUNED
from grokscope.studies.grokking_vs_learning.figures.features import FIRST, LAST, SECOND
from grokscope.studies.grokking_vs_learning.figures.labels import COLOURS, ISING_PAIR, PAIR
from grokscope.studies.grokking_vs_learning.figures.series import (
    Read,
    by_seed,
    curves,
    measures,
    named,
    times,
    together,
)
from grokscope.studies.grokking_vs_learning.groups import ISING_GROKS
from grokscope.studies.grokking_vs_learning.readings import ISING_RISEN, MODADD_RISEN
from grokscope.study import Trained

IPR = {"output weights": "fourier_ipr", "input weights": "fourier_ipr side=input"}


def panel(
    title: str, group: str, read: Read, y: tuple[str, ...], level: float, **more: str
) -> Panel:
    """Return a panel of one group through training, with its times.

    Parameters
    ----------
    level : float
        Test accuracy that ends the plateau.
    **more : str
        Fields of `Panel`.
    """
    return Panel(
        title=title,
        groups=(group,),
        read=by_seed(group, together(read, times(level))),
        x="epoch",
        y=y,
        log="x",
        marks=("t_train", "t_plateau", "t_test"),
        **more,  # type: ignore[arg-type]
    )


def accuracy(groups: Mapping[str, str], level: float) -> list[Panel]:
    """Return panels of accuracy."""
    names = ("test_accuracy", "train_accuracy")
    return [
        panel(f"{label}: accuracy", name, curves(*names), names, level, label="accuracy")
        for label, name in groups.items()
    ]


def compressible(groups: Mapping[str, str], level: float) -> list[Panel]:
    """Return panels of compressibility."""
    read = measures(compressibility=f"compressibility {PRUNED}")
    return [
        panel(
            f"{label}: compressibility",
            name,
            read,
            ("compressibility",),
            level,
            label="compressibility",
        )
        for label, name in groups.items()
    ]


def participation(run: Trained) -> xr.Dataset:
    """Return the IPR of output and of input weights."""
    found = measures(output=IPR["output weights"], input=IPR["input weights"])(run)
    return found.assign(
        {name: one.assign_attrs(named(f"{name} weights")) for name, one in found.items()}
    )


def features(text: str, layer: str) -> Read:
    """Return what reads a measure of features of lattices in one layer, (epoch, feature)."""
    whole = measures(value=text)
    return lambda run: whole(run).sel(layer=layer, drop=True)


def featured(title: str, group: str, text: str, layer: str, label: str) -> Panel:
    """Return a panel of features in one layer."""
    return panel(
        title, group, features(text, layer), ("value",), ISING_RISEN, label=label, colours="feature"
    )


SUMMARIES = {
    "correlation": "feature_correlation",
    "share of neurons": "feature_share counting=neurons",
    "share of |preactivation|": "feature_share",
}

FIGURES = [
    Figure(
        name="development",
        where="fig. 6",
        caption="Modular addition through training: accuracy, how near neurons are to single "
        "frequencies, and compressibility.",
        panels=(
            *accuracy(PAIR, MODADD_RISEN),
            *(
                panel(
                    f"{label}: mean IPR",
                    name,
                    participation,
                    ("output", "input"),
                    MODADD_RISEN,
                    label="mean IPR",
                )
                for label, name in PAIR.items()
            ),
            *compressible(PAIR, MODADD_RISEN),
        ),
        colours=COLOURS,
    ),
    Figure(
        name="development-ising",
        where="fig. 7",
        caption="Ising phases through training: accuracy, correlation of the last hidden layer "
        "with three features, and compressibility.",
        panels=(
            *accuracy(ISING_PAIR, ISING_RISEN),
            *(
                featured(f"{label}: features", name, SUMMARIES["correlation"], LAST, "correlation")
                for label, name in ISING_PAIR.items()
            ),
            *compressible(ISING_PAIR, ISING_RISEN),
        ),
        colours=FEATURES,
    ),
    Figure(
        name="features",
        where="figs. 28 to 30",
        caption="What each layer of a grokking network on Ising phases follows, through training: "
        "weighted correlation, and the shares of neurons and of preactivation that follow one "
        "feature best.",
        panels=tuple(
            featured(f"{layer}: {title}", ISING_GROKS, text, layer, title)
            for layer in (FIRST, SECOND, LAST)
            for title, text in SUMMARIES.items()
        ),
        columns=3,
        colours=FEATURES,
    ),
]
