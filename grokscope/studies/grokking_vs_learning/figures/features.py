"""Figures of what the neurons of trained networks are made of."""

from collections.abc import Callable

import numpy as np
import xarray as xr

from grokscope.features import FEATURES, correlations
from grokscope.figure import Figure, Panel
from grokscope.spectra import inverse_participation, pooled
from grokscope.studies.grokking_vs_learning.figures.finals import lattices, output_powers
from grokscope.studies.grokking_vs_learning.figures.labels import (
    COLOURS,
    ISING_PAIR,
    PAIR,
)
from grokscope.studies.grokking_vs_learning.figures.series import by_group, by_seed_of, named
from grokscope.study import Evidence, Trained

LAST, SECOND, FIRST = "hidden1", "conv2", "conv1"
BINS = np.linspace(0, 1, 41)


def most_used(run: Trained) -> xr.Dataset:
    """Return energies and what the most used neuron of the last hidden layer makes of them."""
    layers, features = lattices(run)
    z = layers[LAST]
    neuron = int(np.abs(z).mean(0).argmax())
    return xr.Dataset(
        {
            "energy": ("example", features[:, 0], named("energy per bond", "J")),
            "preactivation": ("example", z[:, neuron], named(f"preactivation of neuron {neuron}")),
        }
    )


def neurons(layer: str) -> Callable[[Trained], xr.Dataset]:
    """Return what reads correlations of neurons with features, ordered by that with the energy."""

    def read(run: Trained) -> xr.Dataset:
        layers, features = lattices(run)
        used, r = correlations(layers[layer], features)
        r = np.where(used[:, None] > 0, r, np.nan)
        r = r[np.argsort(r[:, 0])]
        return xr.Dataset(
            {"correlation": (("neuron", "feature"), r, named("correlation"))},
            {
                "neuron": (
                    "neuron",
                    np.arange(len(r)),
                    named("neuron, by correlation with energy"),
                ),
                "feature": [*FEATURES],
            },
        )

    return read


def spectrum(run: Trained) -> xr.Dataset:
    """Return shares of frequencies in output weights, neurons ordered by their largest one.

    NaN for neurons whose weights are all 0.
    """
    power = output_powers(run)
    total = power.sum(1, keepdims=True)
    shares = pooled(power) / np.where(total > 0, total, np.nan)
    shares = shares[np.argsort(shares.argmax(1), kind="stable")]
    return xr.Dataset(
        {"share": (("neuron", "frequency"), shares, named("share of power"))},
        {
            "neuron": ("neuron", np.arange(len(shares)), named("neuron, by its frequency")),
            "frequency": ("frequency", np.arange(shares.shape[1]), named("frequency")),
        },
    )


def participation(run: Trained) -> xr.Dataset:
    """Return how many of the neurons have which inverse participation ratio."""
    ratios = inverse_participation(output_powers(run))
    counts, _ = np.histogram(ratios[np.isfinite(ratios)], BINS)
    middle = (BINS[1:] + BINS[:-1]) / 2
    return xr.Dataset(
        {"share": ("ipr", counts / counts.sum(), named("share of neurons"))},
        {"ipr": ("ipr", middle, named("IPR of the output weights"))},
    )


def first_of(group: str, read: Callable[[Trained], xr.Dataset]) -> Callable[[Evidence], xr.Dataset]:
    """Return what reads the first run of a group."""
    return lambda evidence: by_seed_of(evidence[group][:1], read).squeeze("seed", drop=True)


def correlated(groups: dict[str, str], layer: str) -> list[Panel]:
    """Return panels of the correlations of a layer's neurons, one for each group."""
    return [
        Panel(
            title=f"{label}: {layer}",
            groups=(name,),
            read=first_of(name, neurons(layer)),
            x="neuron",
            y=("correlation",),
            kind="points",
            colours="feature",
            level=0,
        )
        for label, name in groups.items()
    ]


FIGURES = [
    Figure(
        name="energy",
        where="fig. 3",
        caption="Above, the energy of test lattices and the preactivation of the most used neuron "
        "of the last hidden layer; below, correlations of all its neurons with three features. "
        "First seed.",
        panels=(
            *(
                Panel(
                    title=f"{label}: most used neuron",
                    groups=(name,),
                    read=first_of(name, most_used),
                    x="energy",
                    y=("preactivation",),
                    kind="points",
                )
                for label, name in ISING_PAIR.items()
            ),
            *correlated(ISING_PAIR, LAST),
        ),
        colours=FEATURES,
    ),
    Figure(
        name="neurons",
        where="figs. 12 and 13",
        caption="Correlations of all neurons with three features, layer by layer. First seed.",
        panels=(
            *correlated(ISING_PAIR, FIRST),
            *correlated(ISING_PAIR, SECOND),
            *correlated(ISING_PAIR, LAST),
        ),
        colours=FEATURES,
    ),
    Figure(
        name="fourier",
        where="fig. 4",
        caption="Above, the Fourier spectrum of each neuron's output weights, first seed; below, "
        "how many neurons have which inverse participation ratio over cosines and sines.",
        panels=(
            *(
                Panel(
                    title=f"{label}: spectra",
                    groups=(name,),
                    read=first_of(name, spectrum),
                    x="frequency",
                    y=("share",),
                    kind="image",
                )
                for label, name in PAIR.items()
            ),
            Panel(
                title="IPR of neurons",
                groups=tuple(PAIR.values()),
                read=by_group(PAIR, participation),
                x="ipr",
                y=("share",),
                kind="bars",
                colours="group",
            ),
        ),
        colours=COLOURS,
    ),
]
