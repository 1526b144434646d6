"""Matrices made by hand: their singular values and principal axes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.matrices import padded, principal_axes, squared_singular_values


def rotation(size, seed):
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(size, size)))[0]


@pytest.mark.parametrize("shape", [(3, 5), (5, 3), (3, 3)])
def test_matrices_made_of_their_singular_values(shape):
    middle = np.zeros(shape)
    np.fill_diagonal(middle, [2, 7, 0.5])
    matrix = rotation(shape[0], 1) @ middle @ rotation(shape[1], 2)
    np.testing.assert_allclose(squared_singular_values(matrix), [49, 4, 0.25])


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 99))
def test_they_are_numpys(rows, columns, seed):
    matrices = np.random.default_rng(seed).normal(size=(2, rows, columns))
    expected = np.linalg.svd(matrices, compute_uv=False) ** 2
    np.testing.assert_allclose(squared_singular_values(matrices), expected, atol=1e-12)


def test_a_matrix_that_is_not_finite_has_none_and_its_neighbour_its_own():
    found = squared_singular_values(np.array([[[1, np.inf], [0, 1]], [[3, 0], [0, 2]]]))
    np.testing.assert_allclose(found, [[np.nan] * 2, [9, 4]])


def test_axes_are_directions_of_largest_variance_pointing_up():
    axes = rotation(4, 3)
    found = principal_axes(axes @ np.diag([1, 9, 0, 4]) @ axes.T, 3)
    upwards = axes * np.sign(axes[np.abs(axes).argmax(0), range(4)])
    np.testing.assert_allclose(found, upwards[:, [1, 3, 0]], atol=1e-12)
    assert principal_axes(np.eye(2), 5).shape == (2, 2)


def test_short_rows_end_in_nothing():
    found = padded([np.ones((2, 1)), np.zeros((2, 3))])
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found[1], [[1, np.nan, np.nan], [0, 0, 0]])
