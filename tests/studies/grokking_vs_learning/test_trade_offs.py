"""What compressible networks pay, on ends made by hand."""

import math

import numpy as np
import pytest

from grokscope.studies.grokking_vs_learning.compression import AT_THE_END
from grokscope.studies.grokking_vs_learning.groups import MODADD_SCALES
from grokscope.studies.grokking_vs_learning.trade_offs import (
    gain,
    line,
    on_the_front,
    steady_share,
    trade_off,
)
from tests.studies.runs import Run


def ended(c, train, test=0.0):
    curves = {"train_loss": [9, train], "test_loss": [9, test]}
    return Run(measures={f"compressibility {AT_THE_END}": [1, c]}, **curves)


def test_compressibility_on_a_line_with_the_loss_correlates_fully():
    evidence = {"a": [ended(1 + k, 2 * k) for k in range(3)], "b": [ended(9, 16), ended(8, 14)]}
    assert trade_off("a", "b")(evidence) == pytest.approx([1])


def test_the_curve_asked_for_is_the_one_read():
    rows = [(1, 0, 5), (2, 3, 4), (3, 1, 3), (4, 2, 2), (5, 9, 1)]
    evidence = {"a": [ended(*row) for row in rows]}
    assert trade_off("a", curve="test_loss")(evidence) == pytest.approx([-1])
    expected = np.corrcoef([row[1] for row in rows], [row[0] for row in rows])[0, 1]
    assert trade_off("a")(evidence) == pytest.approx([expected])


def test_the_line_is_told_with_its_slope():
    found = line("a")({"a": [ended(1 + k, 2 * k) for k in range(3)]})
    assert found == {"slope per nat": pytest.approx([0.5]), "R2": pytest.approx([1])}


def test_five_runs_give_the_line_an_interval():
    ends = [(1, 0), (3, 1), (2, 2), (5, 3), (4, 4)]
    found = {k: v[0] for k, v in line("a")({"a": [ended(*end) for end in ends]}).items()}
    assert found["slope at least"] < found["slope per nat"] == 0.8 < found["slope at most"]
    assert found["R2"] == pytest.approx(0.64)
    assert found["R2 at least"] < found["R2"] < found["R2 at most"]


def test_what_seeds_differ_in_is_no_part_of_the_correlation_within_them():
    # in each seed the larger loss goes with the more compressible network; over seeds not
    evidence = {"a": [ended(4, 1), ended(2, 11)], "b": [ended(5, 2), ended(3, 12)]}
    assert line("a", "b")(evidence)["correlation within seeds"] == pytest.approx([1])
    assert trade_off("a", "b")({k: v * 2 for k, v in evidence.items()})[0] < 0
    one = line("a", "b")({name: runs[:1] for name, runs in evidence.items()})
    assert math.isnan(one["correlation within seeds"][0])
    endless = evidence | {"a": [ended(math.inf, 1), ended(2, 11)]}
    assert line("a", "b")(endless)["correlation within seeds"] == pytest.approx([1])


def test_a_run_without_an_end_is_left_out_and_equal_ends_have_no_correlation():
    five = [ended(1 + k, 2 * k) for k in range(5)]
    assert trade_off("a")({"a": [*five, ended(math.inf, 3)]}) == pytest.approx([1])
    assert math.isnan(trade_off("a")({"a": [*five[:4], ended(math.inf, 3)]})[0])
    assert math.isnan(trade_off("a")({"a": [ended(2, k) for k in range(5)]})[0])


def test_four_runs_are_too_few_for_a_correlation():
    (found,) = trade_off("a")({"a": [ended(k, k) for k in range(4)]})
    assert math.isnan(found)


def test_the_front_of_each_seed_is_shared_out_by_regime():
    rows = [(5, 3, 0), (4, 2, 0), (3, 9, 0), (2, 9, 0), (1, 1, 0), (0, 9, 0)]
    regimes = ["steady", "grokking", "grokking", "steady", "steady", "partial"]
    runs = [ended(*row) for row in rows]
    for run, regime in zip(runs, regimes, strict=True):
        run.steady = float(regime == "steady")
    evidence = {name: [run] for name, run in zip(MODADD_SCALES.values(), runs, strict=True)}
    assert on_the_front("train_loss")(evidence) == [pytest.approx(2 / 3)]
    assert on_the_front("test_loss")(evidence) == [1]
    assert steady_share(evidence) == {"share of all": [0.5]}


def test_a_gain_is_a_ratio_of_ends():
    assert gain(ended(6, 0), ended(4, 0)) == 1.5
