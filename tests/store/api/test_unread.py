import numpy as np
import pytest

from grokscope.store.api.unread import Lazy, Stacked, fitting_type, missing

WHOLE = np.arange(2 * 5 * 4 * 3, dtype=np.float32).reshape(2, 5, 4, 3)
PLACES = np.array([[0, 1, -1, 2, 3, 4], [-1, 0, 1, 2, 3, 4]])


def lazy(values, read=None):
    """Return values that must be read by slices and whole numbers, indices along time alone."""

    def taken(key):
        assert all(isinstance(part, slice | int | np.integer) for part in key[1:])
        if read is not None:
            read.append(key)
        return values[key]

    return Lazy(taken, values.shape, values.dtype)


def in_memory():
    """Return what a cube of `WHOLE` by `PLACES` is."""
    cube = np.full((2, 6, 4, 3), np.nan, np.float32)
    for run, places in enumerate(PLACES):
        for at, place in enumerate(places):
            if place >= 0:
                cube[run, at] = WHOLE[run, place]
    return cube


def outer(values, key):
    """Return what a key selects, each axis by itself."""
    for axis in reversed(range(len(key))):
        values = values[(slice(None),) * axis + (key[axis],)]
    return values


@pytest.mark.parametrize(
    "key",
    [
        (slice(None), slice(None), slice(None)),
        (2, slice(1, 3), 0),
        (slice(0, 5, 2), np.array([0, 2, 3]), slice(None)),
        (1, np.array([1, 3]), slice(0, 2)),
        (np.array([4, 4, 0]), 1, slice(None)),
        (slice(None), np.array([], int), 1),
    ],
)
def test_a_key_selects_what_it_would_in_memory(key):
    np.testing.assert_array_equal(lazy(WHOLE[0]).take(key), outer(WHOLE[0], key))


@pytest.mark.parametrize(
    "key",
    [
        (slice(None), slice(None), slice(None), slice(None)),
        (1, slice(None), 2, 0),
        (slice(None), 2, slice(1, 3), slice(None)),
        (0, 0, slice(None), slice(None)),
        (slice(None), np.array([0, 2, 5]), slice(None), 1),
        (np.array([1]), slice(1, 6, 2), slice(None), slice(None)),
        (slice(None), slice(None), 1, np.array([0, 2])),
    ],
)
def test_runs_stack_into_one_array_with_holes(key):
    cube = Stacked([lazy(WHOLE[0]), lazy(WHOLE[1])], PLACES)
    assert cube.shape == (2, 6, 4, 3)
    np.testing.assert_array_equal(cube.take(key), outer(in_memory(), key))


def test_only_the_runs_and_times_that_are_wanted_are_read():
    first, second = [], []
    cube = Stacked([lazy(WHOLE[0], first), lazy(WHOLE[1], second)], PLACES)
    cube.take((slice(1, 2), slice(0, 2), 0, 0))
    assert first == []
    assert [key[0].tolist() for key in second] == [[0]]


def test_a_run_that_has_nothing_is_missing():
    cube = Stacked([None, lazy(WHOLE[1].astype(np.int64))], np.array([[-1, -1], [0, 1]]))
    found = cube.take((slice(None), 0, 0, 0))
    assert np.isnan(found[0])
    assert (found[1], found.dtype) == (WHOLE[1, 0, 0, 0], np.float64)


@pytest.mark.parametrize(
    ("types", "holes", "whole"),
    [
        (["f4", "f4"], True, "f4"),
        (["f4", "f8"], False, "f8"),
        (["i8"], False, "i8"),
        (["i8"], True, "f8"),
        (["u1", "O"], True, "O"),
    ],
)
def test_types_are_joined_so_that_nothing_is_lost(types, holes, whole):
    assert fitting_type([np.dtype(name) for name in types], holes) == np.dtype(whole)


def test_what_is_missing_is_told_by_its_type():
    assert missing(np.dtype(object)) == ""
    assert np.isnan(missing(np.dtype("f4")))
