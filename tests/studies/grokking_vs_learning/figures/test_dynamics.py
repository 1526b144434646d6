"""Figures of development: one group through training, with its times."""

import pytest
import xarray as xr

from grokscope.studies.grokking_vs_learning.figures.dynamics import (
    accuracy,
    compressible,
    featured,
    participation,
)
from grokscope.studies.grokking_vs_learning.figures.labels import PAIR
from tests.studies.runs import NAN, Run, labelled


def test_a_panel_has_the_times_of_its_runs():
    _, grokking = accuracy(PAIR, 0.1)
    run = Run([0, 0.05, 0.4, 1], train_accuracy=[0, 1, 1, 1], t_train=5, t_test=30)
    found = grokking.read({"modadd-10": [run]})
    assert [found[name].values.tolist() for name in grokking.marks] == [[5], [10], [30]]
    assert found["test_accuracy"].values.tolist() == [[0, 0.05, 0.4, 1]]


def test_compressibility_is_where_networks_were_pruned():
    steady, _ = compressible(PAIR, 0.1)
    run = Run([0, 1], measures={"compressibility points=51 every=5": [1, NAN, 6]})
    found = steady.read({"modadd-1": [run]})["compressibility"]
    assert found.dropna("epoch", how="all").values.tolist() == [[1, 6]]


def test_output_and_input_weights_are_told_apart():
    run = Run([0], measures={"fourier_ipr": [0.1, 0.5], "fourier_ipr side=input": [0.2, 0.4]})
    found = participation(run)
    assert {name: one.attrs["long_name"] for name, one in found.items()} == {
        "output": "output weights",
        "input": "input weights",
    }
    assert found["input"].values.tolist() == [0.2, 0.4]


def test_features_are_those_of_one_layer():
    layers = {
        name: labelled([scale, 2 * scale]).expand_dims(layer=[name]).expand_dims(feature=["energy"])
        for name, scale in (("conv1", 0.1), ("conv2", 0.4))
    }
    run = Run([0, 1], measures={"feature_correlation": xr.concat(layers.values(), "layer")})
    found = featured("", "ising-5", "feature_correlation", "conv2", "").read({"ising-5": [run]})
    assert found["value"].sel(feature="energy").values[0] == pytest.approx([0.4, 0.8])
