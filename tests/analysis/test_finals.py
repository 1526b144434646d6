"""Final networks: those that are one function are together, whatever their neurons' order."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from grokscope.analysis import finals
from grokscope.clusters import hidden_axes, reordered
from grokscope.errors import MissingData
from grokscope.kinds import Signature, Tokens
from grokscope.models.mlp import MLP
from grokscope.models.network import TorchNetwork

SIGNATURE, MODEL = Signature(Tokens(2, 7), 7), MLP(hidden=(12,))


def run_of(name, model, row):
    """Return what `network_of` does of a run whose last checkpoint is `row`."""
    layout = model.layout(SIGNATURE)
    rows = np.stack([np.zeros_like(row), row]).astype("f4")
    tensors = {p.name: (("checkpoint", *p.dims), layout.views(rows)[p.name])
               for p in layout.parameters}  # fmt: skip
    coords = {"checkpoint": [0, 10], "epoch": ("checkpoint", [0.0, 1.0])}
    rng = np.random.default_rng(0)
    data = {
        "test_inputs": (("test_example", "axis_1"), rng.integers(7, size=(40, 2))),
        "test_labels": (("test_example",), rng.integers(7, size=40)),
    }
    groups = {"/trajectory": xr.Dataset(tensors, coords), "/data": xr.Dataset(data)}
    return xr.DataTree.from_dict(groups), TorchNetwork(model, SIGNATURE)


@pytest.fixture
def runs(monkeypatch):
    """Three networks near one, three near another, neurons in any order; one of another shape."""
    layout, rng = MODEL.layout(SIGNATURE), np.random.default_rng(1)
    centres = [MODEL.initial(SIGNATURE, rng).astype(float) for _ in range(2)]
    known = {}
    for number in range(6):
        row = centres[number % 2] + 0.02 * rng.normal(size=layout.size)
        orders = {dim: rng.permutation(12) for dim in hidden_axes(layout)}
        known[f"r{number}"] = run_of(f"r{number}", MODEL, reordered(layout, row, orders))
    other = replace(MODEL, hidden=(5,))
    known["odd"] = run_of("odd", other, other.initial(SIGNATURE, rng).astype(float))
    monkeypatch.setattr(finals, "network_of", lambda run, device: known[run.name])
    return [SimpleNamespace(name=name) for name in known]


def test_networks_that_differ_by_the_order_of_neurons_are_together(runs):
    found = finals.cluster(runs[:6], ["a", "b"] * 3)
    assert found.clusters.tolist() == [0, 1] * 3
    assert found.separation.agreement == 1
    # two of the twenty ways to choose three of six
    assert found.separation.p_value == pytest.approx(0.1, abs=0.02)
    assert found.spread < 0.1


def test_labels_that_say_nothing_do_not_agree(runs):
    found = finals.cluster(runs[:6], ["a", "a", "b", "b", "a", "b"])
    assert found.separation.agreement < 0.2
    assert found.separation.p_value > 0.2


def test_networks_of_other_shapes_and_too_many_clusters_are_refused(runs):
    with pytest.raises(MissingData, match="run 'odd' has another network than 'r0'"):
        finals.cluster(runs, ["a"] * 7)
    with pytest.raises(MissingData, match="7 clusters of 6 runs; ask for 1 to 6"):
        finals.cluster(runs[:6], ["a"] * 6, k=7)


def test_a_network_that_diverged_is_refused(runs, monkeypatch):
    lost = run_of("lost", MODEL, np.full(MODEL.layout(SIGNATURE).size, np.nan))
    monkeypatch.setattr(finals, "network_of", lambda run, device: lost)
    with pytest.raises(MissingData, match="run 'r0' diverged"):
        finals.cluster(runs[:2], ["a", "b"])


def test_one_network_is_a_cluster(runs):
    found = finals.cluster(runs[:1], ["a"], k=1)
    assert (found.clusters.tolist(), found.separation.agreement) == ([0], 1)
