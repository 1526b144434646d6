"""Singular values: tensors made of known ones, as dense layers, convolutions and heads."""

import numpy as np
import pytest
import xarray as xr

from grokscope.errors import MissingData
from grokscope.measures import MEASURES, singular_values

measure = MEASURES["singular_values"]


def made_of(values, rows, columns, seed=0):
    """Return a matrix with given singular values."""
    rng, middle = np.random.default_rng(seed), np.zeros((rows, columns))
    left, right = (np.linalg.qr(rng.normal(size=(n, n)))[0] for n in (rows, columns))
    np.fill_diagonal(middle, values)
    return (left @ middle @ right).astype(np.float32)


def run(**tensors):
    """Return a run of one checkpoint or more; each tensor is (dims, values)."""
    n = len(next(iter(tensors.values()))[1])
    tensors = {name: (("checkpoint", *dims), values) for name, (dims, values) in tensors.items()}
    labels = {"checkpoint": np.arange(n), "epoch": ("checkpoint", np.arange(n) / 2)}
    return xr.DataTree.from_dict({"/trajectory": xr.Dataset(tensors, labels)})


def test_worked_value():
    """One of rank 1, one of full rank, a bias that has none."""
    found = measure.function(
        run(
            thin=(("in", "mid"), made_of([5, 0], 2, 4)[None]),
            bias=(("mid",), np.ones((1, 4))),
            wide=(("mid", "out"), made_of([1, 4, 2], 4, 3)[None]),
        )
    )
    assert found.dims == measure.dims
    assert found.dtype == np.float32
    assert found.tensor.values.tolist() == ["thin", "wide"]
    assert found["index"].values.tolist() == [1, 2, 3]
    np.testing.assert_allclose(found[0], [[5, 0, np.nan], [4, 2, 1]], atol=1e-5)


def test_channels_stand_against_what_they_see():
    kernels = made_of([3, 2], 2, 18).reshape(1, 2, 2, 3, 3)
    found = measure.function(run(conv=(("channel", "plane", "row", "column"), kernels)))
    np.testing.assert_allclose(found[0, 0], [3, 2], rtol=1e-5)


@pytest.mark.parametrize("dims", [("d_model", "head", "d_head"), ("head", "d_head", "d_model")])
def test_heads_count_as_one_axis(dims):
    matrix = made_of([4, 3, 2, 1], 4, 6) if dims[0] == "d_model" else made_of([4, 3, 2, 1], 6, 4)
    sizes = {"d_model": 4, "head": 2, "d_head": 3}
    tensor = matrix.reshape(1, *(sizes[dim] for dim in dims))
    found = measure.function(run(weight=(dims, tensor)))
    np.testing.assert_allclose(found[0, 0], [4, 3, 2, 1], rtol=1e-5)


def test_blocks_change_nothing_and_what_is_not_finite_has_none(monkeypatch):
    rows = np.random.default_rng(1).normal(size=(5, 3, 4))
    rows[3, 0, 0] = np.nan
    whole = measure.function(run(weight=(("in", "out"), rows)))
    assert np.isnan(whole[3]).all()
    expected = np.linalg.svd(rows[[0, 1, 2, 4]], compute_uv=False)
    np.testing.assert_allclose(whole[[0, 1, 2, 4], 0], expected, rtol=1e-5)
    monkeypatch.setattr(singular_values, "BLOCK", 24)
    xr.testing.assert_identical(measure.function(run(weight=(("in", "out"), rows))), whole)


def test_a_network_of_vectors_is_refused():
    with pytest.raises(MissingData, match="needs tensors with two axes"):
        measure.function(run(bias=(("out",), np.ones((1, 3)))))
