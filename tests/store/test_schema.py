import json
import math

import numpy as np
import pytest

from grokscope.store.schema import (
    METRICS,
    Group,
    Variable,
    canonical,
    curve_name,
    flatten,
    metric,
    plain,
)


def test_an_unknown_curve_is_a_pure_number_under_its_own_name():
    assert metric("gap").attrs == {"long_name": "gap", "units": "1"}


def test_a_known_curve_tells_its_split_and_its_better_end():
    attrs = metric("test_loss").attrs
    assert (attrs["split"], attrs["direction"], attrs["unit_label"]) == ("test", "min", "nat")
    assert list(METRICS)[:2] == ["train_loss", "test_loss"]


def test_losses_other_than_cross_entropy_are_not_told_in_nats():
    assert metric("train_loss").attrs["unit_label"] == "nat"
    assert metric("train_loss", "cross_entropy") == metric("train_loss")
    square = metric("train_loss", "mse").attrs
    assert "unit_label" not in square
    assert square["long_name"] == "training loss, mean square"
    assert metric("weight_norm", "mse") == metric("weight_norm")


def test_equal_values_give_equal_text_in_any_order():
    assert canonical({"b": [1, 2.5], "a": None}) == canonical({"a": None, "b": [1, 2.5]})
    assert canonical({"b": 1, "a": "é"}) == '{"a":"é","b":1}'


def test_a_nested_configuration_flattens_to_dotted_keys():
    assert flatten({"a": {"b": {"c": 1}}, "d": [1], "e": {}}) == {"a.b.c": 1, "d": [1], "e": {}}


def test_variables_that_disagree_on_a_length_are_refused():
    group = Group({"a": Variable(("step",), np.zeros(3)), "b": Variable(("step",), np.zeros(4))})
    with pytest.raises(ValueError, match="b: step has length 4, not 3"):
        _ = group.sizes


def test_a_slash_in_a_metric_s_name_makes_no_group():
    assert curve_name("loss/train") == "loss.train"
    assert curve_name("train_loss") == "train_loss"


@pytest.mark.parametrize("name", ["", ".", "..", "/", "step", "epoch", "wall_time", "a\0", "a\n"])
def test_a_name_that_no_metric_can_have_is_refused(name):
    with pytest.raises(ValueError, match="cannot name a metric; any other word than step"):
        curve_name(name)


def test_what_json_lacks_is_kept_as_text():
    told = {"clip": float("inf"), "a": [float("nan"), np.float32(0.5)], 3: {"b": (-math.inf,)}}
    assert plain(told) == {"clip": "inf", "a": ["nan", 0.5], "3": {"b": ["-inf"]}}
    assert json.loads(canonical(told)) == plain(told)
