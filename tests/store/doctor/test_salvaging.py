import signal

import h5py
import numpy as np
import pytest

from grokscope.store.doctor import salvaging
from grokscope.store.doctor.salvaging import CURVES, salvage
from grokscope.store.published import read_published
from tests.store.doctor.conftest import flip


def test_all_of_a_sound_file_is_salvaged(finished):
    found, lost = salvage(finished)
    assert lost == []
    before = read_published(finished)
    assert found.attrs == before.attrs
    assert found.analysis.keys() == before.analysis.keys()
    for name, variable in before.metrics.variables.items():
        np.testing.assert_array_equal(found.metrics.variables[name].data, variable.data)
    assert not list(finished.glob(".*.tmp"))


def test_without_their_steps_curves_are_lost(finished):
    with h5py.File(finished / "run.h5", "a") as file:
        del file["metrics/wall_time"]
    found, lost = salvage(finished)
    assert lost == [CURVES]
    assert found.metrics.variables == {}


def test_a_measure_that_is_damaged_is_left_out(finished):
    flip(finished / "run.h5", b"a measure")
    found, lost = salvage(finished)
    assert found is not None
    assert lost in ([], ["measure speed"])


@pytest.mark.parametrize("text", [b"", b"x" * 5000])
def test_nothing_is_salvaged_from_what_is_no_file(finished, text):
    (finished / "run.h5").write_bytes(text)
    assert salvage(finished) == (None, [])


def test_a_file_that_says_nothing_of_its_run_is_not_salvaged(finished):
    with h5py.File(finished / "run.h5", "a") as file:
        del file.attrs["config"]
    assert salvage(finished) == (None, [])


def test_a_file_that_reaches_outside_itself_is_not_salvaged(finished):
    with h5py.File(finished / "run.h5", "a") as file:
        file["metrics/stolen"] = h5py.ExternalLink("other.h5", "/x")
    assert salvage(finished) == (None, [])


def test_a_process_that_crashes_costs_nobody_else(finished, monkeypatch):
    class Crashing:
        SubprocessError = salvaging.subprocess.SubprocessError

        @staticmethod
        def run(command, **options):
            code = f"import os; os.kill(os.getpid(), {int(signal.SIGSEGV)})"
            return real([command[0], "-c", code], **options)

    real = salvaging.subprocess.run
    monkeypatch.setattr(salvaging, "subprocess", Crashing)
    assert salvage(finished) == (None, [])
