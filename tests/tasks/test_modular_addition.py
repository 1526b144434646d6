"""Modular addition: the whole table, its labels, its cut, and what it refuses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.errors import BadConfig
from grokscope.kinds import Tokens
from grokscope.tasks import TASKS

ModularAddition = TASKS["modular_addition"]


def test_the_paper_splits_113_squared_pairs_into_8938_and_3831():
    split = ModularAddition(p=113, train_fraction=0.7).split(np.random.default_rng(0))
    assert split.train_inputs.shape == (8938, 2)
    assert split.test_inputs.shape == (3831, 2)


@given(st.integers(3, 20), st.floats(0.2, 0.8), st.integers(0, 9))
def test_every_pair_is_seen_exactly_once_with_its_sum(p, fraction, seed):
    split = ModularAddition(p=p, train_fraction=fraction).split(np.random.default_rng(seed))
    pairs = np.concatenate([split.train_inputs, split.test_inputs])
    labels = np.concatenate([split.train_labels, split.test_labels])
    assert len({tuple(pair) for pair in pairs.tolist()}) == p * p == len(pairs)
    np.testing.assert_array_equal(labels, (pairs[:, 0] + pairs[:, 1]) % p)


def test_the_split_follows_the_generator():
    task = ModularAddition(p=7)
    one, same, other = (task.split(np.random.default_rng(s)) for s in (1, 1, 2))
    np.testing.assert_array_equal(one.train_inputs, same.train_inputs)
    assert (one.train_inputs != other.train_inputs).any()


def test_the_split_of_stored_runs_is_a_shuffle_of_all_numbers_below_p_squared():
    split = ModularAddition(p=11).split(np.random.default_rng(2))
    a, b = np.divmod(np.random.default_rng(2).permutation(121), 11)
    pairs = np.stack([a, b], axis=1)
    np.testing.assert_array_equal(np.concatenate([split.train_inputs, split.test_inputs]), pairs)
    assert len(split.train_labels) == 84


def test_shapes_and_chance():
    task = ModularAddition(p=7)
    assert task.signature.inputs == Tokens(positions=2, vocabulary=7)
    assert task.chance == pytest.approx(1 / 7)


@pytest.mark.parametrize(
    "keys", [{"p": 1}, {"p": 4097}, {"train_fraction": 1.0}, {"p": 2, "train_fraction": 0.1}]
)
def test_what_cannot_be_split_is_refused(keys):
    with pytest.raises(BadConfig, match=f"task.{list(keys)[-1]}"):
        ModularAddition(**keys)
