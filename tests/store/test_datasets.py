"""Data sets in the store: made once, read by all, told when they are not what they should be."""

import errno
from dataclasses import dataclass, replace
from typing import ClassVar

import h5py
import numpy as np
import pytest
import xarray as xr

from grokscope.errors import Unreadable
from grokscope.kinds import DrawnTask, Labelled, Split
from grokscope.store.datasets import dataset, dataset_path

MADE = []


@dataclass(frozen=True, kw_only=True)
class Dice(DrawnTask):
    """Numbers thrown with one seed."""

    needs: ClassVar[tuple[str, ...]] = ("face",)
    signature = None
    n_train = 1
    seed: int = 0

    @property
    def recipe(self):
        return {"dice": self.seed}

    def generate(self):
        MADE.append(self.seed)
        faces = np.random.default_rng(self.seed).integers(1, 7, 4000)
        return {
            "face": Labelled(("throw",), faces, "what was thrown"),
            "even": Labelled(("throw",), (faces % 2 == 0).astype(np.uint8), "whether it is even"),
        }

    def cut(self, data, rng):
        order = rng.permutation(len(data["face"]))
        return Split(order[:1], data["face"][order[:1]], order[1:], data["face"][order[1:]])


@pytest.fixture(autouse=True)
def made():
    MADE.clear()
    return MADE


def test_a_data_set_is_made_once_and_shared(store, made):
    first, again = dataset(store, Dice()), dataset(store, Dice())
    np.testing.assert_array_equal(first["face"], again["face"])
    assert list(first) == ["face"]
    assert made == [0]
    assert dataset(store, Dice(seed=1))["face"].tolist() != first["face"].tolist()
    assert made == [0, 1]
    assert len(list((store / "datasets").iterdir())) == 2


def test_what_is_wanted_is_read(store):
    dataset(store, Dice())
    both = dataset(store, Dice(), ["even", "face"])
    np.testing.assert_array_equal(both["even"], both["face"] % 2 == 0)


@pytest.mark.parametrize("engine", ["h5netcdf", "netcdf4"])
def test_the_file_opens_in_xarray_with_its_recipe(store, engine):
    dataset(store, Dice(seed=3))
    with xr.open_dataset(dataset_path(store, Dice(seed=3)), group="data", engine=engine) as data:
        assert data.attrs["recipe"] == '{"dice":3}'
        assert data.face.dims == ("throw",)
        assert data.face.attrs == {"long_name": "what was thrown", "units": "1"}


def test_a_store_that_takes_no_file_goes_without(store, made, monkeypatch):
    def full(path, write):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("grokscope.store.datasets.publish", full)
    for _ in range(2):
        assert len(dataset(store, Dice())["face"]) == 4000
    assert made == [0, 0]


def test_another_data_set_under_the_name_is_told(store):
    dataset(store, Dice())
    path = dataset_path(store, Dice())
    path.replace(dataset_path(store, Dice(seed=1)))
    with pytest.raises(Unreadable, match="holds another data set than its name says; remove it"):
        dataset(store, Dice(seed=1))


def test_a_damaged_data_set_is_told(store):
    dataset(store, Dice())
    path = dataset_path(store, Dice())
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(Unreadable, match=r"damaged|truncated"):
        dataset(store, Dice())


def test_an_array_that_is_missing_is_damage(store):
    dataset(store, Dice())
    path = dataset_path(store, Dice())
    with h5py.File(path, "r+") as file:
        del file["data/even"]
    with pytest.raises(Unreadable, match="damaged"):
        dataset(store, Dice(), ["even"])


def test_the_same_seed_of_another_kind_is_another_file(store):
    assert dataset_path(store, Dice()) != dataset_path(store, replace(Dice(), seed=2))
