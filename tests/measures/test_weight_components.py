"""Weight components: tokens on a circle made by hand, wherever weights keep them."""

import json

import numpy as np
import pytest
import xarray as xr

from grokscope.errors import MissingData
from grokscope.measures import MEASURES, weight_components
from grokscope.spectra import fourier_basis
from tests.test_spectra import perceptron

measure = MEASURES["weight_components"]
P, WIDTH = 7, 5
ANGLE = 2 * np.pi * 2 * np.arange(P) / P
CIRCLE = np.stack([3 * np.cos(ANGLE), 2 * np.sin(ANGLE)], axis=1)
PLANE = np.linalg.qr(np.random.default_rng(0).normal(size=(WIDTH, WIDTH)))[0][:, :2]
GROWN = CIRCLE @ PLANE.T + 4


def embedded(tables, model=None):
    """Return a run of embeddings, (checkpoint, symbol, d_model)."""
    n = len(tables)
    trajectory = xr.Dataset(
        {"embed.weight": (("checkpoint", "symbol", "d_model"), np.array(tables))},
        {"checkpoint": np.arange(n), "epoch": ("checkpoint", np.arange(n) / 2)},
    )
    tree = xr.DataTree.from_dict({"/trajectory": trajectory})
    tree.attrs["config"] = json.dumps({"model": model})
    return tree


def test_worked_value():
    """An ellipse grows in a plane of its own; a direction that it does not use stays empty."""
    found = measure.function(embedded([GROWN / 2, GROWN]), basis="last")
    assert found.dims == measure.dims
    assert found.dtype == np.float32
    assert found.component.values.tolist() == [1, 2, 3, 4, 5]
    for at, size in enumerate((0.5, 1)):
        np.testing.assert_allclose(abs(found[at, :, :2]), abs(size * CIRCLE), atol=1e-5)
        np.testing.assert_allclose(found[at, :, 2:], 0, atol=1e-5)
        share = found.component_share[at]
        np.testing.assert_allclose(share, [9 / 13, 4 / 13, 0, 0, 0], atol=1e-12)


def test_axes_stand_still_while_weights_turn():
    turn = np.array([[0, 1], [-1, 0]])
    tree = embedded([CIRCLE @ turn @ PLANE.T, GROWN])
    before, after = measure.function(tree, basis="last")
    np.testing.assert_allclose(abs(before[:, 0]), abs(CIRCLE[:, 1]), atol=1e-5)
    np.testing.assert_allclose(abs(after[:, 0]), abs(CIRCLE[:, 0]), atol=1e-5)
    assert before.component_share[:2].values == pytest.approx([4 / 13, 9 / 13])


def test_the_basis_of_all_is_that_of_what_is_large_most_of_the_time():
    turn = np.array([[0, 1], [-1, 0]])
    tree = embedded([2 * CIRCLE @ turn @ PLANE.T, GROWN])
    first, last = measure.function(tree, basis="mean")
    np.testing.assert_allclose(abs(first[:, 0]), abs(2 * CIRCLE[:, 0]), atol=1e-5)
    np.testing.assert_allclose(abs(last[:, 0]), abs(CIRCLE[:, 1]), atol=1e-5)


def test_a_perceptron_has_the_first_tokens_block():
    w_in = np.concatenate([GROWN, np.random.default_rng(1).normal(size=(P, WIDTH))])[None]
    found = measure.function(perceptron(w_in, np.ones((1, WIDTH, P))), basis="last")
    np.testing.assert_allclose(abs(found[0, :, :2]), abs(CIRCLE), atol=1e-5)


@pytest.mark.parametrize(
    ("model", "marks"),
    [
        ({"name": "transformer"}, 1),
        ({"name": "decoder", "operator": True}, 2),
        ({"name": "embedded_mlp"}, 0),
        (None, 0),
    ],
)
def test_a_transformers_symbols_that_are_no_tokens_are_left_out(model, marks):
    table = np.concatenate([GROWN, np.full((marks, WIDTH), 99)])
    found = measure.function(embedded([table], model), basis="last")
    assert found["item"].values.tolist() == list(range(P))
    np.testing.assert_allclose(abs(found[0, :, :2]), abs(CIRCLE), atol=1e-5)


def test_frequencies_of_equal_power_are_told_apart():
    """Frequencies 1, 2 and 3 in directions of their own, 2 the strongest and 1 the weakest."""
    p, directions = 8, np.linalg.qr(np.random.default_rng(3).normal(size=(9, 9)))[0]
    strength = np.array([1, 1, 3, 3, 2, 2])[:, None]
    last = (fourier_basis(p)[1:7] * strength).T @ directions[:6]
    found = measure.function(embedded([last / 2, last]), basis="frequency")
    assert found.dims == measure.dims
    assert found.frequency.values.tolist() == [2, 2, 3, 3, 1, 1]
    waves = 3 * fourier_basis(p)[3:5].T
    np.testing.assert_allclose(found[1, :, :2], waves, atol=1e-5)
    np.testing.assert_allclose(found[0, :, :2], waves / 2, atol=1e-5)
    np.testing.assert_allclose(found.component_share[0], [9 / 28] * 2 + [4 / 28] * 2 + [1 / 28] * 2)
    radius = np.hypot(found[1, :, 0], found[1, :, 1])
    np.testing.assert_allclose(radius, 3 * (2 / p) ** 0.5, rtol=1e-5)


def test_frequencies_of_another_group_are_refused():
    tree = embedded([GROWN])
    tree.attrs["config"] = json.dumps({"task": {"name": "symmetric_group"}})
    with pytest.raises(MissingData, match="this run's is symmetric_group"):
        measure.function(tree, basis="frequency")
    assert "frequency" not in measure.function(tree, basis="last").coords
    with pytest.raises(MissingData, match="three elements or more; this run's has 2"):
        measure.function(embedded([np.eye(2)]), basis="frequency")


@pytest.mark.parametrize("basis", ["last", "mean", "frequency"])
def test_blocks_change_nothing_and_what_is_not_finite_does_not_count(basis, monkeypatch):
    rng = np.random.default_rng(2)
    rows = [*rng.normal(size=(5, P, WIDTH)), np.full((P, WIDTH), np.nan)]
    whole = measure.function(embedded(rows), basis=basis)
    finite = measure.function(embedded(rows[:5]), basis=basis)
    xr.testing.assert_allclose(whole[:5], finite)
    assert np.isnan(whole[5]).all()
    monkeypatch.setattr(weight_components, "BLOCK", 2 * P * WIDTH)
    xr.testing.assert_allclose(measure.function(embedded(rows), basis=basis), whole)


def test_networks_without_a_row_for_each_token_are_refused():
    for rows in (16, 9):
        tree = perceptron(np.ones((1, rows, 3)), np.ones((1, 3, 2)))
        with pytest.raises(MissingData, match=r"for each token.*this run has hidden1\.weight"):
            measure.function(tree, basis="last")
