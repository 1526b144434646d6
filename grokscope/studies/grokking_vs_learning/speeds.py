"""Claims on how fast a network moves, in the Fisher metric."""

import math
from functools import partial

import numpy as np

from grokscope.extrema import speed_extrema
from grokscope.studies.grokking_vs_learning.groups import GROKS, ISING_GROKS_STRONGLY, LEARNS
from grokscope.studies.grokking_vs_learning.readings import by_convention, each, median
from grokscope.study import Claim, Trained

SPEED, MODEL, STEP = "fisher_speed", "score=model metric=full", "interval=200"


def turn(run: Trained, moment: str, convention: str = "") -> float:
    """Return the epoch of an extremum of the Fisher speed."""
    speed = run.measure(f"{SPEED} {convention}")
    lowest, highest = speed_extrema(speed["epoch"].values, speed.values)
    found = lowest if moment == "speed_min" else highest
    return math.nan if found is None else float(speed["epoch"].values[found])


def faster(run: Trained, late: bool) -> float:
    """Return the logarithm of sloppy over stiff speed, its median before or after t_test."""
    speed = run.measure("stiff_speed")
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.log(speed.sel(subspace="sloppy").values / speed.sel(subspace="stiff").values)
    epoch = speed["epoch"].values
    return median(ratio[((epoch >= run.t_test) == late) & np.isfinite(ratio)])


def crosses(run: Trained) -> float:
    """Return 1 where sloppy parameters are the faster ones up to t_test and not after it."""
    early, late = faster(run, late=False), faster(run, late=True)
    return math.nan if math.isnan(early + late) else float(early > 0 > late)


CLAIMS = [
    Claim(
        name="speed-start",
        statement="the Fisher speed is least where generalising begins",
        where="appendix G.3, figs. 32-33",
        paper="epoch 19 to 20",
        groups=(GROKS,),
        quantity="epoch of its first minimum",
        low=15,
        high=25,
        read=by_convention(
            output_diagonal_test=each(GROKS, partial(turn, moment="speed_min")),
            model_full_test=each(GROKS, partial(turn, moment="speed_min", convention=MODEL)),
            model_full_train=each(
                GROKS, partial(turn, moment="speed_min", convention=f"{MODEL} inputs=train")
            ),
        ),
        note="the text has the metric of softmax scores on training inputs, the released code that "
        "of logits on test inputs; no label is looked at",
    ),
    Claim(
        name="speed-end",
        statement="the Fisher speed is largest again where generalising ends",
        where="appendix G.3, figs. 32-33",
        paper="epoch 46 to 47",
        groups=(GROKS,),
        quantity="epoch of the maximum that follows",
        low=42,
        high=54,
        read=by_convention(
            output_diagonal_test=each(GROKS, partial(turn, moment="speed_max")),
            model_full_test=each(GROKS, partial(turn, moment="speed_max", convention=MODEL)),
            model_full_train=each(
                GROKS, partial(turn, moment="speed_max", convention=f"{MODEL} inputs=train")
            ),
        ),
    ),
    Claim(
        name="ising-speed-start",
        statement="the Fisher speed is least where generalising begins on Ising phases too",
        where="appendix G.3, figs. 32-33",
        paper="epoch 2,200 to 2,400",
        groups=(ISING_GROKS_STRONGLY,),
        quantity="epoch of its first minimum, steps of 200 epochs",
        low=1700,
        high=2900,
        read=by_convention(
            output_diagonal_test=each(
                ISING_GROKS_STRONGLY, partial(turn, moment="speed_min", convention=STEP)
            ),
        ),
        note="a quarter to either side of the paper's, which is of a curve averaged over ten "
        "seeds; single seeds wobble, and their lattices are others",
    ),
    Claim(
        name="ising-speed-end",
        statement="it is largest again where generalising ends",
        where="appendix G.3, figs. 32-33",
        paper="epoch 6,200 to 6,400",
        groups=(ISING_GROKS_STRONGLY,),
        quantity="epoch of the maximum that follows, steps of 200 epochs",
        low=4700,
        high=7900,
        read=by_convention(
            output_diagonal_test=each(
                ISING_GROKS_STRONGLY, partial(turn, moment="speed_max", convention=STEP)
            ),
        ),
        note="a quarter to either side of the paper's, which is of a curve averaged over ten "
        "seeds; single seeds wobble, and their lattices are others",
    ),
    Claim(
        name="stiff-crosses",
        statement="in grokking, sloppy parameters are the faster ones until it generalises, stiff "
        "ones after",
        where="appendix G.3, fig. 32",
        paper="the two speeds cross",
        groups=(GROKS,),
        quantity="1 where sloppy over stiff speed is above 1 before t_test and below 1 after",
        low=1,
        read=by_convention(
            from_one_tenth=each(GROKS, crosses),
        ),
    ),
    Claim(
        name="stiff-steady",
        statement="in steady learning they do not cross",
        where="appendix G.3, fig. 32",
        paper="told of grokking alone",
        groups=(LEARNS,),
        quantity="1 where sloppy over stiff speed is above 1 before t_test and below 1 after",
        high=0,
        read=by_convention(
            from_one_tenth=each(LEARNS, crosses),
        ),
    ),
]
