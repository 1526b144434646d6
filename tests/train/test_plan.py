"""Plan: new runs are trained, finished ones reused, interrupted ones resumed."""

import pytest

from grokscope.errors import BadConfig, RunHeld
from grokscope.store.listing.summary import read_summary
from grokscope.store.recording.recorder import Recorder
from grokscope.store.writing.writer import RunWriter
from grokscope.train.plan import plan, plan_resume


def begin(one, store):
    """Return a writer of the run of an experiment."""
    split = one.split()
    return RunWriter.create(
        store, one.run_id, config=one.as_config(), yardstick=one.yardstick(split), layout=one.layout
    )


@pytest.mark.parametrize(
    ("ending", "action"), [("finished", "reuse"), ("failed", "reuse"), ("interrupted", "resume")]
)
def test_what_happens_to_a_run_follows_from_how_it_ended(small, tmp_path, ending, action):
    begin(small(), tmp_path).finish(ending)
    (planned,) = plan([small()], tmp_path)
    assert (planned.action, planned.path) == (action, tmp_path / small().run_id)
    assert plan_resume(read_summary(planned.path)).experiment == small()


def test_a_new_configuration_is_trained(small, tmp_path):
    begin(small(), tmp_path).finish("finished")
    (planned,) = plan([small("lr=1")], tmp_path)
    assert planned.action == "train"


def test_six_digits_that_coincide_do_not_make_two_experiments_one(small, tmp_path, monkeypatch):
    begin(small(), tmp_path).finish("finished")
    other, taken = small("lr=1"), small().run_id
    monkeypatch.setattr("grokscope.train.plan.run_id", lambda *_: taken)
    (planned,) = plan([other], tmp_path)
    assert (planned.action, planned.id) == ("train", f"{taken}-2")


def test_a_run_that_may_be_alive_elsewhere_is_taken_over_only_by_force(
    small, tmp_path, monkeypatch
):
    writer = begin(small(), tmp_path)
    monkeypatch.setattr("grokscope.store.lock.Holder.life", lambda self: "unknown")
    summary = read_summary(writer.path)
    with pytest.raises(RunHeld, match=r"grokscope resume .* --force"):
        plan_resume(summary)
    assert plan_resume(summary, force=True).force
    writer.finish("interrupted")


@pytest.mark.parametrize("force", [False, True])
def test_a_run_that_is_seen_to_be_trained_is_to_be_stopped_first(small, tmp_path, force):
    writer = begin(small(), tmp_path)
    with pytest.raises(RunHeld, match=f"grokscope stop {writer.id}, or train") as caught:
        plan_resume(read_summary(writer.path), force)
    assert "--force" not in str(caught.value)
    writer.finish("interrupted")


def test_a_loop_of_one_s_own_is_not_gone_on_with(tmp_path):
    with Recorder("mine", store=tmp_path) as recorder:
        recorder.log(0, train_loss=1.0)
    with pytest.raises(BadConfig, match="recorded by a loop of your own"):
        plan_resume(read_summary(recorder.path))


def test_again_makes_a_second_run(small, tmp_path):
    begin(small(), tmp_path).finish("finished")
    (planned,) = plan([small()], tmp_path, again=True)
    assert (planned.action, planned.id) == ("train", f"{small().run_id}-2")


def test_a_run_in_other_hands_is_refused(small, tmp_path):
    writer = begin(small(), tmp_path)
    with pytest.raises(RunHeld, match=f"{small().run_id} is being trained"):
        plan([small()], tmp_path)
    writer.finish("interrupted")


def test_a_run_in_other_hands_is_left_to_them_and_the_others_are_trained(small, tmp_path):
    writer = begin(small(), tmp_path)
    wanted = [small(), small("lr=1")]
    plans = plan(wanted, tmp_path)
    assert [(p.action, p.trains) for p in plans] == [("live", False), ("train", True)]
    shares = [plan(wanted, tmp_path, shard=(part, 2)) for part in (0, 1)]
    assert sorted(p.action for share in shares for p in share) == ["live", "train"]
    writer.finish("interrupted")


def test_the_same_experiment_twice_is_refused(small, tmp_path):
    with pytest.raises(BadConfig, match="asked for twice"):
        plan([small(), small()], tmp_path)
