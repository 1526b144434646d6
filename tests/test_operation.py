"""Binary operations: the order of the table, chance, the cut, and what is refused."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.errors import BadConfig
from grokscope.kinds import Tokens
from grokscope.operation import BinaryOperation


@dataclass(frozen=True, kw_only=True)
class Largest(BinaryOperation):
    """The larger of two numbers below n, without y = 0 on request."""

    name = "largest"
    summary = source = ""
    time_unit = "step"
    n: int = 3
    without: bool = False

    @property
    def n_elements(self):
        return self.n

    @property
    def divides(self):
        return self.without

    def apply(self, x, y):
        return np.maximum(x, y)


def test_the_table_goes_by_x_and_then_by_y():
    inputs, labels = Largest().table()
    assert inputs.tolist() == [[x, y] for x in range(3) for y in range(3)]
    assert labels.reshape(3, 3).tolist() == [[0, 1, 2], [1, 1, 2], [2, 2, 2]]
    assert inputs.dtype == labels.dtype == np.int64


def test_a_division_has_no_column_of_zero():
    inputs, labels = Largest(without=True).table()
    assert inputs.tolist() == [[0, 1], [0, 2], [1, 1], [1, 2], [2, 1], [2, 2]]
    assert labels.reshape(3, 2).tolist() == [[1, 2], [1, 2], [2, 2]]


def test_chance_is_the_best_constant_guess():
    assert Largest().chance == 5 / 9
    assert Largest(without=True).chance == 4 / 6


@given(st.integers(3, 9), st.booleans(), st.floats(0.3, 0.6), st.integers(0, 9))
def test_a_split_is_the_table_in_another_order(n, without, fraction, seed):
    task = Largest(n=n, without=without, train_fraction=fraction)
    split = task.split(np.random.default_rng(seed))
    inputs = np.concatenate([split.train_inputs, split.test_inputs])
    labels = np.concatenate([split.train_labels, split.test_labels])
    order = np.lexsort(inputs.T[::-1])
    np.testing.assert_array_equal(inputs[order], task.table()[0])
    np.testing.assert_array_equal(labels[order], task.table()[1])
    assert len(split.train_labels) == task.n_train == int(fraction * len(labels))
    assert task.chance == max(Counter(labels.tolist()).values()) / len(labels)


def test_a_larger_share_holds_all_of_a_smaller_one():
    small, large = (
        Largest(n=6, train_fraction=f).split(np.random.default_rng(1)).train_inputs
        for f in (0.3, 0.7)
    )
    np.testing.assert_array_equal(large[: len(small)], small)


def test_tokens_and_labels_are_the_elements():
    signature = Largest(n=7).signature
    assert (signature.inputs, signature.n_classes) == (Tokens(positions=2, vocabulary=7), 7)


@pytest.mark.parametrize("fraction", [0.0, 1.0, 0.1, -0.5])
def test_a_share_that_leaves_one_side_empty_is_refused(fraction):
    with pytest.raises(BadConfig, match=f"task.train_fraction .* got {fraction} of 9 examples"):
        Largest(train_fraction=fraction)
