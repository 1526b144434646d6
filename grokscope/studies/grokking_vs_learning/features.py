"""Claims on features: of what neurons are made."""

import math
from functools import partial

from grokscope.studies.grokking_vs_learning.compression import AT_THE_END
from grokscope.studies.grokking_vs_learning.groups import (
    COMPRESSED,
    GROKS,
    ISING_GROKS,
    ISING_LEARNS,
    LEARNS,
)
from grokscope.studies.grokking_vs_learning.readings import (
    ISING_RISEN,
    MODADD_RISEN,
    at,
    by_convention,
    each,
    pairs,
    plateau_end,
)
from grokscope.study import Claim, Trained

FIRST = "conv1"
SETTLED = 20_000
"""Epochs after t_test at which features are read."""


def ipr(run: Trained, convention: str = "") -> float:
    """Return the Fourier IPR of the last checkpoint."""
    return at(run.measure(f"fourier_ipr {AT_THE_END} {convention}"), math.inf)


def more_ipr(grokked: Trained, steady: Trained, convention: str = "") -> float:
    """Return by how much the steady run's IPR is the larger one."""
    return ipr(steady, convention) - ipr(grokked, convention)


def progress(run: Trained, convention: str = "") -> float:
    """Return how many times larger the IPR is at the end of the plateau than at t_train."""
    result = run.measure(f"fourier_ipr {convention}")
    return at(result, plateau_end(run, MODADD_RISEN)) / at(result, run.t_train)


def correlation(run: Trained, feature: str, epoch: float, layer: str = "hidden1") -> float:
    """Return a layer's weighted correlation, the last hidden one's, with a feature of lattices."""
    return at(run.measure("feature_correlation").sel(layer=layer, feature=feature), epoch)


def settled_energy(run: Trained) -> float:
    """Return the correlation with the energy, once settled."""
    return correlation(run, "energy", run.t_test + SETTLED)


def ahead(run: Trained) -> float:
    """Return by how much the energy is correlated more than |magnetisation|, once settled."""
    epoch = run.t_test + SETTLED
    return correlation(run, "energy", epoch) - correlation(run, "abs_magnetisation", epoch)


def layer_energy(run: Trained, layer: str) -> float:
    """Return a layer's correlation with the energy over the last hidden one's, once settled."""
    epoch = run.t_test + SETTLED
    return correlation(run, "energy", epoch, layer) / correlation(run, "energy", epoch)


def ising_progress(run: Trained) -> float:
    """Return how many times larger the correlation is at the end of the plateau than at t_train."""
    end = plateau_end(run, ISING_RISEN)
    return correlation(run, "energy", end) / correlation(run, "energy", run.t_train)


def ising_growth(run: Trained) -> float:
    """Return the share of the growth since t_train, once settled, that the plateau has seen."""
    end, start = (
        correlation(run, "energy", epoch) for epoch in (plateau_end(run, ISING_RISEN), run.t_train)
    )
    grown = settled_energy(run) - start
    return (end - start) / grown if grown else math.nan


def ising_room(run: Trained) -> float:
    """Return the most that the correlation could grow by from t_train on, to 1."""
    return 1 / correlation(run, "energy", run.t_train)


CLAIMS = [
    Claim(
        name="modadd-ipr",
        statement="neurons of both kinds of network are near one frequency each",
        where="section 4.2, eq. 4",
        paper="IPR 0.43 and 0.53, both about 1/2",
        groups=(GROKS, LEARNS),
        quantity="mean Fourier IPR at the end",
        low=0.4,
        high=0.6,
        parts=("grokking", "steady"),
        read=by_convention(
            grokking_output=each(GROKS, ipr),
            steady_output=each(LEARNS, ipr),
            grokking_input=each(GROKS, partial(ipr, convention="side=input")),
            steady_input=each(LEARNS, partial(ipr, convention="side=input")),
            grokking_input_as_eq_4=each(GROKS, partial(ipr, convention="side=input blocks=whole")),
        ),
        note="summed over the whole input of length 2P, as eq. 4 reads, 1/4 is what a single "
        "frequency has",
    ),
    Claim(
        name="modadd-ipr-order",
        statement="the IPR of steady networks is the larger one",
        where="section 4.2",
        paper="0.43 grokking, 0.53 steady",
        groups=(GROKS, LEARNS),
        quantity="IPR of the steady run less that of the grokking one",
        low=0.02,
        read=by_convention(
            output=pairs(GROKS, LEARNS, more_ipr),
            input=pairs(GROKS, LEARNS, partial(more_ipr, convention="side=input")),
            frequencies=pairs(GROKS, LEARNS, partial(more_ipr, convention="basis=frequencies")),
        ),
        note="the paper's appendix D, where compressive networks have smaller IPR, has the "
        "opposite order",
    ),
    Claim(
        name="modadd-progress",
        statement="features develop during the plateau",
        where="section 6.1, fig. 6",
        paper="IPR grows before test accuracy does",
        groups=(GROKS,),
        quantity="IPR at the end of the plateau (test accuracy 0.1) over that at t_train",
        low=1.5,
        read=by_convention(
            output=each(GROKS, progress),
            input=each(GROKS, partial(progress, convention="side=input")),
            frequencies=each(GROKS, partial(progress, convention="basis=frequencies")),
        ),
    ),
    Claim(
        name="compressive-ipr",
        statement="the compressive regime lowers the IPR about tenfold",
        where="section 5, appendix E, fig. 19",
        paper="almost 10 times",
        groups=(COMPRESSED, LEARNS),
        quantity="IPR at weight decay 3e-5 over that in the compressive regime",
        low=5,
        high=20,
        read=by_convention(
            output=pairs(LEARNS, COMPRESSED, lambda one, other: ipr(one) / ipr(other)),
            input=pairs(
                LEARNS,
                COMPRESSED,
                lambda one, other: ipr(one, "side=input") / ipr(other, "side=input"),
            ),
        ),
    ),
    Claim(
        name="ising-energy",
        statement="both kinds of network learn the energy",
        where="section 4.1, appendix C",
        paper="correlation about 0.99",
        groups=(ISING_GROKS, ISING_LEARNS),
        quantity="weighted correlation of the dense layer with the energy, 20,000 epochs after "
        "t_test",
        low=0.9,
        parts=("grokking", "steady"),
        read=by_convention(
            grokking=each(ISING_GROKS, settled_energy), steady=each(ISING_LEARNS, settled_energy)
        ),
        note="without the second division by the number of neurons in eq. 6, which would keep it "
        "below 1/100; the caption of fig. 13 says magnetisation where the text says energy",
    ),
    Claim(
        name="ising-same-features",
        statement="both kinds of network tell the energy better than the magnetisation",
        where="section 4.1",
        paper="0.99 and 0.9",
        groups=(ISING_GROKS, ISING_LEARNS),
        quantity="correlation with the energy less that with |magnetisation|",
        low=0.01,
        parts=("grokking", "steady"),
        read=by_convention(grokking=each(ISING_GROKS, ahead), steady=each(ISING_LEARNS, ahead)),
    ),
    Claim(
        name="ising-first-layer",
        statement="the first layer tells next to nothing of the energy",
        where="section 4.1, appendix C",
        paper="hardly any, the second layer carries it",
        groups=(ISING_GROKS, ISING_LEARNS),
        quantity="correlation of the first convolution with the energy over that of the dense "
        "layer",
        high=0.5,
        parts=("grokking", "steady"),
        read=by_convention(
            grokking=each(ISING_GROKS, partial(layer_energy, layer=FIRST)),
            steady=each(ISING_LEARNS, partial(layer_energy, layer=FIRST)),
        ),
    ),
    Claim(
        name="ising-no-progress",
        statement="no features develop during the plateau",
        where="section 6.1, fig. 7",
        paper="none",
        groups=(ISING_GROKS,),
        quantity="correlation with the energy at the end of the plateau over that at t_train",
        high=1.5,
        read=by_convention(dense_layer=each(ISING_GROKS, ising_progress)),
        beside=by_convention(
            share_of_all_growth=each(ISING_GROKS, ising_growth),
            most_that_it_could_be=each(ISING_GROKS, ising_room),
        ),
        note="the plateau ends where test accuracy passes 0.9",
    ),
]
