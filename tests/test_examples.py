"""Examples: each one runs as its reader would run it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grokscope.cli import main
from grokscope.config import read
from grokscope.store.catalogue import Catalogue

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


def test_a_loop_of_one_s_own_appears_with_its_grokking_time():
    printed = python(str(EXAMPLES / "own_loop.py"))
    (run,) = Catalogue(Path(os.environ["GROKSCOPE_STORE"])).refresh()
    assert run.id in printed
    outcome = run.outcome
    assert (run.status, outcome.regime, outcome.time_unit) == ("finished", "grokking", "step")
    assert outcome.t_train < 150 < 500 < outcome.t_test


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.name)
def test_every_experiment_file_trains(path, tmp_path):
    words = ["--set", "epochs=2", "--store", str(tmp_path), "--device", "cpu"]
    assert grokscope("run", str(path), *words) == 0
    (run,) = Catalogue(tmp_path).refresh()
    assert (run.name, run.epoch) == (read(path).name, 2)


def test_xarray_alone_reads_a_run(tmp_path):
    assert grokscope("run", "modadd-grok", "--set", "p=11", "--set", "hidden=8",
                     "--set", "epochs=3", "--store", str(tmp_path)) == 0  # fmt: skip
    (run,) = Catalogue(tmp_path).refresh()
    printed = python(str(EXAMPLES / "open_in_xarray.py"), str(run.path / "run.h5"))
    assert "/metrics/test_accuracy {'step': 4} [1]" in printed
    assert "test accuracy" in printed.lower()


def test_every_script_is_tested():
    assert {"own_loop.py", "open_in_xarray.py"} == SCRIPTS
