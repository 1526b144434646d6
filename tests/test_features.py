"""Features: lattices and neurons made by hand, and refusals."""

import json

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from grokscope import features
from grokscope.errors import MissingData
from grokscope.features import correlations, features_of, layer_summaries
from grokscope.layout import Layout, ParameterSpec

LAYOUT = Layout((ParameterSpec("w", ("unit",), (4,)),))
LATTICES = np.where(np.random.default_rng(0).random((40, 1, 4, 4)) < 0.6, 1, -1).astype(np.float32)


class Observing:
    """A network of one layer whose neurons are the features themselves, times their weights.

    Its fourth neuron is always 7, whatever it sees.
    """

    layout = LAYOUT

    def activations(self, weights, inputs):
        features = features_of(inputs[:, 0])
        constant = np.full((len(features), 1), 7.0)
        z = weights[:, None] * np.hstack([features, constant])
        return {"only": z.astype(np.float32)}


def run(rows, task="ising_phases"):
    """Return a tree with checkpoints of four weights and 40 lattices to test on."""
    rows = np.array(rows, np.float32)
    labels = {"checkpoint": np.arange(len(rows)), "epoch": ("checkpoint", np.arange(len(rows)))}
    trajectory = xr.Dataset({"w": (("checkpoint", "unit"), rows)}, labels)
    data = {
        "test_inputs": (("test_example", "plane", "row", "column"), LATTICES),
        "test_labels": ("test_example", np.zeros(len(LATTICES), np.int64)),
    }
    tree = xr.DataTree.from_dict({"/trajectory": trajectory, "/data": xr.Dataset(data)})
    tree.attrs["config"] = json.dumps({"task": {"name": task}})
    return tree


def test_features_of_lattices_by_hand():
    up, stripes = np.ones((4, 4)), np.repeat([[1], [1], [-1], [-1]], 4, 1)
    board = np.indices((4, 4)).sum(0) % 2 * 2 - 1
    found = features_of(np.stack([up, -up, stripes, board]))
    # of a stripe's 32 bonds, 8 are walls
    assert found.tolist() == [[-1, 1, 1], [-1, 1, -1], [-0.5, 0, 0], [1, 0, 0]]


@given(st.floats(-1e3, 1e3).filter(lambda a: abs(a) > 1e-2), st.floats(-10, 10))
def test_correlation_is_numpys_whatever_scale_and_shift(scale, shift):
    rng = np.random.default_rng(1)
    z, features = rng.normal(size=(30, 3)), rng.normal(size=(30, 2))
    expected = np.corrcoef(z.T, features.T)[:3, 3:]
    used, r = correlations(scale * z + shift, features)
    np.testing.assert_allclose(r, np.sign(scale) * expected, atol=1e-8)
    np.testing.assert_allclose(used, np.abs(scale * z + shift).mean(0))


def test_what_rounding_leaves_in_a_constant_is_no_variation():
    wobble = np.array([[1e6, 1], [np.nextafter(np.float32(1e6), np.float32(2e6)), 2]], np.float32)
    used, r = correlations(wobble, np.array([[0.0], [1.0]]))
    assert used.tolist() == [0, 1.5]
    np.testing.assert_allclose(r, [[0], [1]])


def test_summaries_are_labelled_by_checkpoint_layer_and_feature():
    found = layer_summaries(
        run([[1, 0, 0, 1], [0, 0, 0, 1]]), Observing(), "test", lambda used, r: r[0]
    )
    assert found.dims == ("checkpoint", "layer", "feature")
    assert found.layer == ["only"]
    np.testing.assert_allclose(found.sel(checkpoint=0, feature="energy"), 1)
    # nothing varies in the second
    assert np.isnan(found.sel(checkpoint=1)).all()


def test_blocks_of_checkpoints_change_nothing(monkeypatch):
    tree = run(np.random.default_rng(2).normal(size=(5, 4)))
    whole = layer_summaries(tree, Observing(), "test", lambda used, r: used @ r)
    assert whole.shape == (5, 1, 3)
    monkeypatch.setattr(features, "BLOCK", 2 * LAYOUT.size)
    assert layer_summaries(tree, Observing(), "test", lambda used, r: used @ r).identical(whole)


def test_another_task_is_refused_by_name():
    with pytest.raises(MissingData, match="need the task ising_phases; this run's is modular"):
        layer_summaries(run([[1, 0, 0, 0]], "modular_addition"), Observing(), "test", max)


def test_a_run_that_tells_no_task_is_refused():
    with pytest.raises(MissingData, match="this run's is None"):
        layer_summaries(xr.DataTree(), Observing(), "test", max)
