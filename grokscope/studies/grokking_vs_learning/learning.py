"""Claims on how the two kinds of network learn, and where they end."""

from collections.abc import Callable
from functools import partial

import numpy as np

from grokscope.studies.grokking_vs_learning.groups import (
    COMPRESSIVE,
    GROKS,
    ISING_GROKS,
    ISING_GROKS_STRONGLY,
    ISING_LEARNS,
    ISING_SCALES,
    LEARNS,
    MODADD_SCALES,
)
from grokscope.studies.grokking_vs_learning.readings import (
    by_convention,
    each,
    last,
    onset,
    pairs,
)
from grokscope.study import Claim, Evidence, Trained


def only_first_groks(one: Trained, other: Trained) -> float:
    """Return 1 where the first run groks and the other learns steadily."""
    return one.grokked * other.steady


def apart(one: Trained, other: Trained) -> float:
    """Return how far apart two runs' last test accuracies are."""
    return abs(last(one, "test_accuracy") - last(other, "test_accuracy"))


def ratio(*runs: Trained, curve: str) -> float:
    """Return the largest over the smallest of runs' last values of a curve."""
    ends = np.array([last(run, curve) for run in runs])
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(ends.max() / ends.min())


def of_all(*groups: str, curve: str) -> Callable[[Evidence], list[float]]:
    """Return what reads that ratio of all runs of some groups."""
    return lambda evidence: [
        ratio(*(run for name in groups for run in evidence[name]), curve=curve)
    ]


def unlearnt(run: Trained) -> float:
    """Return by how much the last train accuracy is below its largest."""
    accuracy = run.metrics["train_accuracy"].values
    return float(np.nanmax(accuracy)) - last(run, "train_accuracy")


CLAIMS = [
    Claim(
        name="modadd-groks",
        statement="large initial weights make modular addition grok, small ones learn steadily",
        where="section 3, fig. 2",
        paper="groks at 10, steady at 0.1",
        groups=(GROKS, LEARNS),
        quantity="1 where init_scale 10 groks and 1 learns steadily",
        low=1,
        read=by_convention(ceiling=pairs(GROKS, LEARNS, only_first_groks)),
        note="learnt is within 5 % of the most, as in the text; a released script has 10 %",
    ),
    Claim(
        name="modadd-onset",
        statement="grokking sets in at init_scale 0.4",
        where="section 3",
        paper="0.4",
        groups=tuple(MODADD_SCALES.values()),
        quantity="smallest init_scale of 0.1, 0.4, 1, 2, 5, 10 from which on runs grok",
        low=0.4,
        high=0.4,
        read=by_convention(
            ceiling=onset(MODADD_SCALES, "ceiling"), own_maximum=onset(MODADD_SCALES, "manning-coe")
        ),
        note="at 0.1 and 0.4 the lag is close to t_train itself, so single seeds may grok",
    ),
    Claim(
        name="modadd-small",
        statement="small initial weights learn steadily",
        where="section 3",
        paper="steady at 0.1 and up to 0.4",
        groups=COMPRESSIVE,
        quantity="1 where a run learns steadily",
        low=1,
        read=by_convention(
            **{
                f"init_scale {scale}": each(MODADD_SCALES[scale], lambda run: run.steady)
                for scale in (0.1, 0.4)
            }
        ),
        parts=("init scale 0.1", "init scale 0.4"),
        note="the lag is close to t_train at 0.1, so seeds may fall on either side",
    ),
    Claim(
        name="modadd-same-accuracy",
        statement="both kinds of network end with the same test accuracy",
        where="appendix A, fig. 10",
        paper="100 %, within 5 %",
        groups=(GROKS, LEARNS),
        quantity="difference of their last test accuracies",
        high=0.05,
        read=by_convention(last=pairs(GROKS, LEARNS, apart)),
    ),
    Claim(
        name="modadd-same-loss",
        statement="both kinds of network end with the same losses",
        where="appendix A, fig. 10",
        paper="within 5 %",
        groups=(GROKS, LEARNS),
        quantity="larger over smaller of the last losses",
        high=1.05,
        read=by_convention(
            test=pairs(GROKS, LEARNS, partial(ratio, curve="test_loss")),
            train=pairs(GROKS, LEARNS, partial(ratio, curve="train_loss")),
        ),
        parts=("test", "train"),
        note="after 200 epochs here; the paper's table has 1000, its released configuration 10,000",
    ),
    Claim(
        name="ising-groks",
        statement="large initial weights make Ising phases grok, the default ones learn steadily",
        where="section 3, fig. 2",
        paper="groks at 10, steady at 1",
        groups=(ISING_GROKS, ISING_LEARNS),
        quantity="1 where init_scale 5 groks and 1 learns steadily",
        low=1,
        read=by_convention(ceiling=pairs(ISING_GROKS, ISING_LEARNS, only_first_groks)),
        note="the released configurations have the two the other way round",
    ),
    Claim(
        name="ising-groks-strongly",
        statement="they do so at the paper's own init_scale",
        where="section 3, fig. 2",
        paper="groks at 10, all but one seed",
        groups=(ISING_GROKS_STRONGLY,),
        quantity="1 where init_scale 10 groks",
        low=1,
        read=by_convention(ceiling=each(ISING_GROKS_STRONGLY, lambda run: run.grokked)),
    ),
    Claim(
        name="ising-onset",
        statement="grokking sets in at about init_scale 3",
        where="section 3",
        paper="3",
        groups=tuple(ISING_SCALES.values()),
        quantity="smallest init_scale of 1, 3, 5, 10 from which on runs grok",
        low=3,
        high=5,
        read=by_convention(
            ceiling=onset(ISING_SCALES, "ceiling"), own_maximum=onset(ISING_SCALES, "manning-coe")
        ),
    ),
    Claim(
        name="ising-same-accuracy",
        statement="both kinds of network end with the same test accuracy",
        where="appendix A, fig. 9",
        paper="within 5 %",
        groups=(ISING_GROKS, ISING_LEARNS),
        quantity="difference of their last test accuracies",
        high=0.05,
        read=by_convention(last=pairs(ISING_GROKS, ISING_LEARNS, apart)),
    ),
    Claim(
        name="ising-unlearns",
        statement="grokking networks give up training labels that physics does not explain",
        where="appendix B, fig. 2",
        paper="from near 100 % down to about 95 %",
        groups=(ISING_GROKS,),
        quantity="largest train accuracy less the last one",
        low=0.01,
        read=by_convention(last=each(ISING_GROKS, unlearnt)),
        note="the text says that test accuracy drops, but what was near 100 % is train accuracy",
    ),
    Claim(
        name="ising-other-loss",
        statement="the losses that Ising networks end with differ",
        where="appendix A, fig. 9",
        paper="by more than 50 %",
        groups=(ISING_GROKS, ISING_LEARNS),
        quantity="larger over smaller of the last losses",
        low=1.5,
        parts=("test", "train"),
        read=by_convention(
            test=pairs(ISING_GROKS, ISING_LEARNS, partial(ratio, curve="test_loss")),
            train=pairs(ISING_GROKS, ISING_LEARNS, partial(ratio, curve="train_loss")),
            test_of_all_seeds=of_all(ISING_GROKS, ISING_LEARNS, curve="test_loss"),
            train_of_all_seeds=of_all(ISING_GROKS, ISING_LEARNS, curve="train_loss"),
        ),
        note="the text says that they can vary by more than 50 %, the caption of fig. 9 that most "
        "are within a few percent of each other; of all seeds means largest over smallest",
    ),
]
