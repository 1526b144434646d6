"""Examples: each one runs as its reader would run it."""

import itertools
import os
import subprocess
import sys
import time
from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray as xr

from grokscope import Recorder, open_run
from grokscope.cli import main
from grokscope.config import load_sweep
from grokscope.store.checkpoints.resume import load_resume
from grokscope.store.listing.catalogue import Catalogue

EXAMPLES = Path(__file__).parents[1] / "examples"
SCRIPTS = {path.name for path in EXAMPLES.glob("*.py")}


def python(*words):
    """Run a script as its own process and return what it printed."""
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def grokscope(*words):
    """Run the command line and return its exit code."""
    with pytest.raises(SystemExit) as left:
        main([*words])
    return left.value.code or 0


@pytest.mark.slow
def test_a_loop_of_one_s_own_appears_with_its_grokking_time():
    printed = python(str(EXAMPLES / "own_loop.py"))
    (run,) = Catalogue(Path(os.environ["GROKSCOPE_STORE"])).refresh()
    assert run.id in printed
    assert open_run(run)["probe/hidden/hidden"].sizes == {"step": 16, "neuron": 128}
    outcome = run.outcome
    assert (run.status, outcome.regime, outcome.time_unit) == ("finished", "grokking", "step")
    assert outcome.t_train < 150 < 500 < outcome.t_test


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.name)
def test_every_experiment_file_trains(path, tmp_path):
    sweep = load_sweep(str(path))
    # a sweep is tried with one value of its first key and all of its others
    first = [f"{axis.keys[0]}={axis.points[0][0]}" for axis in sweep.axes[:1]]
    words = [word for each in ("epochs=2", *first) for word in ("--set", each)]
    words += ["--store", str(tmp_path), "--device", "cpu", "--jobs", "1"]
    assert grokscope("run", str(path), *words) == 0
    runs = Catalogue(tmp_path).refresh()
    assert {(run.name, run.epoch) for run in runs} == {(sweep.base.name, 2)}
    assert len(runs) == len(sweep.changed(first, []))


STRANGER = """
import importlib.abc, runpy, sys
refused = sys.argv[1].split()
class Refuse(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in refused:
            raise ImportError(name)
sys.meta_path.insert(0, Refuse())
sys.argv = sys.argv[2:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def publish(rec):
    """Log until some of it is in the run's file."""
    for step in itertools.count():
        rec.log(step, train_accuracy=min(1, step / 5), test_accuracy=min(1, step / 20))
        with h5py.File(rec.path / "run.h5", locking=False) as file:
            if file["metrics"].get("step", [])[-2:].size > 1:
                return
        time.sleep(0.1)


@pytest.mark.parametrize("plotext", [True, False])
def test_xarray_alone_lists_and_plots_a_run_that_is_running(tmp_path, plotext):
    without = "grokscope torch textual rich click platformdirs" + " plotext" * (not plotext)
    with Recorder("alive", store=tmp_path, time_unit="step", chance=0.1, n_test=100) as rec:
        publish(rec)
        printed = python(
            "-c", STRANGER, without, str(EXAMPLES / "open_in_xarray.py"), str(rec.path)
        )
    assert "/metrics/test_accuracy {'step': " in printed
    assert "} [1]\n    test accuracy" in printed
    assert f"{rec.id}: alive, running" in printed
    assert "test accuracy over optimizer step" in printed
    assert ("#" * 40 in printed) != plotext


def test_xarray_alone_reads_all_files_of_a_run_that_ended(tmp_path):
    with Recorder("ended", store=tmp_path, time_unit="step") as rec:
        rec.log(0, own=2.5)
        rec.checkpoint({"w": np.ones((2, 3))})
        rec.probe("norm", [1.0, 2.0], dims=("side",), long_name="norms of both")
        rec.save_resume(0, w=1)
    printed = python(str(EXAMPLES / "open_in_xarray.py"), str(rec.path), "own")
    assert "/trajectory/w {'checkpoint': 1, 'w__0': 2, 'w__1': 3} [1]" in printed
    assert "/probe/norm/norm {'step': 1, 'side': 2} [1]\n    norms of both" in printed


def test_a_numpy_loop_goes_on_after_it_was_killed(monkeypatch, tmp_path):
    monkeypatch.setenv("GROKSCOPE_STORE", str(tmp_path))
    script = str(EXAMPLES / "numpy_loop.py")
    first = subprocess.Popen([sys.executable, script, "100000"])
    try:
        while not list(tmp_path.glob("*/resume.h5")):
            assert first.poll() is None
            time.sleep(0.05)
    finally:
        first.kill()
        first.wait()
    (run,) = tmp_path.iterdir()
    saved = int(load_resume(run).step)
    assert f"recorded {run.name} from step {saved + 1};" in python(script, str(saved + 600))
    with xr.open_datatree(run / "probes.h5", engine="h5netcdf") as tree:
        assert tree["probe/modes/modes"].sizes == {"step": (saved + 601) // 10, "mode": 8}


def test_every_script_is_tested():
    assert {"own_loop.py", "numpy_loop.py", "open_in_xarray.py"} == SCRIPTS
