"""How much of a network can go, on shares made by hand."""

import math

import pytest

from grokscope.studies.grokking_vs_learning.compression import (
    AT_THE_END,
    PRUNED,
    gain,
    gain_over_best,
    more_gini,
    over_best,
    p95_factor,
    worse,
)
from grokscope.studies.grokking_vs_learning.groups import COMPRESSED
from tests.studies.runs import NAN, Run, by


def prunable(end, whole=(0.0, 0.0), t_test=NAN, regime="grokking"):
    shares = {
        f"prunable_fraction {AT_THE_END}": by("bound", low=[0, end / 2], value=[0, end]),
        f"prunable_fraction {PRUNED}": by("bound", low=[0] * len(whole), value=whole),
    }
    return Run(measures=shares, t_test=t_test, regime=regime)


def test_ninety_five_hundredths_pruned_make_a_network_twenty_times_smaller():
    assert p95_factor(prunable(0.95)) == pytest.approx(20)
    assert p95_factor(prunable(0.96), "low") == pytest.approx(1 / 0.52)
    assert gain(prunable(0.96), [prunable(0.8), prunable(0.5)]) == pytest.approx(5)


def test_where_all_weights_can_go_the_factor_is_infinite():
    assert p95_factor(prunable(1)) == gain(prunable(1), [prunable(0.5)]) == math.inf
    assert math.isnan(gain(prunable(1), [prunable(1)]))
    assert math.isnan(gain_over_best(prunable(0.9), prunable(0.5)))


def test_the_best_checkpoint_is_one_after_t_test():
    other = prunable(0.5, whole=(0.99, 0.75, 0.6), t_test=10)
    assert gain_over_best(prunable(0.95), other) == pytest.approx(5)


def test_the_best_of_each_seed_counts_and_only_if_it_groks():
    steady, worse_one = prunable(0.9, regime="steady"), prunable(0.5)
    evidence = {
        COMPRESSED: [prunable(0.96), prunable(0.95)],
        "one": [prunable(0.8), steady],
        "other": [worse_one, steady],
    }
    assert over_best("one", "other")(evidence) == pytest.approx([5, NAN], nan_ok=True)
    assert over_best("one", "other", grokked=False)(evidence) == pytest.approx([5, 2])
    assert over_best("one")({name: runs[:1] for name, runs in evidence.items()}) == [
        pytest.approx(5)
    ]


def test_orders_and_ginis_are_told_as_differences():
    text = f"compressibility {AT_THE_END} scope=layer"
    run = Run(measures={text: [1, 5], f"{text} order=fisher": [1, 3]})
    assert worse(run, "fisher") == 2
    measures = {f"fisher_gini {AT_THE_END}": [0, 0.8], f"gini {AT_THE_END}": [0, 0.5]}
    assert more_gini(Run(measures=measures)) == pytest.approx(0.3)
