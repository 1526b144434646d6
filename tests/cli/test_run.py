"""`run`: trains, reuses, resumes, repeats, refuses."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from grokscope.config import load, override
from grokscope.store.listing.catalogue import Catalogue
from tests.cli.conftest import SMALL, call
from tests.train.test_plan import begin

PROMISED = "id status task model seed init_scale t_train t_test t_grok regime censored time_unit"


def test_a_run_is_trained_and_described(store):
    done = call("run", "modadd-grok", *SMALL, "--json")
    assert done.code == 0
    (described,) = json.loads(done.out)
    assert set(PROMISED.split()) <= set(described)
    assert (described["status"], described["init_scale"]) == ("finished", 10)
    assert (store / described["id"] / "run.h5").is_file()


def test_the_same_run_is_reused_and_again_makes_another(store):
    call("run", "modadd-grok", *SMALL)
    done = call("run", "modadd-grok", *SMALL)
    assert (done.code, "reused" in done.err) == (0, True)
    assert len(Catalogue(store).refresh()) == 1
    assert call("run", "modadd-grok", *SMALL, "--again").code == 0
    first, second = sorted(run.id for run in Catalogue(store).refresh())
    assert second == f"{first}-2"


def test_a_sweep_trains_every_combination_and_a_shard_its_share(store):
    words = ["run", "modadd-grok", *SMALL, "--jobs", 1, "--sweep", "seed=0:3", "--json"]
    shards = [json.loads(call(*words, "--shard", f"{i}/2").out) for i in range(2)]
    assert [len(shard) for shard in shards] == [2, 1]
    assert sorted(run["seed"] for shard in shards for run in shard) == [0, 1, 2]
    done = call(*words)
    assert (done.code, len(json.loads(done.out))) == (0, 3)
    assert done.err.count("reused") == 3


def test_a_run_in_other_hands_does_not_keep_the_rest_of_a_sweep(store):
    words = ["modadd-grok", *SMALL, "--jobs", 1]
    writer = begin(override(load("modadd-grok"), SMALL[1:6:2]), store)
    done = call("run", *words, "--sweep", "seed=0:2")
    assert done.code == 4
    assert f"left to the processes that train them: {writer.id}" in done.err
    assert sorted(run.status for run in Catalogue(store).refresh()) == ["finished", "queued"]
    alone = call("run", *words)
    assert (alone.code, "is being trained by" in alone.err) == (1, True)
    writer.finish("interrupted")


def test_a_store_can_be_named_before_or_after_the_command(tmp_path):
    for words in (["--store", tmp_path, "run", "modadd-grok"], ["run", "modadd-grok"]):
        tail = [] if words[0] == "--store" else ["--store", tmp_path]
        assert call(*words, *SMALL, *tail).code == 0
    assert len(Catalogue(tmp_path).refresh()) == 1
    assert call("--store", tmp_path, "ls").out.count("modadd-grok") == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["modad-grok"], "no preset named 'modad-grok', and no such file, did you mean"),
        (["modadd-grok", "--set", "init_scal=1"], "did you mean 'init_scale'"),
        (["modadd-grok", "--set", "epochs=x"], "training.epochs must be a whole number, got 'x'"),
        (["modadd-grok", "--set", "epochs"], "--set takes key=value"),
        (["modadd-grok", "--device", "tpu"], "no device named 'tpu'"),
        (["modadd-grok", "modadd-grok"], "asked for twice"),
        (["modadd-grok", "--sweep", "lr=1,,2"], "--sweep 'lr=1,,2', column 6: a value is missing"),
        (["modadd-grok", "--shard", "2/2"], "--shard takes i/n with i from 0 to n - 1"),
        (["nothing.toml"], "cannot read experiment file nothing.toml"),
        (
            ["modadd-grok", "--set", 'record.measures=["fisher_spede"]'],
            "did you mean 'fisher_speed",
        ),
        (["modadd-grok", "--set", "record.flight=1000000000"], "is all it may"),
        (["modadd-grok", "--set", "hidden=1000000000"], "does not fit into memory"),
    ],
)
@pytest.mark.parametrize("dry", [[], ["--dry-run"]], ids=["really", "dry"])
def test_a_mistake_is_one_line_and_exit_code_1(words, message, dry):
    done = call("run", *words, *dry)
    assert done.code == 1
    assert message in done.err
    last = done.err.strip().splitlines()[-1]
    assert last.startswith("grokscope: ")
    assert done.out == ""


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--slurm", "timeout_min=3"], "--slurm is for --executor slurm"),
        (["--executor", "slurm"], "--jobs N is missing; --executor slurm takes --jobs N"),
        (["--executor", "slurm", "--jobs", 2, "--slurm", "long"], "--slurm takes KEY=VALUE"),
        (["--refine", "regime", "--dry-run"], "--refine takes one sweep"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(words, message):
    done = call("run", "modadd-grok", *SMALL, *words)
    assert done.code == 2
    assert message in done.err


def test_a_typo_in_a_file_names_the_file_and_the_key(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(call("presets", "modadd-grok").out.replace("epochs", "epoch"))
    done = call("run", path)
    assert done.code == 1
    assert "mine.toml: unknown key training.epoch, did you mean 'epochs'?" in done.err


@pytest.mark.parametrize("dry", [[], ["--dry-run"]], ids=["really", "dry"])
def test_a_store_that_is_a_file_is_refused(tmp_path, dry):
    path = tmp_path / "file"
    path.write_text("")
    done = call("run", "modadd-grok", "--store", path, *dry)
    assert done.code == 1
    assert "a store is a directory of runs" in done.err


def test_a_diverged_run_fails_with_its_reason():
    words = ["run", "modadd-grok", *SMALL, "--set", "lr=1e30", "--set", "optimizer.name=sgd"]
    done = call(*words)
    assert done.code == 1
    assert "diverged" in done.err
    assert "failed: diverged" in call("ls").out
    (told,) = json.loads(call("ls", "--json").out)
    assert (told["regime"], told["regime_manning_coe"]) == (None, None)
    again = call(*words)
    assert again.code == 1
    assert f"{told['id']} failed already (diverged: train loss is " in again.err
    assert (
        f"grokscope fork {told['id']}@STEP, or train it anew with: grokscope run --again"
        in again.err
    )


LONG = ("--device", "cpu", "--set", "epochs=30000", "--set", "p=23")


def started(*words, **options):
    """Return a process that runs the command line, in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "grokscope", *words, *LONG],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def await_runs(store, count, epoch=0):
    """Wait until so many runs have passed an epoch."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        runs = Catalogue(store).refresh()
        if len(runs) == count and all(run.epoch > epoch for run in runs):
            return
        time.sleep(0.05)
    raise AssertionError(f"{count} runs did not pass epoch {epoch}")


@pytest.mark.parametrize("jobs", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_an_interrupt_checkpoints_and_the_runs_can_go_on(store, jobs):
    child = started("run", "modadd-grok", "modadd-steady", "--jobs", str(jobs))
    await_runs(store, 2, epoch=3)
    os.kill(child.pid, signal.SIGINT)
    _, err = child.communicate(timeout=60)
    assert child.returncode == 130, err
    assert "go on with: grokscope resume" in err
    assert {run.status for run in Catalogue(store).refresh()} == {"interrupted"}


@pytest.mark.slow
@pytest.mark.parametrize("delay", [0.6, 1.2, 2.0])
def test_ctrl_c_while_workers_start_ends_them_without_a_word_of_python(delay):
    child = started("run", "modadd-grok", "modadd-steady", "--jobs", "2")
    time.sleep(delay)
    os.killpg(child.pid, signal.SIGINT)
    _, err = child.communicate(timeout=60)
    assert "Traceback" not in err
    # where it met code that Python compiled from text, Python itself ends by the signal
    assert child.returncode in (130, -signal.SIGINT), err


@pytest.mark.slow
def test_a_second_ctrl_c_aborts_a_sweep_in_several_processes_which_can_go_on(store):
    words = ["run", "modadd-grok", "--sweep", "seed=0:4", "--jobs", "2"]
    child = started(*words)
    await_runs(store, 4)
    os.killpg(child.pid, signal.SIGINT)
    time.sleep(0.1)
    os.killpg(child.pid, signal.SIGINT)
    _, err = child.communicate(timeout=60)
    assert child.returncode == 130, err
    assert "Traceback" not in err
    assert {run.status for run in Catalogue(store).refresh()} <= {"interrupted", "dead"}
    planned = call(*words, *LONG, "--dry-run", "--json")
    assert json.loads(planned.out)["resume"] == 4


@pytest.mark.slow
def test_a_killed_parent_takes_its_workers_along(store):
    child = started("run", "modadd-grok", "modadd-steady", "--jobs", "2")
    await_runs(store, 2, epoch=-1)
    child.kill()
    child.communicate()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and any(run.live for run in Catalogue(store).refresh()):
        time.sleep(0.05)
    assert {run.status for run in Catalogue(store).refresh()} <= {"interrupted", "dead"}
