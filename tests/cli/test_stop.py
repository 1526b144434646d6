"""`stop`: ends the runs it names, resumable, and no other."""

import contextlib
import json
import subprocess
import sys
import time

import pytest

from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.listing.summary import read_summary
from tests.cli.conftest import call

LONG = ["--set", "p=11", "--set", "hidden=16", "--set", "dense_until=0", "--device", "cpu"]


@contextlib.contextmanager
def training(store, *words):
    """Train two runs in one process until both have begun; kill what is left at the end."""
    command = [sys.executable, "-m", "grokscope", "run", "modadd-grok", *LONG, "--jobs", "1"]
    child = subprocess.Popen(
        [*command, "--set", "epochs=100000", "--sweep", "seed=0:2", *words, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until(lambda: [run.epoch > 3 for run in Catalogue(store).refresh()] == [True, True])
        yield child
    finally:
        child.kill()
        child.communicate()


def until(holds):
    """Wait for something, which is to come true within two minutes."""
    deadline = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.slow
def test_a_run_is_stopped_alone_and_then_the_other(store):
    with training(store) as child:
        one, other = sorted(run.path for run in Catalogue(store).refresh())
        done = call("stop", one.name)
        assert done.code == 0
        assert done.out == f"asked process {child.pid} on {read_host(other)} to stop {one.name}\n"
        until(lambda: read_summary(one).status == "interrupted")
        assert read_summary(other).live
        reached = read_summary(other).epoch
        until(lambda: read_summary(other).epoch > reached)
        assert call("stop", "status:running").code == 0
        out, err = child.communicate(timeout=60)
        assert child.returncode == 130, err
        assert {run["status"] for run in json.loads(out)} == {"interrupted"}
    assert (one / "resume.h5").is_file()
    assert not (one / "control.json").exists()
    assert read_summary(one).epoch < read_summary(other).epoch


def read_host(run):
    return json.loads((run / "lock.json").read_text())["host"]


def test_what_is_not_trained_cannot_be_stopped(stored):
    stored("done")
    done = call("stop", "done")
    assert (done.code, done.out) == (1, "")
    assert "run 'done' is not being trained; only a live run can be stopped" in done.err


def test_a_live_run_of_several_is_asked_all_the_same(stored):
    stored("done")
    stored("going", live=True)
    done = call("stop", "done", "going")
    assert done.code == 4
    assert "to stop going" in done.out
