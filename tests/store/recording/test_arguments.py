import math

import numpy as np
import pytest
import torch

from grokscope.errors import BadArgument
from grokscope.store.recording.arguments import (
    attributes,
    configuration,
    epochs_ahead,
    whole_step,
    yardstick,
)
from grokscope.store.recording.recorder import Recorder

ITSELF: dict = {}
ITSELF["inner"] = [ITSELF]
DEEP: list = []
for _ in range(2000):
    DEEP = [DEEP]


@pytest.mark.parametrize("step", [7, 7.0, np.int32(7), np.array(7), np.float64(7), torch.tensor(7)])
def test_a_step_may_be_a_whole_number_of_any_library(step):
    assert whole_step(step) == 7
    assert type(whole_step(step)) is int


@pytest.mark.parametrize("step", [1.5, "a", None, -1, 2**63, math.nan, torch.tensor(1.5), [1]])
def test_what_is_no_step_is_refused(step):
    with pytest.raises(BadArgument, match=r"^step .*; a step is from 0 to 9\d*, a whole number$"):
        whole_step(step)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"name": None}, "name is None; a text"),
        ({"name": 5}, r"name is 5 \(int\); a text"),
        ({"name": "a\0b"}, "name is 'a.*; a text"),
        ({"model": 3}, r"model is 3 \(int\)"),
        ({"chance": "a"}, r"chance is 'a' \(str\); a test accuracy is from 0 to 1"),
        ({"chance": 2}, "chance is 2 .*from 0 to 1"),
        ({"chance": math.nan}, "chance is nan"),
        ({"n_test": 0}, r"n_test is 0 \(int\); the number of test examples, 1 or more"),
        ({"n_test": 1.5}, "n_test is 1.5"),
        ({"train_ceiling": 0}, "train_ceiling is 0 .*above 0, at most 1"),
        ({"test_ceiling": 1.1}, "test_ceiling is 1.1"),
        ({"time_unit": "minute"}, "time_unit is 'minute' .*'epoch' or 'step'"),
        ({"total_epochs": -1}, "total_epochs is -1 .*from 0 up"),
        ({"total_epochs": "ten"}, "total_epochs is 'ten'"),
        ({"seed": 1.5}, "seed is 1.5 .*a whole number"),
        ({"seed": None}, "seed is None; a whole number"),
        ({"store": 5}, r"store is 5 \(int\); a path"),
        ({"attrs": 5}, r"attrs is 5 \(int\); a table"),
        ({"attrs": {1: 2}}, r"attrs has a name 1 \(int\)"),
        ({"config": 5}, r"config is 5 \(int\); a table"),
        ({"config": {"x": torch.tensor(1)}}, r"config\['x'\] is tensor\(1\) \(Tensor\); text,"),
        ({"config": {"a": {"b": [1, {2}]}}}, r"config\['a'\]\['b'\]\[1\] is \{2\} \(set\)"),
        ({"config": ITSELF}, r"config\['inner'\]\[0\] is the table or list that it is in"),
        ({"config": {"x": DEEP}}, r"config\['x'\].* is nested in more than 64"),
        ({"config": {"x": "\udc80"}}, r"config\['x'\] is .*, which no file holds"),
        ({"config": {1: 0, "1": 0}}, "config has keys that are the same as texts"),
        ({"config": {"seed": "abc"}}, r"config\['seed'\] is 'abc'"),
    ],
)
def test_what_a_recorder_cannot_be_made_with_is_refused_by_name_and_leaves_nothing(
    store, given, told
):
    with pytest.raises(BadArgument, match=f"^{told}") as error:
        Recorder(**{"name": "r", "store": store} | given)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 400
    assert list(store.iterdir()) == []


def test_numbers_of_any_library_are_taken():
    found = yardstick(np.float32(0.5), np.int64(10), torch.tensor(1.0), 1, "step")
    assert (found.chance, found.n_test, found.train_ceiling) == (0.5, 10, 1.0)
    assert (epochs_ahead(None), epochs_ahead(np.int64(5)), epochs_ahead(math.inf)) == (
        None, 5.0, math.inf,
    )  # fmt: skip


def test_a_table_may_stand_in_two_places_of_a_configuration():
    shared = {"lr": np.float32(0.5)}
    root, whole = configuration("r", np.int64(3), "own", "own", {"a": shared, "b": [shared]})
    assert (root, type(root)) == (3, int)
    assert whole["seed"] == {"root": 3}
    assert whole["b"] == [shared]


def test_attributes_are_texts_and_numbers():
    assert attributes(None) == {}
    assert attributes({"lab": "here", "n": 3}) == {"lab": "here", "n": 3}
