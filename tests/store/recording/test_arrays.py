import numpy as np
import pytest
import torch

from grokscope.store.recording.arrays import is_array, numbers, to_numpy, type_name

HALF = torch.tensor([1.0, 2.5], dtype=torch.bfloat16)


class Foreign:
    """An array of a library that speaks DLPack alone."""

    def __init__(self, values):
        self.values = values

    def __dlpack__(self, **options):
        return self.values.__dlpack__(**options)

    def __dlpack_device__(self):
        return self.values.__dlpack_device__()


@pytest.mark.parametrize(
    "value",
    [
        0.5,
        np.float16(0.5),
        np.array(0.5),
        np.array([0.5]),
        torch.tensor(0.5),
        torch.tensor([0.5], requires_grad=True).sum(),
        torch.tensor(0.5, dtype=torch.bfloat16),
    ],
)
def test_a_number_of_any_library_is_one(value):
    assert numbers({"a": value}) == {"a": 0.5}
    assert type(numbers({"a": value})["a"]) is float


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (np.zeros(2), r"a is a ndarray of shape \(2,\); a metric is one real number"),
        (torch.zeros(2), r"a is a Tensor of shape \(2,\)"),
        ("0.5", "a is a str; a metric"),
        (None, "a is a NoneType"),
        (1j, "a is a complex"),
        (torch.tensor(1j), "a is a Tensor"),
        (10**400, "a is larger than any float"),
    ],
)
def test_what_is_not_one_number_is_refused(value, told):
    with pytest.raises(ValueError, match=told):
        numbers({"a": value})


class Away(torch.Tensor):
    """A tensor that says it lies on an accelerator, and counts who waits for it."""

    waited = 0

    @property
    def is_cuda(self):
        return True

    def item(self):
        Away.waited += 1
        return super().item()


def away(value, dtype=torch.float32):
    return torch.tensor(value, dtype=dtype).as_subclass(Away)


def test_numbers_on_an_accelerator_are_fetched_together():
    Away.waited = 0
    logged = {"a": away(0.5), "b": 2.0, "c": away([3], torch.int64), "d": away(1.5, torch.bfloat16)}
    assert numbers(logged) == {"a": 0.5, "b": 2.0, "c": 3.0, "d": 1.5}
    assert list(numbers(logged)) == ["a", "b", "c", "d"]
    assert Away.waited == 0


def test_what_is_not_one_number_there_is_refused_by_name():
    with pytest.raises(ValueError, match=r"c is a Away of shape \(2,\); a metric"):
        numbers({"a": away(0.5), "c": away([1.0, 2.0])})


@pytest.mark.parametrize(
    ("value", "dtype", "kind"),
    [
        (HALF, np.float32, "bfloat16"),
        (HALF.half(), np.float32, "float16"),
        (HALF.double().requires_grad_(), np.float64, "float64"),
        (HALF.int(), np.int32, "int32"),
        (np.array([1, 2.5], np.float16), np.float32, "float16"),
        (np.array([1, 2.5]), np.float64, "float64"),
        (Foreign(np.array([1, 2.5])), np.float64, ""),
    ],
)
def test_an_array_of_any_library_is_numpy_s(value, dtype, kind):
    array = to_numpy(value)
    assert array.dtype == dtype
    assert array.astype(int).tolist() == [1, 2]
    assert type_name(value) == kind
    assert is_array(value)


def test_a_list_is_an_array_too_where_one_is_asked_for():
    assert to_numpy([[1, 2]]).shape == (1, 2)
    assert not is_array([1, 2])
    assert not is_array(np.ndarray)


def test_what_is_no_plain_array_is_refused_by_name():
    with pytest.raises(ValueError, match="Tensor is no array that can be stored"):
        to_numpy(torch.eye(3).to_sparse())
