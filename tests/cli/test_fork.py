"""`fork`: a new run goes on from a checkpoint of another, and both tell of each other."""

import json

import pytest

from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.listing.summary import read_summary
from tests.cli.conftest import SMALL, call


@pytest.fixture
def parent(store):
    """Return a run of 12 epochs."""
    assert call("run", "modadd-grok", *SMALL).code == 0
    return next(iter(Catalogue(store).refresh()))


def fork(word, *words):
    return call("fork", word, "--set", "epochs=15", "--device", "cpu", *words)


def test_a_run_goes_on_with_a_change_as_a_run_of_its_own(parent, store):
    done = fork(parent.id, "--set", "weight_decay=0", "--json")
    assert done.code == 0, done.err
    (told,) = json.loads(done.out)
    assert told["forked_from"] == f"{parent.id}@{parent.step}"
    assert (told["epoch"], told["config"]["optimizer.weight_decay"]) == (15, 0)
    assert f"{told['id']} forks {parent.id} at step {parent.step} (epoch 12)" in done.err
    assert "the optimiser's state is kept" in done.err
    assert "resuming" not in done.err
    assert read_summary(parent.path).epoch == 12
    again = fork(parent.id, "--set", "weight_decay=0")
    assert f"{told['id']} is finished already: reused" in again.err
    assert call("doctor", told["id"]).code == 0


def test_the_family_is_told_by_show_and_found_by_queries(parent):
    first = json.loads(fork(parent.id, "--json").out)[0]["id"]
    shown = call("show", parent.id)
    assert f"\nfork at step {parent.step}: {first}\n" in shown.out
    assert f"\nforked from {parent.id}@{parent.step}\n" in call("show", first).out
    assert json.loads(call("show", parent.id, "--json").out)["forks"] == [first]
    found = json.loads(call("ls", f"fork.parent:{parent.id}", "--json").out)
    assert [run["id"] for run in found] == [first]


def test_a_sweep_at_an_epoch_makes_several_forks(parent, store):
    done = fork(f"{parent.id}@epoch:6", "--sweep", "weight_decay=0,0.1", "--jobs", 1)
    assert done.code == 0, done.err
    assert done.err.count("the optimiser begins at zero") == 2
    assert len(Catalogue(store).refresh()) == 3


def test_a_dry_run_makes_nothing(parent, store):
    done = fork(f"{parent.id}@epoch:6", "--sweep", "weight_decay=0,0.1", "--dry-run")
    assert (done.code, len(Catalogue(store).refresh())) == (0, 1)
    assert "2 runs: 2 to train" in done.out


@pytest.mark.parametrize("words", [[], ["--dry-run"]], ids=["really", "dry"])
def test_a_fork_that_could_not_be_trained_is_refused_before_it_is_there(parent, store, words):
    done = fork(parent.id, "--set", 'record.measures=["fisher_spede"]', *words)
    assert done.code == 1
    assert "no measure named 'fisher_spede', did you mean 'fisher_speed'?" in done.err
    assert len(Catalogue(store).refresh()) == 1


def test_a_fork_outlives_its_parent_and_its_configuration_makes_it_again(parent, store, tmp_path):
    one = json.loads(fork(parent.id, "--json").out)[0]["id"]
    file = tmp_path / "fork.toml"
    file.write_text(call("show", one, "--config").out)
    assert f"{one} is finished already" in call("run", file).err
    assert call("rm", parent.id, "--yes").code == 0
    assert call("extend", one, "--epochs", 20, "--device", "cpu").code == 0
    done = call("run", file, "--again")
    assert (done.code, f"there is no run '{parent.id}'" in done.err) == (1, True)


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("{id}@tomorrow", "no checkpoint @tomorrow; RUN@STEP or RUN@epoch:EPOCH is accepted"),
        ("{id}@1000", "has no checkpoint at step 1000; the nearest are at"),
        ("nothing@3", "no run"),
    ],
)
def test_mistakes_are_told_in_one_line(parent, word, message):
    done = fork(word.format(id=parent.id))
    assert (done.code, message in done.err, done.err.count("\n")) == (1, True, 1)


def test_the_newest_run_can_be_meant(parent):
    assert call("fork", "@last").code == 1
    assert "give more with: --set epochs=112" in call("fork", f"@last@{parent.step}").err
