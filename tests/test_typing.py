"""Types: what users call is typed, seen from a program of theirs by a strict checker."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROGRAM = """
from pathlib import Path

import grokscope
import numpy as np
import xarray as xr
from grokscope import Experiment, GrokscopeError, Recorder, load, open_run, open_runs, runs


def record(store: Path) -> str:
    with Recorder("mine", store=store, time_unit="step", config={"lr": 0.1}, resume=True) as rec:
        state = rec.state or {"weight": np.zeros(3)}
        for step in range(rec.start, 3):
            rec.log(step, train_loss=np.float32(1), test_loss=1)
            rec.checkpoint({"weight": state["weight"]}, step=step)
            rec.probe("norm", np.ones(2), dims=("side",), coords={"side": ["a", "b"]}, units="1")
            rec.save_resume(step, weight=state["weight"])
    return rec.id


def read(store: Path) -> xr.DataArray:
    tree: xr.DataTree = open_run(record(store), store, chunks={"checkpoint": 8})
    first = tree["metrics"]
    cube: xr.Dataset = open_runs("lr>0", store, group="trajectory", join="inner", chunks="auto")
    also: xr.Dataset = open_runs([run for run in runs("lr>0", store)], variables=["test_loss"])
    names: list[str] = [run.id for run in grokscope.runs()]
    print(first, also, names, load("modadd-grok").run_id, Experiment)
    return cube["weight"]


try:
    read(Path("store"))
except GrokscopeError as error:
    print(error)
"""
WRONG = (
    PROGRAM
    + """
open_runs("lr>0", join="left")
open_run(3)
Recorder("mine", time_unit="minute")
runs(store=1.5)
"""
)


def check(program, folder):
    """Return what a strict checker says of a program outside the package."""
    (folder / "user.py").write_text(program)
    words = ["--strict", "--follow-imports=silent", "--cache-dir", str(folder / "cache"), "user.py"]
    return subprocess.run(
        [sys.executable, "-m", "mypy", *words],
        cwd=folder,
        env=os.environ | {"MYPYPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )


def test_the_package_says_that_it_is_typed():
    assert (ROOT / "grokscope" / "py.typed").is_file()


@pytest.mark.slow
def test_a_strict_checker_finds_users_right_and_wrong(tmp_path):
    done = check(PROGRAM, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    wrong = check(WRONG, tmp_path).stdout
    places = [line for line in wrong.splitlines() if ": error:" in line]
    assert len(places) == 4, wrong
