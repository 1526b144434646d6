import h5py
import numpy as np
import pytest

from grokscope.errors import Unreadable
from grokscope.store.inspection import rules
from grokscope.store.inspection.rules import Inspector
from tests.store.inspection.hostile import make


def walk(path):
    with h5py.File(path) as file:
        return sorted(found.path for found in Inspector("x", path.stat().st_size).walk(file))


def refused(path):
    with pytest.raises(Unreadable) as caught:
        walk(path)
    return str(caught.value)


def test_every_variable_is_found(tmp_path):
    build = lambda file: file.__setitem__("a/b/c", np.arange(3))  # noqa: E731
    assert walk(make(tmp_path / "x.h5", build)) == ["/a/b/c", "/probe/loss"]


def test_a_variable_is_found_with_what_reading_it_takes(tmp_path):
    def build(file):
        file.create_dataset("d", data=np.zeros((4, 6), "i2"), chunks=(2, 6), compression="gzip")

    path = make(tmp_path / "x.h5", build)
    with h5py.File(path) as file:
        found = {each.path: each for each in Inspector("x", path.stat().st_size).walk(file)}
    assert found["/d"][2:] == (np.int16, (4, 6), (2, 6), True)
    assert found["/probe/loss"][2:] == (np.float64, (100,), (), False)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("f4", 1.5),
        ("f8", 1.5),
        ("f2", 1.5),
        ("i8", 1),
        ("u1", 1),
        (">i4", 1),
        ("?", True),
        ("S5", b"text"),
        (h5py.string_dtype(), "text"),
    ],
)
def test_numbers_truth_values_and_text_are_usual(tmp_path, kind, data):
    def build(file):
        file.create_dataset("d", data=data, dtype=kind)
        file.attrs.create("d", data, dtype=kind)

    assert walk(make(tmp_path / "x.h5", build)) == ["/d", "/probe/loss"]


def test_variables_tied_to_their_dimensions_are_usual(tmp_path):
    def build(file):
        file["step"] = np.arange(3)
        file["step"].make_scale("step")
        file["loss"] = np.arange(3.0)
        file["loss"].dims[0].attach_scale(file["step"])

    assert walk(make(tmp_path / "x.h5", build)) == ["/loss", "/probe/loss", "/step"]


def test_a_variable_is_labelled_within_its_own_group(tmp_path):
    def build(file):
        file["step"] = np.arange(100)
        file["step"].make_scale("step")
        file["probe/loss"].dims[0].attach_scale(file["step"])

    told = refused(make(tmp_path / "x.h5", build))
    assert told == "x: '/probe/loss' is labelled by what its own group does not hold"


def test_what_labels_a_variable_is_still_there(tmp_path):
    def build(file):
        file["probe/step"] = np.arange(100)
        file["probe/step"].make_scale("step")
        file["probe/loss"].dims[0].attach_scale(file["probe/step"])
        del file["probe/step"]

    with pytest.raises(KeyError, match="Unable to open object"):
        walk(make(tmp_path / "x.h5", build))


@pytest.mark.parametrize("named", [lambda file: file, lambda file: file.attrs])
def test_names_that_are_no_text_are_damage(tmp_path, named):
    path = make(tmp_path / "x.h5", lambda file: named(file).__setitem__(b"\xff", 1.0))
    with pytest.raises(UnicodeDecodeError):
        walk(path)


NAMELESS = "This is a netCDF dimension but not a netCDF variable.         10"


def test_a_dimension_without_labels_may_be_longer_than_the_file(tmp_path):
    build = lambda f: f.create_dataset("probe/n", (10**9,), "f4").make_scale(NAMELESS)  # noqa: E731
    assert walk(make(tmp_path / "x.h5", build)) == ["/probe/loss"]


def test_outside_of_groups_a_dimension_is_read_like_anything_else(tmp_path):
    build = lambda f: f.create_dataset("n", (10**9,), "f4").make_scale(NAMELESS)  # noqa: E731
    assert "claims 4000000000 bytes" in refused(make(tmp_path / "x.h5", build))


def test_a_dimension_without_labels_keeps_nothing_in_other_files(tmp_path):
    def build(file):
        elsewhere = [(str(tmp_path / "secret"), 0, 8)]
        file.create_dataset("probe/n", (2,), "f4", external=elsewhere).make_scale(NAMELESS)

    assert "in another file" in refused(make(tmp_path / "x.h5", build))


def test_a_scale_that_claims_labels_is_no_exception(tmp_path):
    build = lambda file: file.create_dataset("n", (10**9,), "f4").make_scale("n")  # noqa: E731
    assert "claims 4000000000 bytes" in refused(make(tmp_path / "x.h5", build))


def test_the_depth_is_bounded_from_the_root(tmp_path):
    deep = "/".join("abcdefghi")
    assert walk(make(tmp_path / "x.h5", lambda file: file.create_group(deep)))
    assert "8 levels" in refused(make(tmp_path / "x.h5", lambda f: f.create_group(f"{deep}/j")))


def test_objects_and_attributes_are_counted_over_the_file(tmp_path, monkeypatch):
    def build(file):
        for i in range(10):
            file.create_group(f"g{i}").attrs["a"] = 1

    path = make(tmp_path / "x.h5", build)
    walk(path)
    monkeypatch.setattr(rules, "MAX_OBJECTS", 9)
    assert "more than 9 objects" in refused(path)
    monkeypatch.undo()
    monkeypatch.setattr(rules, "MAX_ATTRIBUTE_COUNT", 9)
    assert "more than 9 attributes" in refused(path)


def test_what_is_compressed_may_claim_a_certain_size_in_all(tmp_path, monkeypatch):
    def build(file):
        for i in range(4):
            file.create_dataset(f"d{i}", data=np.arange(1000.0), compression="gzip")

    path = make(tmp_path / "x.h5", build)
    walk(path)
    monkeypatch.setattr(rules, "MAX_UNPACKED", 24_000)
    assert "its compressed variables claim more" in refused(path)


def test_chunks_are_bounded(tmp_path, monkeypatch):
    build = lambda file: file.create_dataset("d", data=np.zeros(1000), chunks=(1000,))  # noqa: E731
    path = make(tmp_path / "x.h5", build)
    monkeypatch.setattr(rules, "MAX_CHUNK", 7999)
    assert "is stored in chunks of more than 7999 bytes" in refused(path)
