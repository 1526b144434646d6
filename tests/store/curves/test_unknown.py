"""Groups that this version does not know stay where an ended run's file is written anew."""

import h5py
import numpy as np
import pytest
import xarray as xr

from grokscope.store.curves import unknown
from grokscope.store.curves.published import Published, read_published
from grokscope.store.curves.unknown import unknown_groups


@pytest.fixture
def path(tmp_path):
    Published({"title": "t"}).put(tmp_path)
    return tmp_path / "run.h5"


def added(path, make):
    """Add to a file as somebody else does; return what is kept of it."""
    with h5py.File(path, "a") as file:
        make(file)
    with h5py.File(path) as file:
        return unknown_groups(file)


def nested(file):
    group = file.create_group("novelty/inner")
    file["novelty"].attrs["mood"] = "new"
    group["axis"] = np.arange(3)
    group["axis"].make_scale("axis")
    group["values"] = np.arange(6.0).reshape(3, 2)
    group["values"].dims[0].attach_scale(group["axis"])
    group["values"].attrs["units"] = "m"
    group["words"] = np.array(["a", "ü"], object)


def test_a_file_of_ours_has_none(path):
    assert added(path, lambda file: None) == {}


def test_what_is_kept_is_what_was_there(path):
    assert list(added(path, nested)) == ["novelty", "novelty/inner"]
    read_published(path.parent, whole=True).put(path.parent)
    with h5py.File(path) as file:
        assert file["novelty"].attrs["mood"] == "new"
        inner = file["novelty/inner"]
        np.testing.assert_array_equal(inner["values"][()], np.arange(6.0).reshape(3, 2))
        assert inner["values"].dims[0][0].name == "/novelty/inner/axis"
        assert inner["values"].attrs["units"] == "m"
        assert inner["words"].asstr()[()].tolist() == ["a", "ü"]
    before = path.read_bytes()
    read_published(path.parent, whole=True).put(path.parent)
    assert path.read_bytes() == before


@pytest.mark.parametrize("engine", ["h5netcdf", "netcdf4"])
def test_plain_xarray_opens_what_is_kept(path, engine):
    added(path, nested)
    read_published(path.parent, whole=True).put(path.parent)
    with xr.open_datatree(path, engine=engine) as tree:
        inner = tree["novelty/inner"].load()
        assert inner["values"].dims == ("axis", "values__1")
        assert inner["axis"].values.tolist() == [0, 1, 2]


def test_readers_who_do_not_write_leave_them_out(path):
    added(path, nested)
    assert read_published(path.parent).unknown == {}


@pytest.mark.parametrize(
    "make",
    [
        lambda group: group.create_dataset("z", data=np.ones(2, np.complex128)),
        lambda group: group.create_dataset("z", data=np.ones(2, np.int16)),
        lambda group: group.attrs.create("flag", True),
        lambda group: group.attrs.create("there", group.ref, dtype=h5py.ref_dtype),
        lambda group: group.create_dataset("z", dtype="f8", data=h5py.Empty("f8")),
    ],
    ids=["complex", "int16", "truth", "reference", "empty"],
)
def test_a_group_with_what_no_file_of_ours_holds_is_left_out_whole(path, make):
    def both(file):
        file["bad/fine"] = np.arange(2.0)
        make(file["bad"])
        file["good/fine"] = np.arange(2.0)

    assert list(added(path, both)) == ["good"]


def test_what_is_too_large_is_left_out_unread(path, monkeypatch):
    def three(file):
        for name in "abc":
            file[f"{name}/values"] = np.zeros(100)

    monkeypatch.setattr(unknown, "MOST_BYTES", 1700)
    assert list(added(path, three)) == ["a", "b"]


def test_a_claim_of_terabytes_costs_nothing(path):
    def claim(file):
        file.create_dataset("huge/values", (1 << 40,), "f8", chunks=(1 << 16,))

    assert added(path, claim) == {}
