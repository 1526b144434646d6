"""Decay share: pure decay, no decay, steps of several updates, a trained run, and refusals."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.errors import MissingData
from grokscope.measures import MEASURES
from tests.test_steps import LAYOUT, run

measure = MEASURES["decay_share"]
ADAMW = {"name": "adamw", "lr": 0.1, "weight_decay": 0.5}


def trained(epochs, rows, **optimizer):
    """Return a tree with a checkpoint for each row, and its configuration."""
    tree = run(epochs, rows)
    tree.attrs["config"] = json.dumps({"optimizer": ADAMW | optimizer})
    return tree


def path(updates, count):
    """Return rows of `count` updates, each 5 % decay and then one of `updates`."""
    rows = [np.ones(LAYOUT.size)]
    for k in range(count):
        rows.append(0.95 * rows[-1] + updates[k % len(updates)])
    return np.array(rows)


def test_worked_value():
    # decay takes (.05, 0), the gradient gives (0, .15)
    rows = np.zeros((2, LAYOUT.size))
    rows[:, 0], rows[:, 1] = [1, 0.95], [0, 0.15]
    found = measure.function(trained([0, 1], rows), interval=1)
    np.testing.assert_allclose(found, [0.25, np.nan], rtol=1e-5)
    assert found.dims == ("checkpoint",)


@pytest.mark.parametrize("interval", [1, 3])
def test_pure_decay_is_all_of_a_step_however_many_updates(interval):
    found = measure.function(trained(range(7), path([0], 6)), interval=interval)
    np.testing.assert_allclose(found[: 7 - interval], 1, rtol=1e-5)
    assert np.isnan(found[7 - interval :]).all()


def test_where_nothing_moves_decay_and_gradient_are_as_long():
    found = measure.function(trained([0, 1, 2], np.ones((3, LAYOUT.size))), interval=1)
    np.testing.assert_allclose(found[:2], 0.5)


@given(st.integers(0, 20), st.integers(1, 3))
def test_several_updates_are_decay_of_the_start_and_updates_decayed_since(seed, interval):
    updates = np.random.default_rng(seed).normal(size=(6, LAYOUT.size))
    rows = path(updates, 6)
    rest = sum(0.95 ** (interval - 1 - k) * updates[k] for k in range(interval))
    decay = (1 - 0.95**interval) * np.linalg.norm(rows[0])
    found = measure.function(trained(range(7), rows), interval=interval)[0]
    np.testing.assert_allclose(found, decay / (decay + np.linalg.norm(rest)), rtol=1e-5)


def test_without_decay_there_is_no_share_of_it():
    found = measure.function(trained([0, 1], path([1], 1), weight_decay=0), interval=1)
    assert found[0] == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "adam"}, "this run has name = adam, lr"),
        ({"name": "sgd", "momentum": 0.9}, "this run has name = sgd, "),
        ({"schedule": "cosine"}, "this run has name = adamw, schedule = cosine, lr"),
        ({"warmup": 10}, "warmup = 10"),
        ({"weight_decay_to": "initial"}, "weight_decay_to = initial"),
        ({"keep_norm": True}, "keep_norm = True"),
        ({"lr": "0.1"}, "lr = 0.1"),
        ({"weight_decay": None}, "weight_decay = None"),
    ],
)
def test_decay_that_is_no_part_of_its_own_is_refused(change, words):
    with pytest.raises(MissingData, match=words):
        measure.function(trained([0, 1], path([1], 1), **change), interval=1)


@pytest.mark.parametrize("config", [{}, {"optimizer": "adamw"}])
def test_a_run_that_tells_no_optimiser_is_refused(config):
    tree = run([0, 1])
    tree.attrs["config"] = json.dumps(config)
    with pytest.raises(MissingData, match="this run has name = None"):
        measure.function(tree, interval=1)
