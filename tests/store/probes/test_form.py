import h5py
import numpy as np
import pytest

from grokscope.errors import BadArgument
from grokscope.store.probes.form import create_probe, probe_name, probe_of, read_form


def test_axes_without_names_are_numbered():
    assert probe_of("attention", np.zeros((2, 3))).dims == ("attention__0", "attention__1")


def test_a_slash_in_a_name_becomes_a_point():
    assert probe_name("block/0/attention") == "block.0.attention"


@pytest.mark.parametrize("name", ["", "..", "-a", "a b", "step", "epoch", "a\x1b", "a" * 201])
def test_a_name_that_no_group_can_have_is_refused(name):
    with pytest.raises(ValueError, match="cannot name a probe"):
        probe_name(name)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("f2", "f4"), ("f4", "f4"), ("f8", "f8"), ("i4", "i8"), ("?", "u1"), ("u1", "u1")],
)
def test_values_are_kept_in_a_type_that_every_reader_knows(given, kept):
    assert probe_of("p", np.zeros(2, given)).dtype == np.dtype(kept)


@pytest.mark.parametrize(
    ("about", "told"),
    [
        ({"values": np.zeros(2, complex)}, "'p' is complex128; real numbers"),
        ({"values": np.array(["a", "b"])}, "real numbers, whole numbers and truth values"),
        ({"dims": ("a", "b")}, r"\('a', 'b'\) cannot name the axes of shape \(2,\)"),
        ({"dims": ("step",)}, "'step' cannot name an axis"),
        ({"dims": ("p",)}, "'p' cannot name an axis"),
        ({"dims": ("a",), "coords": {"a": [1, 2, 3]}}, r"labels of shape \(3,\) for 'a'"),
        ({"dims": ("a",), "coords": {"b": [1, 2]}}, r"for 'b'; axes {'a': 2}"),
        ({"dims": ("a",), "coords": {"a": [1j, 2]}}, "labels of a"),
    ],
)
def test_what_cannot_be_stored_is_refused(about, told):
    with pytest.raises(ValueError, match=told):
        probe_of("p", **({"values": np.zeros(2)} | about))


@pytest.mark.parametrize("labels", [["q", "k"], [1, 2], [0.5, 1.5]])
@pytest.mark.parametrize("shape", [(2,), (2, 3), (2, 700)])
def test_a_probe_reads_back_as_it_was(tmp_path, labels, shape):
    values = np.arange(4 * np.prod(shape), dtype=np.float32).reshape(4, *shape)
    dims = ("head", "place")[: len(shape)]
    attrs = {"long_name": "attention", "units": "1"}
    probe = probe_of("p", values[0], dims, {"head": labels}, attrs)
    with h5py.File(tmp_path / "p.h5", "w") as file:
        create_probe(file, probe, range(4), [0, 0.5, 1, 1.5], [values[:3], values[3:]])
    with h5py.File(tmp_path / "p.h5") as file:
        found = read_form(file["probe/p"], "p")
        np.testing.assert_array_equal(file["probe/p/p"], values)
    assert found.agrees(probe)
    assert dict(found.attrs) == attrs


def test_what_lies_along_no_steps_is_no_probe(tmp_path):
    with h5py.File(tmp_path / "p.h5", "w") as file:
        file["probe/p/p"] = np.zeros(3)
        with pytest.raises(ValueError, match="does not lie along steps"):
            read_form(file["probe/p"], "p")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"name": None}, "name is None; a text names a probe"),
        ({"dims": 5}, r"probe 'p': dims is 5 \(int\); a list of names"),
        ({"dims": [1]}, r"probe 'p': dims is \[1\] \(list\)"),
        ({"coords": 5}, r"probe 'p': coords is 5 \(int\); a table of labels"),
        ({"attrs": {"units": 1}}, r"probe 'p': units is 1 \(int\); a text"),
    ],
)
def test_an_argument_of_another_type_is_refused_by_name(arguments, told):
    with pytest.raises(BadArgument, match=f"^{told}"):
        probe_of(**{"name": "p", "values": np.zeros(3)} | arguments)


def test_one_axis_may_be_named_by_one_text():
    assert probe_of("p", np.zeros(3), "side").dims == ("side",)
