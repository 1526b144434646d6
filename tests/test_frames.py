"""Frames: the first, the last, and as many evenly between as were asked for."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from grokscope.analysis import measure
from grokscope.config import Experiment
from grokscope.errors import MissingData
from grokscope.frames import framed, spread
from grokscope.measures import MEASURES
from grokscope.store.checkpoints.segments import Segments
from grokscope.store.checkpoints.thinning import thin
from tests.analysis.test_stored import CONFIG, record, walk


@given(st.integers(1, 500), st.integers(2, 100))
def test_indices_rise_evenly_from_the_first_to_the_last(count, most):
    found = spread(count, most)
    assert len(found) == min(count, most)
    assert (found[0], found[-1]) == (0, count - 1)
    gaps = np.diff(found)
    assert not gaps.size or (gaps.min() >= 1 and np.ptp(gaps) <= 1)


def run(count):
    labels = {"checkpoint": 10 * np.arange(count), "epoch": ("checkpoint", np.arange(count) / 2)}
    trajectory = xr.Dataset({"w": (("checkpoint", "unit"), np.eye(count))}, labels)
    return xr.DataTree.from_dict({"/trajectory": trajectory, "/metrics": xr.Dataset({"m": 1})})


def test_other_checkpoints_are_left_out_and_all_else_stays():
    whole = run(9)
    some = framed(whole, 3)
    assert some["trajectory"].checkpoint.values.tolist() == [0, 40, 80]
    assert some["trajectory"].epoch.values.tolist() == [0, 2, 4]
    assert some["trajectory/w"].values.tolist() == np.eye(9)[[0, 4, 8]].tolist()
    assert "m" in some["metrics"]
    assert whole["trajectory"].sizes["checkpoint"] == 9
    assert framed(whole, 9) is whole


def test_a_run_without_checkpoints_has_no_frames():
    with pytest.raises(MissingData, match="kept no checkpoints"):
        framed(run(0), 5)


@pytest.fixture
def calls(monkeypatch):
    """Count how often frames are computed."""
    counted, old = [], MEASURES["fourier_power"]

    def counting(*arguments, **choices):
        counted.append(choices)
        return old.function(*arguments, **choices)

    monkeypatch.setitem(MEASURES, "fourier_power", replace(old, function=counting))
    return counted


def test_stored_frames_count_though_checkpoints_go(tmp_path, calls):
    path = record(tmp_path, walk(9))
    (first,) = measure(path, ["fourier_power"], {"most": 4})
    assert first.checkpoint.values.tolist() == [0, 30, 50, 80]
    thin(path, [0, 2, 8])
    (kept,) = measure(path, ["fourier_power"], {"most": 4})
    xr.testing.assert_identical(kept, first)
    assert len(calls) == 1


def test_frames_are_taken_anew_where_a_run_goes_on(tmp_path, calls):
    path, rows = record(tmp_path, [], finish=False), walk(9)
    segments = Segments(path, Experiment.from_config(CONFIG).layout)
    for epoch, row in enumerate(rows):
        segments.add(10 * epoch, epoch, row)
        segments.flush()
        (found,) = measure(path, ["fourier_power"], {"most": 3})
        assert (len(found), found.epoch[-1]) == (min(epoch + 1, 3), epoch)
    assert len(calls) == 9
