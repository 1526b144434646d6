"""`extend`: a run goes on past its end as if it had been meant to, under its old name."""

import numpy as np
import pytest

from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.curves.reader import read_attrs, read_metrics
from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.listing.summary import read_summary
from tests.cli.conftest import SMALL, call

RUN = ["run", "modadd-grok", *SMALL, "--set", "dense_until=4"]


def longer(*words):
    return call(
        "run", "modadd-grok", *SMALL, "--set", "dense_until=4", "--set", "epochs=30", *words
    )


@pytest.fixture
def extended(store):
    """Return a run of 12 epochs that went on to 30."""
    assert call(*RUN).code == 0
    (run,) = Catalogue(store).refresh()
    done = call("extend", run.id, "--epochs", 30, "--device", "cpu")
    assert done.code == 0, done.err
    assert f"{run.id} goes on to 30 epochs" in done.err
    return run.path


def test_an_extended_run_equals_an_uninterrupted_longer_one_bit_for_bit(extended, tmp_path):
    assert longer("--store", tmp_path / "whole").code == 0
    (whole,) = (run.path for run in Catalogue(tmp_path / "whole").refresh())
    ours, theirs = open_trajectory(extended), open_trajectory(whole)
    there = np.isin(ours.checkpoints, theirs.checkpoints)
    # the last epoch of the shorter run stays
    per_epoch = read_summary(extended).step // 30
    assert set(ours.checkpoints[~there]) <= {12 * per_epoch}
    np.testing.assert_array_equal(ours.checkpoints[there], theirs.checkpoints)
    np.testing.assert_array_equal(ours.rows(slice(None))[there], theirs.rows(slice(None)))
    mine, its = read_metrics(extended), read_metrics(whole)
    np.testing.assert_array_equal(mine.epoch, its.epoch)
    for name, curve in its.curves.items():
        np.testing.assert_array_equal(mine.curves[name].values, curve.values)
    assert read_attrs(extended)["config_digest"] == read_attrs(whole)["config_digest"]


def test_its_files_tell_the_longer_run_and_the_doctor_is_content(extended):
    summary, attrs = read_summary(extended), read_attrs(extended)
    assert (summary.status, summary.epoch, summary.total_epochs) == ("finished", 30, 30)
    assert summary.config["training.epochs"] == 30
    assert attrs["total_steps"] == summary.step
    assert len(attrs["extended_from"]) == 64
    assert call("doctor", extended.name).code == 0


def test_both_its_configurations_find_it(extended, store):
    for done in (call(*RUN), longer()):
        assert (done.code, f"{extended.name} is finished already: reused" in done.err) == (0, True)
    assert len(Catalogue(store).refresh()) == 1
    assert call(*RUN, "--set", "epochs=20").code == 0
    assert len(Catalogue(store).refresh()) == 2


def test_a_run_can_be_extended_again_and_interrupted_on_the_way(extended, store, monkeypatch):
    from grokscope.train import stop

    held = property(lambda self: (extended / "lock.json").exists())
    with monkeypatch.context() as patch:
        patch.setattr(stop.Stop, "requested", held)
        assert call("extend", extended.name, "--epochs", 40, "--device", "cpu").code == 130
    summary = read_summary(extended)
    assert (summary.status, summary.epoch, summary.total_epochs) == ("interrupted", 30, 40)
    assert call("doctor", extended.name).code == 0
    # its first configuration goes on with it, to where it is to go now
    assert call(*RUN).code == 0
    summary = read_summary(extended)
    assert (summary.status, summary.epoch) == ("finished", 40)
    assert len(read_attrs(extended)["extended_from"].split()) == 2


@pytest.mark.parametrize(
    ("epochs", "change", "message"),
    [
        (12, [], "cannot be extended to 12 epochs: it is to have 12 epochs already"),
        (20, ["--set", "lr=1e30", "--set", "optimizer.name=sgd"], "it failed: diverged"),
        (20, ["--set", "schedule=cosine"], "its cosine schedule led to epoch 12"),
    ],
)
def test_what_would_not_be_the_longer_run_is_refused(store, epochs, change, message):
    call(*RUN, *change)
    done = call("extend", "@last", "--epochs", epochs)
    assert done.code == 1
    assert message in done.err


def test_a_run_without_a_resume_point_is_refused(store):
    call(*RUN)
    (run,) = Catalogue(store).refresh()
    for file in run.path.glob("resume*.h5"):
        file.unlink()
    done = call("extend", run.id, "--epochs", 20)
    assert (done.code, "has no resume point to go on from" in done.err) == (1, True)
