"""Pruning: which weights go when, what is left, and how far one can go."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from grokscope.errors import MissingData
from grokscope.kinds import Signature, Tokens
from grokscope.layout import Layout, ParameterSpec
from grokscope.models.mlp import MLP
from grokscope.models.network import TorchNetwork
from grokscope.pruning import (
    CONVENTIONS,
    Pruned,
    compressibility,
    places,
    prunable_shares,
    pruned_accuracy,
)

USUAL = {p.name: p.default for p in CONVENTIONS}
LAYOUT = Layout(
    (
        ParameterSpec("a", ("x", "y"), (2, 2)),
        ParameterSpec("bias", ("y",), (2,)),
        ParameterSpec("b", ("y", "z"), (2, 1)),
    )
)
ROW = np.array([4.0, 1, 3, 2, 9, 9, 20, 10])
NEVER = np.inf


def pruned(curves, fraction=None):
    """Return what measures of pruning are given, by checkpoint."""
    curves = np.asarray(curves, float)
    steps = 10 * np.arange(len(curves))
    coords = {"checkpoint": steps, "epoch": ("checkpoint", steps / 2)}
    epoch = xr.DataArray(steps / 2, coords, ["checkpoint"], attrs={"unit_label": "epoch"})
    fraction = np.linspace(0, 1, curves.shape[1]) if fraction is None else fraction
    return Pruned(epoch, fraction, curves, np.tile([0.1, 0.2, 0.3], (len(curves), 1)))


class Counting:
    """A network of a hundred weights that is right in 1.26 % of cases for each that is left."""

    layout = Layout((ParameterSpec("w", ("in", "out"), (10, 10)),))

    def accuracy(self, weights, inputs, labels):
        return np.minimum(0.0126 * np.count_nonzero(weights, axis=1), 1)


def counting(examples=100):
    """Return a run of one checkpoint whose network is `Counting`."""
    weights = np.random.default_rng(0).permutation(100).astype("f4").reshape(1, 10, 10) + 1
    coords = {"checkpoint": [10], "epoch": ("checkpoint", [5.0])}
    data = {
        "test_inputs": (("test_example", "axis_1"), np.zeros((examples, 2))),
        "test_labels": (("test_example",), np.zeros(examples, np.int64)),
    }
    trajectory = xr.Dataset({"w": (("checkpoint", "in", "out"), weights)}, coords)
    return xr.DataTree.from_dict({"/trajectory": trajectory, "/data": xr.Dataset(data)})


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("layer", [1, 1 / 4, 3 / 4, 2 / 4, NEVER, NEVER, 1, 1 / 2]),
        ("global", [4 / 6, 1 / 6, 3 / 6, 2 / 6, NEVER, NEVER, 1, 5 / 6]),
        # norms are sqrt(30) and sqrt(500): .73 .18 .55 .37 and .89 .45
        ("normalised", [5 / 6, 1 / 6, 4 / 6, 2 / 6, NEVER, NEVER, 1, 3 / 6]),
    ],
)
def test_the_smallest_go_first(scope, expected):
    assert places(LAYOUT, ROW, scope).tolist() == pytest.approx(expected)


def test_of_equals_the_first_goes_first():
    assert places(LAYOUT, np.ones(8), "layer")[:4].tolist() == [1 / 4, 2 / 4, 3 / 4, 1]


def test_a_network_without_weights_cannot_be_pruned():
    with pytest.raises(MissingData, match="needs tensors with two axes"):
        places(Layout((ParameterSpec("b", ("y",), (2,)),)), np.ones(2), "layer")


@pytest.mark.parametrize(
    ("accuracy", "expected"),
    [([1, 1, 1], np.inf), ([1, 0, 0], 4 / 3), ([1, 1, 0], 4), ([0.5, 0.5, 0.5], 2), ([0, 0, 0], 1)],
)
def test_compressibility_of_curves_drawn_by_hand(accuracy, expected):
    assert compressibility(np.array([0, 0.5, 1]), np.array([accuracy]))[0] == pytest.approx(
        expected
    )


def test_what_was_left_out_stays_out():
    assert np.isnan(compressibility(np.array([0, 1.0]), np.array([[np.nan, np.nan]])))[0]


def test_the_largest_share_is_found_between_the_points_of_the_grid():
    fraction = np.linspace(0, 1, 11)

    def left(p):
        return 1.0 if p <= 0.737 else 0.5

    curve = np.array([left(p) for p in fraction])
    assert prunable_shares(fraction, curve, 10**9, left) == pytest.approx([0.737] * 3, abs=1e-4)


def test_its_interval_is_that_of_a_share_of_so_many_inputs():
    fraction = np.linspace(0, 1, 101)

    def left(p):
        return 1 - p / 2

    low, value, high = prunable_shares(fraction, left(fraction), 1900, left)
    # accuracy .95 of 1900 inputs is known to 1.96 sqrt(.95 .05 / 1900) = .0098
    assert value == pytest.approx(0.1, abs=2e-4)
    assert (low, high) == pytest.approx((0.1 - 0.0196, 0.1 + 0.0196), abs=3e-4)


@given(st.lists(st.floats(0, 1), min_size=3, max_size=9), st.integers(1, 10**4), st.integers())
def test_the_share_lies_between_the_ends_of_its_interval(curve, count, seed):
    rng = np.random.default_rng(abs(seed))
    fraction = np.linspace(0, 1, len(curve))
    low, value, high = prunable_shares(fraction, np.array(curve), count, lambda p: rng.random())
    assert 0 <= low <= value <= high <= 1


def test_what_counts_is_the_last_share_at_which_it_still_holds():
    fraction = np.linspace(0, 1, 6)
    curve = np.array([1, 0.2, 1, 0, 0, 0])
    assert prunable_shares(fraction, curve, 10**9, lambda p: 0.0)[1] == pytest.approx(0.4)
    assert prunable_shares(fraction, np.ones(6), 10**9, lambda p: 1.0)[1] == 1


@pytest.fixture(scope="module")
def run():
    """Three checkpoints of a perceptron, with its data."""
    signature = Signature(Tokens(2, 7), 7)
    model, rng = MLP(hidden=(8,)), np.random.default_rng(0)
    layout = model.layout(signature)
    rows = np.stack([model.initial(signature, rng) for _ in range(3)])
    tensors = {p.name: (("checkpoint", *p.dims), layout.views(rows)[p.name])
               for p in layout.parameters}  # fmt: skip
    coords = {"checkpoint": [0, 10, 20], "epoch": ("checkpoint", [0.0, 1.0, 2.0])}
    inputs, labels = rng.integers(7, size=(60, 2)), rng.integers(7, size=60)
    data = {
        "train_inputs": (("train_example", "axis_1"), inputs[:20]),
        "train_labels": (("train_example",), labels[:20]),
        "test_inputs": (("test_example", "axis_1"), inputs[20:]),
        "test_labels": (("test_example",), labels[20:]),
    }
    tree = xr.DataTree.from_dict(
        {"/trajectory": xr.Dataset(tensors, coords), "/data": xr.Dataset(data)}
    )
    return tree, TorchNetwork(model, signature), rows, inputs[20:], labels[20:]


@pytest.mark.parametrize("order", ["magnitude", "fisher", "fisher_distance"])
def test_accuracy_is_that_of_networks_with_those_weights_at_zero(run, order):
    tree, network, rows, x, y = run
    found = pruned_accuracy(tree, network, **USUAL | {"order": order, "points": 5})
    assert found.accuracy.shape == (3, 5)
    worth = np.abs(rows)
    if order != "magnitude":
        each = [network.fisher_diagonal(row[None], x, y, "output") for row in rows]
        fisher = np.concatenate(each)
        worth = fisher if order == "fisher" else np.sqrt(fisher) * worth
    for row, value, curve in zip(rows, worth, found.accuracy, strict=True):
        for share, accuracy in zip((0, 0.25, 0.5, 0.75, 1), curve, strict=True):
            cut = row.copy()
            views, values = network.layout.views(cut), network.layout.views(value)
            for name in ("hidden1.weight", "output.weight"):
                order = np.argsort(values[name], axis=None, kind="stable")
                gone = order[: round(share * order.size)]
                views[name].ravel()[gone] = 0
            assert accuracy == network.accuracy(cut[None], x, y)[0]
    assert np.all((found.prunable >= 0) & (found.prunable <= 1))


def test_checkpoints_between_are_left_out_and_the_last_never_is(run):
    tree, network, *_ = run
    found = pruned_accuracy(tree, network, **USUAL | {"points": 3, "every": 2})
    assert np.isnan(found.accuracy[:, 0]).tolist() == [False, True, False]
    found = pruned_accuracy(tree, network, **USUAL | {"points": 3, "every": 9})
    assert np.isnan(found.accuracy[:, 0]).tolist() == [True, True, False]
    assert np.isnan(found.prunable[1]).all()


def test_the_inputs_can_be_chosen(run):
    tree, network, rows, *_ = run
    data = tree["data"]
    found = pruned_accuracy(tree, network, **USUAL | {"points": 3, "inputs": "train"})
    expected = network.accuracy(rows, data.train_inputs.values, data.train_labels.values)
    assert found.accuracy[:, 0].tolist() == expected.tolist()
