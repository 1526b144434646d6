"""Clusters of networks: orders of neurons are found, distances are those of the metric."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grokscope.clusters import (
    aligned,
    hidden_axes,
    k_means,
    rand_index,
    reordered,
    separation,
)
from grokscope.kinds import Features, Signature, Tokens
from grokscope.models.cnn import CNN
from grokscope.models.mlp import MLP
from grokscope.models.network import TorchNetwork

PAIR = Signature(Tokens(2, 7), 7)
LATTICE = Signature(Features((1, 8, 8)), 2)
NETWORKS = [
    (MLP(hidden=(12,)), PAIR, ["hidden1"]),
    (MLP(hidden=(9, 6), bias=False), PAIR, ["hidden1", "hidden2"]),
    (CNN(hidden=(8,)), LATTICE, ["conv1", "hidden1"]),
]


def drawn(model, signature, seed):
    return model.initial(signature, np.random.default_rng(seed)).astype(float)


def shuffled(layout, row, seed):
    sizes = {d: n for p in layout.parameters for d, n in zip(p.dims, p.shape, strict=True)}
    rng = np.random.default_rng(seed)
    orders = {dim: rng.permutation(sizes[dim]) for dim in hidden_axes(layout)}
    return reordered(layout, row, orders)


@pytest.mark.parametrize(("model", "signature", "axes"), NETWORKS)
def test_neurons_of_hidden_layers_may_be_reordered_and_the_function_stays(model, signature, axes):
    layout = model.layout(signature)
    assert hidden_axes(layout) == axes
    row = drawn(model, signature, 0)
    other = shuffled(layout, row, 1)
    assert np.any(row != other)
    rng = np.random.default_rng(2)
    kind = signature.inputs
    inputs = rng.integers(7, size=(20, 2)) if isinstance(kind, Tokens) else rng.normal(
        size=(20, *kind.shape))  # fmt: skip
    network = TorchNetwork(model, signature)
    here, there = network.logits(np.stack([row, other]).astype("f4"), inputs)
    np.testing.assert_allclose(here, there, atol=1e-5)


@pytest.mark.parametrize(("model", "signature", "axes"), NETWORKS)
def test_a_shuffled_network_is_put_back(model, signature, axes):
    layout, row = model.layout(signature), drawn(model, signature, 0)
    other = shuffled(layout, row, 3) + 1e-3 * np.random.default_rng(4).normal(size=layout.size)
    back = reordered(layout, other, aligned(layout, other, row))
    assert np.abs(back - row).max() < 0.01


def test_clusters_are_those_of_the_metric():
    rng = np.random.default_rng(5)
    points = rng.normal(size=(12, 3)) * [100, 1, 0.01]
    points[:6, 1] += 20
    points[::2, 2] += 5
    by_second, _ = k_means(points, np.array([0, 1, 0]), 2, rng)
    assert rand_index(by_second, np.repeat([0, 1], 6)) == 1
    by_third, cost = k_means(points, np.array([0, 0, 4.0]), 2, rng)
    assert rand_index(by_third, np.tile([0, 1], 6)) == 1
    third = points[:, 2]
    expected = sum(((third[i::2] - third[i::2].mean()) ** 2).sum() for i in (0, 1))
    assert cost == pytest.approx(4 * expected)


def test_as_many_clusters_as_points_cost_nothing():
    points = np.random.default_rng(6).normal(size=(5, 2))
    clusters, cost = k_means(points, np.ones(2), 5, np.random.default_rng(0))
    assert sorted(clusters) == [0, 1, 2, 3, 4]
    assert cost == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([0, 0, 1, 1], [1, 1, 0, 0], 1),
        ([0, 0, 1, 1], [0, 1, 0, 1], -0.5),
        ([0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 2, 2], 0.24242424),
        ([0, 0], [0, 0], 1),
    ],
)
def test_agreement_of_partitions(first, second, expected):
    assert rand_index(np.array(first), np.array(second)) == pytest.approx(expected)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_shuffled_labels_agree_by_chance(seed):
    rng = np.random.default_rng(seed)
    labels, clusters = rng.integers(0, 2, (2, 30))
    assert abs(np.mean([rand_index(rng.permutation(labels), clusters) for _ in range(300)])) < 0.05


def test_what_separates_is_told_from_what_does_not():
    rng, clusters = np.random.default_rng(7), np.repeat([0, 1], 6)
    same = separation(["grokking"] * 6 + ["steady"] * 6, clusters, rng)
    assert same.agreement == 1
    # two of the 924 ways to choose six of twelve
    assert same.p_value == pytest.approx(2 / 924, abs=0.002)
    mixed = separation(["grokking", "steady"] * 6, clusters, rng)
    assert mixed.p_value > 0.5
