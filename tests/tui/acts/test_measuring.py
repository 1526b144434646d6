"""What can be computed, what is stored, and the command that computes it."""

import json

from grokscope.tui.acts.measuring import Offer, command, completion, fitting, offers, stored
from tests.cli.conftest import call

SPEED = Offer("fisher_speed", "Fisher speed", "1", "x", "network", {"score": "output", "lag": 1})
GINI = Offer("gini", "Gini coefficient", "1", "x", "weights", {})


def test_the_command_line_tells_every_measure():
    printed = call("measures", "--json").out
    found = {offer.name: offer for offer in offers(printed)}
    assert list(found) == [row["measure"] for row in json.loads(printed)]
    assert found["fisher_speed"].parameters["score"] == "output"
    assert found["grokking_time"].units == "epoch"


def test_words_narrow_and_parameters_ask_for_what_has_them():
    both = [SPEED, GINI]
    assert fitting(both, "") == both
    assert fitting(both, "gin") == [GINI]
    assert fitting(both, "COEFF") == [GINI]
    assert fitting(both, "speed sco") == [SPEED]
    assert fitting(both, "score=model") == [SPEED]
    assert fitting(both, "gini score=model") == []


def test_a_parameter_is_completed_then_the_value_it_has():
    assert completion(SPEED, "fisher sc") == "fisher score="
    assert completion(SPEED, "score=") == "score=output"
    assert completion(SPEED, "score=output") is None
    assert completion(SPEED, "") is None
    assert completion(GINI, "sc") is None


def test_results_are_found_by_the_name_of_their_measure():
    keys = ["fisher_speed.output.f1", "gini/mean", "gini/all", "gini_of.x", "fisher_speed"]
    assert stored("gini", keys) == ["gini"]
    assert stored("fisher_speed", keys) == ["fisher_speed", "fisher_speed.output.f1"]
    assert stored("compressibility", keys) == []


def test_the_command_names_runs_measure_and_choices():
    assert command(["a", "b"], SPEED, "speed lag=3 score=model") == [
        "measure", "a", "b", "fisher_speed", "--set", "lag=3", "--set", "score=model",
    ]  # fmt: skip
