"""Of what neurons are made, on measures made by hand."""

import numpy as np
import pytest
import xarray as xr

from grokscope.studies.grokking_vs_learning.compression import AT_THE_END
from grokscope.studies.grokking_vs_learning.features import (
    FIRST,
    SETTLED,
    ahead,
    ising_growth,
    ising_progress,
    ising_room,
    layer_energy,
    more_ipr,
    progress,
    settled_energy,
)
from tests.studies.runs import Run


def ising(t_train, t_test, accuracy, **rows):
    """Return a run with correlations by layer and feature, checkpoints 10,000 epochs apart."""
    epoch = np.arange(4) * 10_000.0
    values = np.array([[rows["conv1"], rows["abs"]], [rows["energy"], rows["abs"]]], float)
    run = Run(accuracy, t_train=t_train, t_test=t_test)
    result = xr.DataArray(
        values,
        {
            "layer": [FIRST, "hidden1"],
            "feature": ["energy", "abs_magnetisation"],
            "epoch": ("checkpoint", epoch),
        },
        ["layer", "feature", "checkpoint"],
    )
    run.measures = {"feature_correlation": result}
    return run


def test_features_are_read_once_settled():
    assert SETTLED == 20_000
    run = ising(0, 10_000, [], energy=[0, 0.2, 0.3, 0.9], abs=[0, 0, 0, 0.7], conv1=[1, 1, 1, 0.09])
    assert settled_energy(run) == 0.9
    assert ahead(run) == pytest.approx(0.2)
    assert layer_energy(run, FIRST) == pytest.approx(0.1)


def test_progress_is_what_happens_between_t_train_and_the_rise():
    run = Run([0, 0, 0, 0.5], measures={"fourier_ipr": [0.1, 0.1, 0.4, 0.5]}, t_train=10)
    assert progress(run) == pytest.approx(4)
    accuracy = [0.5] * 2001 + [1]
    run = ising(0, 30_000, accuracy, energy=[0.4, 0.5, 0.6, 0.9], abs=[0] * 4, conv1=[0] * 4)
    assert ising_progress(run) == pytest.approx(1.5)


def test_a_ratio_is_told_with_the_growth_there_is_and_the_room_it_had():
    accuracy = [0.5] * 1001 + [1]
    run = ising(0, 10_000, accuracy, energy=[0.4, 0.5, 0.6, 0.9], abs=[0] * 4, conv1=[0] * 4)
    assert ising_growth(run) == pytest.approx(0.2)
    assert ising_room(run) == pytest.approx(2.5)
    flat = ising(0, 10_000, accuracy, energy=[0.4] * 4, abs=[0] * 4, conv1=[0] * 4)
    assert np.isnan(ising_growth(flat))


def test_the_steady_ipr_is_the_first_of_the_difference():
    text = f"fourier_ipr {AT_THE_END}"
    one, other = (Run(measures={text: [0, value]}) for value in (0.4, 0.5))
    assert more_ipr(one, other) == pytest.approx(0.1)
