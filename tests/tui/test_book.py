import numpy as np
import pytest

from grokscope.store.reader import Analysis
from grokscope.tui.book import of_analysis, read_book, titled

SPEED = "fisher_speed.output.diagonal.test.f1.n256.s0"


@pytest.fixture(scope="module")
def quantities(pair):
    return read_book(pair / "modadd-grok-s0", ()).quantities


def test_train_and_test_of_one_thing_are_one_quantity_accuracy_first(quantities):
    assert next(iter(quantities)) == "accuracy"
    assert [trace.label for trace in quantities["loss"].traces] == ["train", "test"]
    assert [trace.label for trace in quantities["weight_norm"].traces] == [""]


def test_titles_come_from_the_file_with_their_units(quantities):
    assert quantities["accuracy"].title == "Accuracy"
    assert quantities["loss"].title == "Loss, nat"
    assert quantities[SPEED].title == "Fisher speed, output/diagonal/test/f1/n256/s0"
    assert quantities[SPEED].word == "Fisher speed"
    assert titled("energy", "J", "") == "Energy, J"


def test_a_fisher_speed_has_its_first_minimum_and_the_next_maximum(quantities):
    speed = quantities[SPEED]
    turns = {word: speed.traces[0].epoch[index] for word, index in speed.turns}
    assert 15 <= turns["min"] <= 25
    assert 42 <= turns["max"] <= 54


def test_values_are_those_recorded_nearest_and_nan_outside(quantities):
    trace = quantities["accuracy"].traces[1]
    assert trace.at(58.2, "epoch") == trace.values[58]
    assert trace.at(58 * 140, "step") == trace.values[58]
    assert np.isnan(trace.at(300, "epoch"))


def test_a_title_without_its_variant_takes_it_from_the_key():
    analysis = Analysis(
        "weight_entropy.layer.s0", "weight entropy", "1", "", "",
        np.arange(3), np.arange(3.0), np.ones(3), ("checkpoint",), {},
    )  # fmt: skip
    assert of_analysis(analysis).title == "Weight entropy, layer/s0"
