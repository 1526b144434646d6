import math
import random

import numpy as np
import pytest
import torch

from grokscope.store.checkpoints.resume import load_resume, save_resume
from grokscope.store.recording.states import pack_state, unpack_state


def stored(tmp_path, state):
    """Return a state as it comes back from a resume point."""
    save_resume(tmp_path, pack_state(state), {"step": 1})
    return unpack_state(load_resume(tmp_path).arrays)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        2**127,
        0.1,
        -math.inf,
        "text",
        [1, (2, [3]), {}],
        {"a": {1: "one", None: 2, 0.5: []}},
        random.Random(3).getstate(),
        np.random.default_rng(3).bit_generator.state,
    ],
)
def test_plain_values_come_back_as_they_were(tmp_path, value):
    assert stored(tmp_path, {"value": value}) == {"value": value}


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "i1", "u2", "i8", "?", "c8", "c16"])
@pytest.mark.parametrize("shape", [(), (0,), (2, 3)])
def test_arrays_come_back_as_they_were(tmp_path, dtype, shape):
    array = np.ones(shape, dtype)
    found = stored(tmp_path, {"value": array})["value"]
    np.testing.assert_array_equal(found, array)
    assert (found.dtype, found.shape) == (array.dtype, array.shape)


@pytest.mark.parametrize("dtype", ["g", "G"])
def test_numbers_of_more_than_64_bits_are_refused_by_name(tmp_path, dtype):
    with pytest.raises(ValueError, match=r"state\['a'\] is an array of (float|complex|long|clong)"):
        pack_state({"a": np.ones(2, dtype)})
    with pytest.raises(ValueError, match=r"array 'a' is .*which is not saved"):
        save_resume(tmp_path, {"a": np.ones(2, dtype)}, {"step": 1})


def test_a_state_that_holds_itself_is_refused():
    state = {}
    state["a"] = state
    with pytest.raises(ValueError, match="holds itself"):
        pack_state(state)


@pytest.mark.parametrize(
    "dtype",
    [torch.complex64, torch.complex128, torch.bfloat16, torch.float16, torch.float64, torch.bool],
)
def test_tensors_come_back_as_tensors(tmp_path, dtype):
    tensor = torch.tensor([[0, 1.5], [2, 3]]).to(dtype)
    found = stored(tmp_path, {"value": tensor})["value"]
    assert found.dtype == dtype
    assert torch.equal(found, tensor)


def test_a_model_and_its_optimiser_go_on_as_if_nothing_had_happened(tmp_path):
    def parts():
        torch.manual_seed(0)
        model = torch.nn.Linear(3, 2)
        return model, torch.optim.AdamW(model.parameters(), lr=0.1, amsgrad=True)

    def step(model, optimizer):
        optimizer.zero_grad()
        model(torch.randn(4, 3)).square().sum().backward()
        optimizer.step()

    model, optimizer = parts()
    for _ in range(3):
        step(model, optimizer)
    found = stored(tmp_path, {"model": model, "optimizer": optimizer, "rng": torch.get_rng_state()})
    step(model, optimizer)
    again, other = parts()
    again.load_state_dict(found["model"])
    other.load_state_dict(found["optimizer"])
    torch.set_rng_state(found["rng"])
    step(again, other)
    assert torch.equal(again.weight, model.weight)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (print, r"state\['value'\] is a builtin_function_or_method, which is not saved"),
        ({(1, 2): 3}, r"state\['value'\] has keys that are no texts"),
        ([{1}], r"state\['value'\]\[0\] is a set"),
        (np.array(["a"]), r"is an array of <U1"),
    ],
)
def test_what_would_need_a_pickle_is_refused_by_its_place(value, told):
    with pytest.raises(ValueError, match=told):
        pack_state({"value": value})
