"""Ising phases: what is sampled, how it is labelled and drawn, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from grokscope.config import Experiment
from grokscope.errors import BadConfig
from grokscope.kinds import Features
from grokscope.lattice import CRITICAL_TEMPERATURE, energy, magnetisation
from grokscope.tasks import TASKS

IsingPhases = TASKS["ising_phases"]
SMALL = IsingPhases(size=8, temperatures=6, per_temperature=20, sweeps=5, n_train=40, n_test=50)


@pytest.fixture(scope="module")
def data():
    return SMALL.generate()


def values(data):
    return {name: one.values for name, one in data.items()}


def test_the_paper_has_fifty_temperatures_of_a_thousand_lattices():
    task = IsingPhases()
    assert task.n_samples == 50_000
    assert (task.n_train, task.n_test) == (300, 1000)
    assert task.signature.inputs == Features((1, 16, 16))
    assert task.signature.n_classes == 2
    assert task.chance == 0.5


def test_temperatures_lie_evenly_around_the_critical_one(data):
    found = data["temperature"].values
    assert np.unique(found).size == 6
    np.testing.assert_allclose(found[[0, -1]], [CRITICAL_TEMPERATURE - 1, CRITICAL_TEMPERATURE + 1])
    assert np.bincount(np.unique(found, return_inverse=True)[1]).tolist() == 6 * [20]


def test_what_is_kept_with_a_sample_is_that_of_its_spins(data):
    spins = data["spin"].values.astype(np.int8) * 2 - 1
    np.testing.assert_array_equal(data["energy"].values, energy(spins))
    np.testing.assert_array_equal(data["magnetisation"].values, magnetisation(spins))
    np.testing.assert_allclose(data["walls"].values.sum(1) - 1, data["energy"].values)
    assert np.all(data["largest_domain"].values * 64 >= 64 / data["n_domains"].values)
    assert {one.values.dtype.str[1:] for one in data.values()} <= {"u1", "i8", "f8"}


def test_the_data_set_is_the_same_each_time_and_another_for_another_seed(data):
    again, other = SMALL.generate(), replace(SMALL, data_seed=1).generate()
    np.testing.assert_array_equal(again["spin"].values, data["spin"].values)
    assert np.any(other["spin"].values != data["spin"].values)


def test_the_recipe_names_what_decides_the_data_and_nothing_else():
    assert replace(SMALL, n_train=30, n_test=20, balanced=True).recipe == SMALL.recipe
    changed = {"size": 10, "temperatures": 7, "span": 0.5, "per_temperature": 21, "sweeps": 6,
               "update": "checkerboard", "data_seed": 1}  # fmt: skip
    for key, value in changed.items():
        assert replace(SMALL, **{key: value}).recipe != SMALL.recipe


def test_examples_are_drawn_once_each_and_labelled_by_their_temperature(data):
    split = SMALL.cut(values(data), np.random.default_rng(3))
    assert split.train_inputs.shape == (40, 1, 8, 8)
    assert split.test_inputs.shape == (50, 1, 8, 8)
    assert split.train_inputs.dtype == np.float32
    chosen = np.random.default_rng(3).permutation(120)[:90]
    inputs = np.concatenate([split.train_inputs, split.test_inputs])
    np.testing.assert_array_equal(inputs[:, 0] > 0, data["spin"].values[chosen] == 1)
    assert set(np.unique(inputs)) == {-1, 1}
    ordered = data["temperature"].values[chosen] < CRITICAL_TEMPERATURE
    np.testing.assert_array_equal(np.concatenate([split.train_labels, split.test_labels]), ordered)


def test_balanced_training_examples_are_half_ordered(data):
    balanced = replace(SMALL, balanced=True)
    for seed in range(5):
        split = balanced.cut(values(data), np.random.default_rng(seed))
        assert split.train_labels.sum() == 20
        assert len(split.test_labels) == 50
        both = np.concatenate([split.train_inputs, split.test_inputs]).reshape(90, -1)
        chosen = {row.tobytes() for row in both}
        assert len(chosen) > 80


def test_splitting_without_a_store_makes_the_data_anew(data):
    cut = SMALL.cut(values(data), np.random.default_rng(4))
    np.testing.assert_array_equal(
        SMALL.split(np.random.default_rng(4)).test_inputs, cut.test_inputs
    )


def test_a_stand_in_has_the_same_shapes_at_no_cost():
    stand_in = IsingPhases().stand_in()
    assert (stand_in.sweeps, stand_in.n_samples) == (0, 1300)
    assert stand_in.signature == IsingPhases().signature
    assert stand_in.n_train == 300
    tight = replace(SMALL, temperatures=3, n_train=40, n_test=20, balanced=True)
    assert tight.stand_in().n_samples == 90


def test_energy_tells_the_phases_apart_better_than_magnetisation():
    """With few sweeps, which the paper's question rests on."""
    task = IsingPhases(per_temperature=20, temperatures=20, sweeps=60, n_train=2, n_test=2)
    data = values(task.generate())
    ordered = data["temperature"] < CRITICAL_TEMPERATURE

    def best(feature):
        cuts = np.sort(feature)
        return max(np.mean((feature <= cut) == ordered) for cut in cuts)

    by_energy, by_magnetisation = best(data["energy"]), best(-np.abs(data["magnetisation"]))
    assert by_energy > 0.9 > by_magnetisation > 0.6


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"size": 3}, "task.size must be at least 4"),
        ({"size": 5, "update": "checkerboard"}, "even for a checkerboard, got 5"),
        ({"span": 0.0}, "task.span must lie in"),
        ({"span": 2.3}, "task.span must lie in"),
        ({"span": float("nan")}, "task.span must lie in"),
        ({"temperatures": 1}, "task.temperatures must be at least 2, got 1"),
        ({"sweeps": -1}, "task.sweeps must be at least 0"),
        ({"data_seed": -1}, "task.data_seed must be at least 0"),
        ({"n_train": 119, "n_test": 2}, "must be at most 120, the lattices there are, got 119 + 2"),
        (
            {"temperatures": 3, "n_train": 50, "n_test": 5, "balanced": True},
            "takes at most 40 training examples, as 20 lattices are ordered, got task.n_train = 50",
        ),
        ({"per_temperature": 10**8}, "a data set may have 1073741824 sites"),
    ],
)
def test_impossible_data_sets_are_refused(change, told):
    with pytest.raises(BadConfig, match=told.replace("+", r"\+")):
        replace(SMALL, **change)


def test_a_configuration_names_it():
    config = {"name": "x", "task": {"name": "ising_phases", "update": "checkerboard"},
              "model": {"name": "mlp"}}  # fmt: skip
    assert Experiment.from_config(config).task == IsingPhases(update="checkerboard")
