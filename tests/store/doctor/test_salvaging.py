import signal

import h5py
import numpy as np
import pytest

from grokscope.store.curves.published import read_published
from grokscope.store.doctor import wreck
from grokscope.store.doctor.salvaging import CURVES, salvage
from tests.store.doctor.conftest import flip, write


def test_all_of_a_sound_file_is_salvaged(finished):
    found, lost = salvage(finished)
    assert lost == []
    before = read_published(finished)
    assert found.attrs == before.attrs
    assert found.analysis.keys() == before.analysis.keys()
    for name, variable in before.metrics.variables.items():
        np.testing.assert_array_equal(found.metrics.variables[name].data, variable.data)
    assert not list(finished.glob(".*.tmp"))


def test_without_their_steps_curves_are_salvaged_still(finished):
    before = read_published(finished).metrics.variables
    with h5py.File(finished / "run.h5", "a") as file:
        del file["metrics/step"]
    found, lost = salvage(finished)
    assert lost == []
    assert found.metrics.variables.keys() == before.keys() - {"step"}


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


def test_what_lies_outside_the_file_is_not_salvaged(finished, tmp_path):
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["x"] = np.arange(80.0)
    layout = h5py.VirtualLayout((80,), "f8")
    layout[:] = h5py.VirtualSource(str(tmp_path / "other.h5"), "x", (80,))
    with h5py.File(finished / "run.h5", "a") as file:
        file["metrics/stolen"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "/x")
        file["metrics/seen"] = h5py.SoftLink("/metrics/step")
        file["metrics"].create_virtual_dataset("virtual", layout)
        file["metrics"].create_dataset(
            "raw", (80,), "f8", external=[(str(tmp_path / "other.h5"), 0, 640)]
        )
    found, lost = salvage(finished)
    assert set(lost) == {"stolen", "seen", "virtual", "raw"}
    assert set(lost).isdisjoint(found.metrics.variables)
    assert "test_accuracy" in found.metrics.variables


@pytest.mark.slow
def test_groups_that_this_version_does_not_know_are_salvaged_where_they_read(finished, tmp_path):
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["x"] = np.arange(80.0)
    with h5py.File(finished / "run.h5", "a") as file:
        file["novelty/inner/values"] = np.arange(6.0)
        file["novelty"].attrs["mood"] = "new"
        file.create_dataset("worn/values", data=np.arange(300.0), chunks=(300,), fletcher32=True)
        at = file["worn/values"].id.get_chunk_info(0).byte_offset
        file["seen/values"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "/x")
        file["stolen"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "/")
        file["endless/self"] = file.create_group("endless")
    data = bytearray((finished / "run.h5").read_bytes())
    data[at + 100] ^= 0xFF
    (finished / "run.h5").write_bytes(data)
    found, lost = salvage(finished)
    names = ("endless", "seen", "stolen", "worn")
    assert lost == [f"{name}, which this version does not know" for name in names]
    assert list(found.unknown) == ["novelty", "novelty/inner"]
    assert found.unknown["novelty"].attrs == {"mood": "new"}
    kept = found.unknown["novelty/inner"].variables["values"]
    np.testing.assert_array_equal(kept.data, np.arange(6.0))


def test_a_process_that_crashes_costs_nobody_else(finished, monkeypatch):
    class Crashing:
        SubprocessError = wreck.subprocess.SubprocessError

        @staticmethod
        def run(command, **options):
            code = f"import os; os.kill(os.getpid(), {int(signal.SIGSEGV)})"
            return real([command[0], "-c", code], **options)

    real = wreck.subprocess.run
    monkeypatch.setattr(wreck, "subprocess", Crashing)
    assert salvage(finished) == (None, [])


@pytest.mark.parametrize(
    "share", [0.6, *(pytest.param(share, marks=pytest.mark.slow) for share in (0.3, 0.9, 0.99))]
)
def test_of_a_file_that_was_cut_off_nothing_false_is_salvaged(store, share):
    write(store, "long", rows=3000).finish("finished")
    run = store / "long"
    before = read_published(run)
    data = (run / "run.h5").read_bytes()
    (run / "run.h5").write_bytes(data[: int(share * len(data))])
    found, lost = salvage(run)
    if found is None:
        return
    assert found.attrs == before.attrs
    for name, variable in found.metrics.variables.items():
        np.testing.assert_array_equal(variable.data, before.metrics.variables[name].data)
    kept = set(found.metrics.variables)
    assert CURVES in lost or set(before.metrics.variables) - kept == set(lost)
