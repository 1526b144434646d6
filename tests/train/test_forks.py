"""Forks: a run goes on from a checkpoint of another, exactly, or with what was changed."""

import numpy as np
import pytest

from grokscope.config import override
from grokscope.errors import BadConfig, MissingData
from grokscope.store.checkpoints.resume import load_resume
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.curves.reader import read_metrics
from grokscope.store.listing.summary import read_summary
from grokscope.store.recording.recorder import Recorder
from grokscope.store.writing.writer import RunWriter
from grokscope.train.forks import Place, find_start, plan_forks
from grokscope.train.plan import plan
from grokscope.train.session import train
from grokscope.train.stop import Stop


def quiet(line):
    """Take a notice without showing it."""
    del line


def run(one, store, epochs=None):
    """Train a run, to its end or until so many epochs, and return its directory."""
    calls = iter(range(1000))
    stop = None if epochs is None else Stop(also=lambda: next(calls) >= epochs)
    store.mkdir(exist_ok=True)
    (planned,) = plan([one], store)
    train([planned], store, device="cpu", stop=stop, notify=quiet)
    return planned.path


def forked(parent, place, *changes, **options):
    """Train the fork of a run and return its directory."""
    (planned,) = plan_forks(
        read_summary(parent), place, lambda one: [override(one, changes)], **options
    )
    train([planned], parent.parent, device="cpu", notify=quiet)
    return planned.path


@pytest.mark.parametrize(
    "settings",
    [[], ["optimizer.name=adamw", "schedule=cosine", "warmup=3", "shuffle=true"], ["keep_norm=1"]],
)
def test_a_fork_without_a_change_is_the_uninterrupted_run_bit_for_bit(small, tmp_path, settings):
    one = small(*[s.replace("=1", "=true") if "keep" in s else s for s in settings])
    whole, parent = run(one, tmp_path / "whole"), run(one, tmp_path / "cut", epochs=7)
    fork = forked(parent, None)
    ours, theirs = open_trajectory(fork), open_trajectory(whole)
    assert ours.epoch.tolist() == [7, 8, 9, 10, 11, 12]
    np.testing.assert_array_equal(ours.checkpoints, theirs.checkpoints[7:])
    np.testing.assert_array_equal(ours.rows(slice(None)), theirs.rows(slice(None))[7:])
    mine, its = read_metrics(fork), read_metrics(whole)
    np.testing.assert_array_equal(mine.step, its.step[7:])
    for name, curve in its.curves.items():
        np.testing.assert_array_equal(mine.curves[name].values, curve.values[7:])
    ends = [load_resume(path).arrays for path in (fork, whole)]
    for name, values in ends[1].items():
        np.testing.assert_array_equal(ends[0][name], values)


def test_from_a_plain_checkpoint_the_optimiser_begins_anew_as_at_step_0(small, tmp_path):
    parent = run(small(), tmp_path)
    (planned,) = plan_forks(
        read_summary(parent), Place(4, "epoch"), lambda one: [override(one, ["epochs=5"])]
    )
    began = planned.experiment.fork
    assert (began.step, began.epoch, began.optimizer_since) == (24, 4, 24)
    path = forked(parent, Place(24), "epochs=5")
    assert path == planned.path
    # one step of fresh Adam moves every parameter that has a gradient by the learning rate
    full = forked(parent, Place(24), "epochs=5", "batch_size=0")
    before, after = open_trajectory(full).rows(slice(None))
    moved = np.abs(after - before)
    assert np.median(moved[moved > 1e-4]) == pytest.approx(1e-2, rel=1e-3)
    assert read_summary(full).step == read_summary(full).total_steps == 25


def test_steps_count_on_where_batches_change(small, tmp_path):
    parent = run(small(), tmp_path, epochs=5)
    path = forked(parent, None, "batch_size=8")
    (per_epoch,) = set(np.diff(read_metrics(path).step))
    assert read_metrics(path).step[0] == 30
    assert read_summary(path).total_steps == read_summary(path).step == 30 + 7 * per_epoch


def test_data_can_be_swapped_and_a_root_seed_leaves_step_0_as_it_was(small, tmp_path):
    parent = run(small("weight_decay_to=initial"), tmp_path, epochs=5)
    (planned,) = plan_forks(
        read_summary(parent), None, lambda one: [override(one, ["seed=7", "label_noise=0.5"])]
    )
    assert (planned.experiment.seed.root, planned.experiment.seed.init) == (7, 0)
    path = forked(parent, None, "seed=7", "label_noise=0.5")
    old, new = read_metrics(parent).curves["train_loss"], read_metrics(path).curves["train_loss"]
    assert new.values[0] > old.values[-1]
    np.testing.assert_array_equal(
        open_trajectory(path).rows(0), open_trajectory(parent).rows(slice(None))[-1]
    )


def test_a_norm_is_frozen_at_the_checkpoint(small, tmp_path):
    path = forked(run(small(), tmp_path, epochs=5), None, "keep_norm=true")
    norms = np.linalg.norm(open_trajectory(path).rows(slice(None)).astype(float), axis=1)
    np.testing.assert_allclose(norms, norms[0], rtol=1e-6)


def test_what_was_asked_for_before_is_found_again_though_the_parent_went_on(small, tmp_path):
    parent = run(small(), tmp_path, epochs=5)
    fork = forked(parent, None, "lr=0.1")
    began = find_start(fork, None).epoch
    run(small(), tmp_path)
    (planned,) = plan_forks(
        read_summary(parent), Place(30), lambda one: [override(one, ["lr=0.1"])]
    )
    assert (planned.path, planned.action, began) == (fork, "reuse", 12)
    (other,) = plan_forks(
        read_summary(parent), Place(30), lambda one: [override(one, ["lr=0.1"])], reset=True
    )
    assert other.action == "train"


def test_a_fork_of_a_fork_knows_since_when_its_optimiser_counts(small, tmp_path):
    parent = run(small(), tmp_path)
    child = forked(parent, Place(4, "epoch"), "epochs=8")
    (planned,) = plan_forks(
        read_summary(child), None, lambda one: [override(one, ["epochs=12", "weight_decay=0"])]
    )
    began = planned.experiment.fork
    assert (began.parent, began.step, began.optimizer_since) == (child.name, 48, 24)
    train([planned], tmp_path, device="cpu", notify=quiet)
    assert read_summary(planned.path).status == "finished"


def test_a_fork_killed_before_it_held_anything_begins_at_its_parent_again(
    small, tmp_path, monkeypatch
):
    parent = run(small(), tmp_path, epochs=5)
    with monkeypatch.context() as patch:
        patch.setattr("grokscope.train.seats._settle", lambda seat: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            forked(parent, None, "lr=0.1")
    (lost,) = (path for path in tmp_path.iterdir() if path != parent)
    (lost / "lock.json").unlink()
    path = forked(parent, None, "lr=0.1")
    assert (path, read_metrics(path).epoch[0], read_summary(path).epoch) == (lost, 5, 12)


def test_a_fork_begins_where_its_configuration_says_or_not_at_all(small, tmp_path):
    parent = run(small(), tmp_path, epochs=5)
    (planned,) = plan_forks(read_summary(parent), None, lambda one: [override(one, ["lr=0.1"])])
    run(small(), tmp_path)
    with pytest.raises(MissingData, match=r"optimiser's state at step 30 no more; fork it anew"):
        train([planned], tmp_path, device="cpu", notify=quiet)
    other = override(planned.experiment, [f"checkpoint={'0' * 64}"])
    with pytest.raises(MissingData, match="holds other parameters at step 30"):
        train(plan([other], tmp_path), tmp_path, device="cpu", notify=quiet)


@pytest.mark.parametrize(
    ("place", "changes", "message"),
    [
        (Place(20), [], r"no checkpoint at step 20; the nearest are at 12, 18, 24, 30"),
        (Place(99, "epoch"), [], r"no checkpoint at epoch 99; the nearest are at 11, 12"),
        (None, [], r"at step 72 is at epoch 12, and the fork is to have 12 epochs"),
        (Place(30), ["p=13"], r"do not fit the fork, whose mlp .* has hidden1.weight \[26, 24\]"),
        (Place(30), ["init_scale=2"], r"takes its parameters from run small-.*cannot change"),
        (Place(30), ["seed.init=2"], r"takes its parameters from run small-.*cannot change"),
    ],
)
def test_what_cannot_be_forked_is_refused_in_one_line(small, tmp_path, place, changes, message):
    parent = run(small(), tmp_path)
    with pytest.raises((BadConfig, MissingData), match=message):
        plan_forks(read_summary(parent), place, lambda one: [override(one, changes)])


def test_a_loop_of_one_s_own_and_a_run_without_checkpoints_are_refused(small, tmp_path):
    with Recorder("mine", store=tmp_path) as recorder:
        recorder.log(0, train_loss=1.0)
    with pytest.raises(BadConfig, match="recorded by a loop of your own"):
        plan_forks(read_summary(recorder.path), None, lambda one: [one])
    with pytest.raises(MissingData, match="holds no checkpoint that could be gone on from"):
        find_start(recorder.path, None)


def test_parameters_that_are_not_finite_are_refused(small, tmp_path):
    one = small()
    yardstick = one.yardstick(one.split())
    with_nan = np.full(one.layout.size, np.nan, np.float32)
    writer = RunWriter.create(
        tmp_path, "hurt", config=one.as_config(), yardstick=yardstick, layout=one.layout
    )
    writer.checkpoint(3, 1, with_nan)
    writer.finish("failed")
    with pytest.raises(BadConfig, match="at step 3 holds parameters that are not finite"):
        find_start(writer.path, None)
