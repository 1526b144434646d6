import os

import h5py
import pytest

from grokscope.store.inspection import places
from grokscope.store.inspection.places import open_place
from tests.store.inspection.hostile import external, garbage, make


@pytest.fixture
def path(tmp_path):
    return make(tmp_path / "run" / "run.h5")


@pytest.fixture
def place(path):
    place = os.open(path, os.O_RDONLY)
    yield place
    os.close(place)


def loss(file):
    with file:
        return file["probe/loss"][3]


def test_a_descriptor_is_all_it_takes(place):
    assert loss(open_place(place)) == 3


def test_a_file_is_open_for_reading_alone(place):
    with open_place(place) as file, pytest.raises(ValueError, match="no write intent"):
        file.create_group("new")


def test_what_took_the_files_name_is_not_opened(path, place):
    external(path.with_name("hostile.h5")).replace(path)
    assert loss(open_place(place, path)) == 3


def test_a_file_that_lost_its_name_opens(path, place):
    path.unlink()
    assert loss(open_place(place)) == 3


def test_a_file_open_with_locks_opens_beside_that(path, place):
    with h5py.File(path, "r"):
        assert loss(open_place(place)) == 3


def test_where_no_descriptors_are_shown_the_path_leads_to_the_file(path, place, monkeypatch):
    monkeypatch.setattr(places.Path, "exists", lambda self: False)
    with open_place(place, path) as file:
        assert file.filename == str(path)


def test_the_descriptor_outlives_the_file(place):
    open_place(place).close()
    assert os.fstat(place).st_nlink == 1


def test_what_is_no_hdf5_file_is_not_opened(tmp_path):
    place = os.open(garbage(tmp_path / "x.h5"), os.O_RDONLY)
    with pytest.raises(OSError, match="file signature not found"):
        open_place(place)
    os.close(place)
