"""Requests: measures written as text, and refused in one line."""

import pytest

from grokscope.analysis.requests import requested, written
from grokscope.errors import BadConfig, UnknownName
from grokscope.measures import MEASURES


def test_a_name_alone_asks_for_the_defaults():
    request = written("fisher_speed")
    assert request.usual
    assert request.key == "fisher_speed.output.diagonal.test.f1.n256.s0"


def test_parameters_follow_a_name():
    request = written("fisher_speed  score=model metric=full interval=5")
    assert request.measure is MEASURES["fisher_speed"]
    assert request.key == "fisher_speed.model.full.test.f5.n256.s0"
    assert not request.usual


def test_a_parameter_goes_to_every_measure_that_has_it():
    speed, norm = requested(["fisher_speed", "weight_norm"], {"seed": 3})
    assert (speed.values["seed"], dict(norm.values)) == (3, {})


def test_some_checkpoints_can_be_asked_for_under_the_same_name():
    some, whole = written("fisher_gini every=10"), written("fisher_gini")
    assert (some.every, whole.every) == (10, 1)
    assert some.key == whole.key
    # pruning has a parameter of that name
    assert written("compressibility every=10").every == 1


@pytest.mark.parametrize(
    ("text", "error", "told"),
    [
        ("", UnknownName, "no measure named ''"),
        ("fisher_sped", UnknownName, "fisher_speed"),
        ("fisher_speed model", BadConfig, "key=value"),
        ("fisher_speed scor=model", BadConfig, "has no parameter 'scor'"),
        ("fisher_speed score=mod", BadConfig, "score must be one of"),
        ("fisher_speed interval=0", BadConfig, "at least 1"),
        ("fisher_speed every=2", BadConfig, "no parameter 'every'"),
        ("gini every=0", BadConfig, "every must be a whole number of at least 1"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(text, error, told):
    with pytest.raises(error, match=told):
        written(text)
