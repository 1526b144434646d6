from collections import namedtuple
from dataclasses import dataclass

import numpy as np
import pytest
import torch

from grokscope.store.recording.parameters import layout_of, parameters, row_of

Pair = namedtuple("Pair", "w b")


@dataclass
class Block:
    pair: Pair
    activation: object = np.tanh


def network():
    return torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4))


def test_a_module_is_taken_by_its_state_without_its_counters():
    found = parameters(network())
    assert list(found.tensors) == [
        "0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var",
    ]  # fmt: skip
    assert found.shapes["0.weight"] == (4, 3)
    assert (found.types, found.tied, found.attrs) == ({}, {}, {})


@pytest.mark.parametrize(
    "wrap",
    [
        torch.nn.DataParallel,
        lambda model: {f"_orig_mod.{name}": v for name, v in model.state_dict().items()},
        lambda model: {f"module._orig_mod.{name}": v for name, v in model.state_dict().items()},
        lambda model: model.state_dict(),
    ],
)
def test_a_wrapped_module_has_the_names_of_the_module(wrap):
    model = network()
    assert list(parameters(wrap(model)).tensors) == list(parameters(model).tensors)


def test_a_module_called_module_beside_another_keeps_its_name():
    found = parameters({"module": {"w": np.ones(2)}, "head": np.ones(1)})
    assert list(found.tensors) == ["module.w", "head"]


def test_a_nest_of_arrays_is_named_by_its_paths():
    nest = {"mlp/~/linear": {"w": np.ones((2, 3))}, "blocks": [Block(Pair(np.ones(2), None))]}
    found = parameters(nest)
    assert found.shapes == {"mlp.~.linear.w": (2, 3), "blocks.0.pair.w": (2,)}


def test_tied_weights_are_kept_once():
    model = torch.nn.ModuleDict({"embed": torch.nn.Linear(3, 3), "head": torch.nn.Linear(3, 3)})
    model["head"].weight = model["embed"].weight
    found = parameters(model)
    assert list(found.tensors) == ["embed.weight", "embed.bias", "head.bias"]
    assert found.tied == {"head.weight": "embed.weight"}


def test_views_of_one_memory_that_differ_are_no_tie():
    flat = np.arange(6.0)
    found = parameters({"flat": flat, "start": flat[:3], "end": flat[3:], "empty": flat[:0]})
    assert len(found.tensors) == 4


def test_types_other_than_float32_are_told():
    found = parameters(
        {"a": torch.ones(2, dtype=torch.bfloat16), "b": np.ones(2), "n": np.ones(2, int)}
    )
    assert found.types == {"a": "bfloat16", "b": "float64"}


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ({"steps": np.array(3)}, "no floating-point parameters in builtins.dict"),
        (object(), "no floating-point parameters in builtins.object"),
        ({}, "no floating-point parameters"),
        ({"z": np.ones(2, complex)}, "'z' is complex128; keep its two parts"),
        ({"a/b": np.ones(2), "a": {"b": np.ones(2)}}, "would be stored as 'a.b'"),
    ],
)
def test_what_cannot_be_kept_is_refused(model, told):
    with pytest.raises(ValueError, match=told):
        parameters(model)


def test_a_row_is_a_copy_in_the_layout_s_order():
    weight = np.arange(6.0).reshape(2, 3)
    found = parameters({"w": weight, "b": np.array([9.0])})
    layout = layout_of(found)
    row = row_of(found, layout)
    weight[:] = 0
    assert row.tolist() == [0, 1, 2, 3, 4, 5, 9]
    assert row.dtype == np.float32
    assert layout.parameters[0].dims == ("w__0", "w__1")


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (
            {"w": np.ones(3)},
            r"'w' is of shape \(3,\); at the first checkpoint it was of shape \(2,\)",
        ),
        ({"v": np.ones(2)}, "'w' is missing; at the first"),
        ({"w": np.ones(2), "v": np.ones(1)}, r"'v' is of shape \(1,\); .* it was missing"),
    ],
)
def test_another_model_than_the_first_is_refused(other, told):
    layout = layout_of(parameters({"w": np.ones(2)}))
    with pytest.raises(ValueError, match=told):
        row_of(parameters(other), layout)


def test_a_name_with_a_slash_is_told_as_it_was_given():
    found = parameters({"mlp/~/linear": {"w": np.ones(2)}, "plain": np.ones(1), "../x": np.ones(1)})
    assert list(found.tensors) == ["mlp.~.linear.w", "plain", "...x"]
    told = '{"...x":"../x","mlp.~.linear.w":"mlp/~/linear.w"}'
    assert found.attrs["parameter_names"] == told


def test_arrays_that_are_left_out_are_named_and_counters_are_not():
    found = parameters(network().state_dict() | {"mask": torch.ones(2, 2, dtype=torch.bool)})
    assert found.left_out == {"mask": "bool"}
    many = parameters({"w": np.ones(1)} | {f"n{i}": np.arange(3) for i in range(9)})
    assert many.warning.startswith("checkpoints leave out 'n0' (int64), 'n1' (int64),")
    assert "'n4' (int64) and 4 more: floating-point arrays are kept" in many.warning


def test_a_nest_that_holds_itself_is_refused():
    within = {"w": np.ones(2)}
    within["inner"] = [within]
    deep = [np.ones(2)]
    for _ in range(2000):
        deep = [deep]
    with pytest.raises(ValueError, match=r"the model at 'inner\.0' holds itself"):
        parameters(within)
    with pytest.raises(ValueError, match=r"or more than 100 levels"):
        parameters(deep)
