"""A place in a file that HDF5 reads and writes through."""

import os

import pytest

from grokscope.store.hdf5.seeking import Seekable


class Ten(Seekable):
    """A file of ten bytes."""

    def length(self):
        """Return ten."""
        return 10


def test_a_place_is_told_from_the_start_the_end_and_where_one_is():
    file = Ten()
    assert file.tell() == 0
    assert file.seek(4) == file.tell() == 4
    assert file.seek(3, os.SEEK_CUR) == file.tell() == 7
    assert file.seek(-2, os.SEEK_END) == file.tell() == 8


def test_a_place_may_lie_behind_the_end():
    assert Ten().seek(5, os.SEEK_END) == 15


def test_another_way_to_tell_a_place_is_refused():
    with pytest.raises(KeyError):
        Ten().seek(0, 9)


def test_a_file_knows_its_length():
    with pytest.raises(NotImplementedError):
        Seekable().seek(0, os.SEEK_END)
