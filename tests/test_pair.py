"""The pair at full size: what README promises of it, through the command line alone."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.listing.summary import read_summary

pytestmark = pytest.mark.slow
PAIR = ["modadd-grok", "modadd-steady"]


def grokscope(store, *words):
    """Run the command line as its own process and return what it printed."""
    command = [sys.executable, "-m", "grokscope", *words, "--store", str(store)]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Train the pair on the CPU."""
    store = tmp_path_factory.mktemp("pair")
    grokscope(store, "run", *PAIR, "--device", "cpu")
    return store


def listed(store):
    return {run["name"]: run for run in json.loads(grokscope(store, "ls", "--json"))}


def test_one_groks_and_the_other_learns_steadily(store):
    runs = listed(store)
    grok, steady = (runs[name] for name in PAIR)
    assert (grok["regime"], steady["regime"]) == ("grokking", "steady")
    assert 10 <= grok["t_train"] <= 20
    assert 45 <= grok["t_test"] <= 75
    assert steady["t_test"] <= 12


def test_the_fisher_speed_marks_the_window_of_grokking(store):
    (found,) = json.loads(grokscope(store, "measure", "modadd-grok", "fisher_speed", "--json"))
    assert found["key"] == "fisher_speed.output.diagonal.test.f1.n256.s0"
    assert 15 <= found["moments"]["speed_min"] <= 25
    assert 42 <= found["moments"]["speed_max"] <= 54


def test_running_again_trains_nothing(store):
    before = {path: path.stat().st_mtime_ns for path in store.rglob("*.h5")}
    grokscope(store, "run", *PAIR)
    assert {path: path.stat().st_mtime_ns for path in store.rglob("*.h5")} == before


def test_a_killed_run_opens_lists_as_dead_and_goes_on_to_the_same_weights(store, tmp_path):
    whole = Path(store) / listed(store)["modadd-grok"]["id"]
    run = tmp_path / whole.name
    words = ["run", "modadd-grok", "--device", "cpu", "--store", str(tmp_path)]
    child = subprocess.Popen(
        [sys.executable, "-m", "grokscope", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline, polls = time.monotonic() + 120, 0
    while time.monotonic() < deadline and not (run.exists() and read_summary(run).epoch >= 40):
        if run.exists():
            for engine in ("h5netcdf", "netcdf4"):
                with xr.open_datatree(run / "run.h5", engine=engine) as tree:
                    assert "metrics" in tree.children
                polls += 1
        time.sleep(0.02)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert polls > 50
    assert listed(tmp_path)["modadd-grok"]["status"] == "dead"
    grokscope(tmp_path, "resume", "modadd-grok", "--device", "cpu")
    ours, theirs = open_trajectory(run), open_trajectory(whole)
    np.testing.assert_array_equal(ours.checkpoints, theirs.checkpoints)
    assert ours.digests.tolist() == theirs.digests.tolist()
