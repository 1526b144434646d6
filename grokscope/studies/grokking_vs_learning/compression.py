"""Claims on compressibility: how much of a network can go."""

import math
from collections.abc import Callable, Sequence
from functools import partial

from grokscope.studies.grokking_vs_learning.groups import (
    COMPRESSED,
    GROKS,
    HIGH_DECAY,
    LEARNS,
    MODADD_SCALES,
)
from grokscope.studies.grokking_vs_learning.readings import (
    at,
    by_convention,
    each,
    pairs,
)
from grokscope.study import Claim, Evidence, Trained

PRUNED, AT_THE_END = "points=51 every=5", "every=1000"


def p95_factor(run: Trained, bound: str = "value") -> float:
    """Return how many times smaller the last checkpoint can be made; infinity where all can go."""
    share = at(run.measure(f"prunable_fraction {AT_THE_END}").sel(bound=bound), math.inf)
    return math.inf if share == 1 else 1 / (1 - share)


def gain(best: Trained, others: Sequence[Trained]) -> float:
    """Return how many times further one can be pruned than the best of others, NaN of none."""
    return p95_factor(best) / max(map(p95_factor, others), default=math.nan)


def over_best(*groups: str, grokked: bool = True) -> Callable[[Evidence], list[float]]:
    """Return what reads the gain of the compressive regime over groups, seed by seed.

    Parameters
    ----------
    grokked : bool
        Only of their runs that grok.
    """

    def read(evidence: Evidence) -> list[float]:
        seeds = zip(*(evidence[name] for name in (COMPRESSED, *groups)), strict=False)
        return [
            gain(best, [one for one in others if one.grokked == 1 or not grokked])
            for best, *others in seeds
        ]

    return read


def gain_over_best(best: Trained, other: Trained) -> float:
    """Return how many times further than the other ever could be, once it had generalised."""
    shares = other.measure(f"prunable_fraction {PRUNED}").sel(bound="value")
    generalised = shares.where(shares["epoch"] >= other.t_test)
    return p95_factor(best) * (1 - float(generalised.max()))


def worse(run: Trained, order: str, scope: str = "layer") -> float:
    """Return how much less compressible a run is in another order than by magnitude."""
    text = f"compressibility {AT_THE_END} scope={scope}"
    return at(run.measure(text), math.inf) - at(run.measure(f"{text} order={order}"), math.inf)


def more_gini(run: Trained, convention: str = "") -> float:
    """Return by how much the Fisher diagonal is the more unequal one, at the last checkpoint."""
    fisher = at(run.measure(f"fisher_gini {AT_THE_END} {convention}"), math.inf)
    return fisher - at(run.measure(f"gini {AT_THE_END}"), math.inf)


CLAIMS = [
    Claim(
        name="compressive-25x",
        statement="in the compressive regime 5 % of the weights keep 95 % of the accuracy",
        where="abstract; appendix E, figs. 18-19",
        paper="25 times",
        groups=(COMPRESSED,),
        quantity="1 / (1 - p95) at weight decay 3e-4, init_scale 0.4",
        low=20,
        high=33,
        read=by_convention(
            value=each(COMPRESSED, p95_factor),
            low_end=each(COMPRESSED, partial(p95_factor, bound="low")),
        ),
        note="p95 of .95, .96, .97 means 20, 25, 33 times; 5 % of the weights, as "
        "appendix E has it, are 20 times",
    ),
    Claim(
        name="compressive-5x",
        statement="that is five times what grokking networks allow",
        where="abstract; section 5, appendix E",
        paper="5 times",
        groups=(COMPRESSED, HIGH_DECAY, *MODADD_SCALES.values()),
        quantity="ratio of the factors 1 / (1 - p95)",
        low=4,
        high=6.25,
        read=by_convention(
            at_any_weight_decay=over_best(*MODADD_SCALES.values(), HIGH_DECAY),
            at_equal_weight_decay=over_best(HIGH_DECAY),
            over_the_main_text=over_best(*MODADD_SCALES.values(), grokked=False),
            over_the_best_checkpoint=pairs(COMPRESSED, GROKS, gain_over_best),
        ),
        beside=lambda evidence: {
            "share that groks at equal weight decay": [one.grokked for one in evidence[HIGH_DECAY]]
        },
        note="the abstract compares with grokking networks, not saying which nor when, section 5 "
        "and appendix E with the best of the main text, whether they grok or not",
    ),
    Claim(
        name="fisher-pruning",
        statement="pruning by Fisher information is worse than by magnitude",
        where="appendix F.1, appendix D",
        paper="worse",
        groups=(GROKS, LEARNS),
        quantity="compressibility by magnitude less that by the Fisher diagonal",
        low=0,
        parts=("grokking", "steady"),
        read=by_convention(
            grokking=each(GROKS, partial(worse, order="fisher")),
            steady=each(LEARNS, partial(worse, order="fisher")),
            grokking_of_all_layers=each(GROKS, partial(worse, order="fisher", scope="global")),
            steady_of_all_layers=each(LEARNS, partial(worse, order="fisher", scope="global")),
        ),
    ),
    Claim(
        name="fisher-gini",
        statement="the Fisher diagonal is spread more unequally than the weights",
        where="appendix D, fig. 15",
        paper="Gini(F) > Gini(w)",
        groups=(GROKS, LEARNS),
        quantity="Gini coefficient of the Fisher diagonal less that of the weights, at the end",
        low=0,
        parts=("grokking", "steady"),
        read=by_convention(
            grokking_output=each(GROKS, more_gini),
            steady_output=each(LEARNS, more_gini),
            grokking_model=each(GROKS, partial(more_gini, convention="score=model")),
            steady_model=each(LEARNS, partial(more_gini, convention="score=model")),
        ),
    ),
]
