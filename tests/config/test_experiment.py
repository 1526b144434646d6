"""Experiments: round trips, identity, seeds, data, and what a configuration is refused for."""

import json
from dataclasses import replace

import numpy as np
import pytest

from grokscope.config import Experiment, override, preset
from grokscope.config.sections import Fork
from grokscope.errors import BadConfig, UnknownName

SMALL = {
    "name": "small",
    "task": {"name": "modular_addition", "p": 7},
    "model": {"name": "mlp", "hidden": [8]},
}


def test_a_configuration_survives_the_round_trip_through_json():
    experiment = preset("modadd-grok")
    assert Experiment.from_config(json.loads(json.dumps(experiment.as_config()))) == experiment


def test_the_presets_are_the_papers_settings():
    grok, steady = preset("modadd-grok"), preset("modadd-steady")
    assert grok.layout.size == 174_193
    assert grok.steps_per_epoch == 140
    assert (grok.model.init_scale, steady.model.init_scale) == (10, 1)
    optimizer = grok.optimizer
    assert (optimizer.name, optimizer.lr, optimizer.weight_decay) == ("adam", 5e-3, 3e-5)
    assert replace(grok.model, init_scale=1.0) == steady.model


def test_the_transformers_are_those_of_their_papers():
    nanda, power = preset("nanda-modadd"), preset("power-division")
    assert nanda.layout.size == 226_816
    assert (len(nanda.split().train_labels), nanda.steps_per_epoch) == (3830, 1)
    assert (len(power.split().train_labels), power.steps_per_epoch) == (4656, 10)
    for one in (nanda, power):
        optimizer = one.optimizer
        assert (optimizer.name, optimizer.lr, optimizer.weight_decay) == ("adamw", 1e-3, 1.0)
        assert (optimizer.betas, optimizer.warmup) == ((0.9, 0.98), 10)


def test_a_run_id_is_name_seed_and_digits_of_the_digest():
    experiment = Experiment.from_config(SMALL | {"seed": 3})
    assert experiment.run_id == f"small-s3-{experiment.digest[:6]}"


@pytest.mark.parametrize(
    ("name", "run_id"),
    [("modadd-grok", "modadd-grok-s0-4de06f"), ("modadd-steady", "modadd-steady-s0-66c3f0")],
)
def test_newer_keys_leave_the_identity_of_older_configurations_alone(name, run_id):
    assert preset(name).run_id == run_id


def test_a_newer_key_is_stored_where_it_is_not_at_its_default():
    plain, changed = (
        Experiment.from_config(SMALL | {"optimizer": optimizer})
        for optimizer in ({}, {"warmup": 5})
    )
    assert "warmup" not in plain.as_config()["optimizer"]
    assert plain.as_config(whole=True)["optimizer"]["warmup"] == 0
    assert changed.as_config()["optimizer"]["warmup"] == 5
    assert changed.digest != plain.digest
    for each in (plain, changed):
        for whole in (False, True):
            assert Experiment.from_config(each.as_config(whole=whole)) == each


def test_a_configuration_that_tells_every_default_is_the_same_experiment():
    plain = Experiment.from_config(SMALL)
    assert Experiment.from_config(plain.as_config(whole=True)).digest == plain.digest


def test_a_title_changes_nothing_that_decides_the_numbers():
    titled = Experiment.from_config(SMALL | {"title": "for the talk"})
    assert titled.digest == Experiment.from_config(SMALL).digest


@pytest.mark.parametrize("seed", [5, {"root": 5}])
def test_a_seed_is_a_number_or_a_table(seed):
    assert Experiment.from_config(SMALL | {"seed": seed}).seed.root == 5


@pytest.mark.parametrize("purpose", ["init", "split", "order", "noise"])
def test_each_purpose_draws_from_its_own_stream(purpose):
    plain = Experiment.from_config(SMALL | {"seed": {"root": 1}}).seed
    changed = Experiment.from_config(SMALL | {"seed": {"root": 1, purpose: 2}}).seed
    for each in ("init", "split", "order", "noise"):
        same = plain.rng(each).random() == changed.rng(each).random()
        assert same == (each != purpose)


def test_label_noise_touches_training_labels_alone_and_follows_the_noise_seed():
    noisy = Experiment.from_config(SMALL | {"training": {"label_noise": 0.5}})
    clean, split = Experiment.from_config(SMALL).split(), noisy.split()
    np.testing.assert_array_equal(clean.train_inputs, split.train_inputs)
    np.testing.assert_array_equal(clean.test_labels, split.test_labels)
    changed = (clean.train_labels != split.train_labels).mean()
    assert 0.15 < changed < 0.75
    again = Experiment.from_config(SMALL | {"training": {"label_noise": 0.5}, "seed": {"noise": 9}})
    assert (again.split().train_labels != split.train_labels).any()


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"optimiser": {}}, BadConfig, "unknown key optimiser, did you mean 'optimizer'"),
        ({"optimizer": {"lrr": 1}}, BadConfig, r"unknown key optimizer.lrr, did you mean 'lr'"),
        (
            {"optimizer": {"lr": "fast"}},
            BadConfig,
            "optimizer.lr must be a finite number, got 'fast'",
        ),
        ({"optimizer": {"lr": float("inf")}}, BadConfig, "must be a finite number, got inf"),
        ({"seed": 10**20}, BadConfig, r"seed.root must be a whole number below 2\^63, got 1000"),
        ({"optimizer": {"lr": -1}}, BadConfig, "optimizer.lr must be greater than 0, got -1"),
        ({"optimizer": {"betas": [0.9]}}, BadConfig, "optimizer.betas must be a list of 2 values"),
        ({"optimizer": {"name": "adagrad"}}, BadConfig, "one of sgd, adam, adamw"),
        ({"training": {"epochs": 2.5}}, BadConfig, "epochs must be a whole number, got 2.5"),
        ({"training": {"shuffle": 1}}, BadConfig, "shuffle must be true or false, got 1"),
        ({"training": 3}, BadConfig, r"training must be a table such as \[training\], got 3"),
        ({"task": {"name": "modular_additon"}}, UnknownName, "did you mean 'modular_addition'"),
        ({"task": {"name": "modular_addition", "q": 3}}, BadConfig, "unknown key task.q"),
        ({"task": {}}, BadConfig, "task.name is missing"),
        ({"model": {"name": "mlp", "hidden": [0]}}, BadConfig, "hidden"),
        ({"record": {"ratio": 1}}, BadConfig, "record.ratio must be greater than 1, got 1"),
        ({"seed": -1}, BadConfig, "seed.root must be at least 0, got -1"),
    ],
)
def test_mistakes_are_named_in_one_line(change, error, message):
    with pytest.raises(error, match=message) as caught:
        Experiment.from_config(SMALL | change)
    assert "\n" not in str(caught.value)


def test_what_is_missing_is_named():
    with pytest.raises(BadConfig, match="name is missing"):
        Experiment.from_config({"task": SMALL["task"], "model": SMALL["model"]})


def test_a_fork_tells_where_it_began_and_other_runs_are_as_they_were(small):
    assert "fork" not in small().as_config(whole=True)
    began = Fork(parent="a-s0-1", parent_digest="0", step=12, epoch=2, checkpoint="1")
    fork = replace(small(), fork=began)
    assert Experiment.from_config(fork.as_config()) == fork
    assert fork.digest != small().digest
    assert (small().total_steps(6), fork.total_steps(6), fork.total_steps(5)) == (72, 72, 62)
    assert override(fork, ["lr=0.5"]).fork == began
