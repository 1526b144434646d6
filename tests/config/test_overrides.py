"""Overrides: full and short keys, TOML values, and what is refused."""

import pytest

from grokscope.config import Experiment, override, preset
from grokscope.errors import BadConfig

GROK = preset("modadd-grok")


@pytest.mark.parametrize("key", ["optimizer.lr", "lr"])
def test_a_short_key_stands_for_the_full_one(key):
    assert override(GROK, [f"{key}=1e-3"]).optimizer.lr == 1e-3


def test_seed_sets_the_root_seed_and_one_purpose_can_be_set_alone():
    assert override(GROK, ["seed=3"]).seed.root == 3
    seed = override(GROK, ["seed.init=4"]).seed
    assert (seed.root, seed.init, seed.split) == (0, 4, None)


def test_values_are_toml_and_bare_words_are_texts():
    changed = override(GROK, ["hidden=[64, 32]", "optimizer.name=sgd", "shuffle=true"])
    assert changed.model.hidden == (64, 32)
    assert (changed.optimizer.name, changed.optimizer.lr) == ("sgd", GROK.optimizer.lr)
    assert changed.training.shuffle is True


def test_assignments_are_made_in_order():
    assert override(GROK, ["epochs=3", "epochs=5"]).training.epochs == 5


def test_no_assignment_changes_nothing():
    assert override(GROK, []) == GROK


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("lr", "--set takes key=value"),
        ("=3", "--set takes key=value"),
        ("init_scal=2", "unknown key 'init_scal', did you mean 'init_scale'"),
        ("wd=2", "unknown key 'wd', did you mean 'weight_decay'"),
        ("task.name=parity", "no task named 'parity'"),
        ("optimizer=sgd", r"optimizer is a table; set one of its keys: optimizer\.name, "),
        ("init_scale=1e300", r"init_scale must lie in \(0, 1e30\), got 1e\+300"),
        ("epochs=many", "training.epochs must be a whole number, got 'many'"),
    ],
)
def test_mistakes_are_named(assignment, message):
    with pytest.raises(Exception, match=message):
        override(GROK, [assignment])


def test_a_key_that_is_not_stored_at_its_default_can_be_set():
    changed = override(GROK, ["warmup=10", "schedule=cosine", "final_lr=1e-5"])
    assert (changed.optimizer.warmup, changed.optimizer.schedule) == (10, "cosine")


def test_an_ambiguous_key_lists_what_it_could_mean(monkeypatch):
    twice = {"a": {"lr": 1}, "b": {"lr": 2}}
    monkeypatch.setattr(Experiment, "as_config", lambda self, whole: twice)
    with pytest.raises(BadConfig, match=r"'lr' is ambiguous; write one of a\.lr, b\.lr"):
        override(GROK, ["lr=3"])


def test_another_model_begins_with_its_defaults_and_what_is_set_with_it_holds():
    for order in (1, -1):
        words = ["model.name=transformer", "d_model=16", "init_scale=2"][::order]
        changed = override(GROK, words).model
        assert (changed.name, changed.d_model, changed.init_scale) == ("transformer", 16, 2)
    assert override(GROK, ["model.name=transformer"]).model.init_scale == 1


def test_naming_the_model_there_is_changes_nothing():
    assert override(GROK, ["model.name=mlp", "task.name=modular_addition"]) == GROK


def test_what_the_other_model_lacks_is_refused_in_any_order():
    for words in (["hidden=16", "model.name=transformer"], ["model.name=transformer", "hidden=16"]):
        with pytest.raises(BadConfig, match="unknown key 'hidden'"):
            override(GROK, words)


def test_a_number_of_more_digits_than_python_reads_is_refused():
    with pytest.raises(BadConfig, match=r"training\.epochs must be a whole number, got '999"):
        override(GROK, ["epochs=" + "9" * 5000])
