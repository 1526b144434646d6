"""Estimate: what runs will take is told from their experiments, and is close to what they take."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.config import Experiment, override
from grokscope.config.sections import Fork
from grokscope.store.listing.summary import read_summary
from grokscope.store.writing.rundir import disk_bytes
from grokscope.train.checkpoints import kept_epochs
from grokscope.train.course import Due
from grokscope.train.ensemble import initial_state
from grokscope.train.estimate import (
    SLOTS,
    demand,
    pace_of,
    still_needed,
    windows,
)
from grokscope.train.forks import plan_forks
from grokscope.train.optimisers import OPTIMISERS
from grokscope.train.plan import plan
from grokscope.train.session import train
from grokscope.train.stop import Stop
from tests.conftest import SMALL


def test_a_demand_follows_the_experiment(small):
    one = small("epochs=30", "dense_until=10")
    wanted = demand(one)
    assert wanted.checkpoints == len(kept_epochs(one.record, 30))
    assert (wanted.parameters, wanted.evaluations, wanted.slots) == (one.layout.size, 31, 2)
    # 0, 7, 14, 21, 28 and the last
    assert demand(small("epochs=30", "evaluate_every=7")).evaluations == 6


@given(st.integers(1, 60), st.integers(1, 70), st.integers(0, 59))
def test_evaluations_are_those_that_are_due(epochs, every, first):
    first = min(first, epochs - 1)
    fork = Fork(parent="x", parent_digest="", step=first, epoch=first, checkpoint="")
    one = override(Experiment.from_config(SMALL), [f"epochs={epochs}", f"evaluate_every={every}"])
    due = Due(epochs, every, lambda epoch: False, [])
    expected = {first, *filter(due.evaluated, range(first, epochs + 1))}
    assert demand(replace(one, fork=fork if first else None)).evaluations == len(expected)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_optimiser_state_counts_as_resume_points_hold_it(small, name):
    one = small(f"optimizer.name={name}")
    assert demand(one).slots == len(initial_state(one).slots) == SLOTS[name]


def test_what_a_run_took_is_close_to_its_estimate_and_nothing_is_needed_any_more(small, tmp_path):
    plans = plan([small("epochs=20", "dense_until=20", "hidden=[64]")], tmp_path)
    before = still_needed(plans)
    train(plans, tmp_path, device="cpu", notify=lambda line: None)
    wanted = demand(plans[0].experiment)
    assert before == wanted.kept + wanted.passing
    assert 0.5 < wanted.kept / disk_bytes(plans[0].path) < 2
    assert still_needed(plans) == 0


def test_only_so_many_runs_are_compacted_at_once(small, tmp_path):
    plans = plan([small(f"seed={seed}") for seed in range(4)], tmp_path)
    wanted = demand(plans[0].experiment)
    assert still_needed(plans, at_once=2) == 4 * wanted.kept + 2 * wanted.passing


def finished(one, store, rate):
    """Leave a run that went so many epochs a second."""
    (planned,) = plan([one], store)
    train([planned], store, device="cpu", notify=lambda line: None)
    file = planned.path / "summary.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"rate": rate}))
    return planned


def test_time_follows_from_a_finished_run_of_equal_shape(small, tmp_path):
    known = finished(small("epochs=9"), tmp_path, rate=4.0)
    finished(small("epochs=2"), tmp_path, rate=4.0)
    plans = plan([small("epochs=9"), *(small(f"seed={s}", "lr=1") for s in range(5))], tmp_path)
    pace = pace_of(plans, tmp_path, None)
    assert pace.source == f"as fast as {known.id}"
    assert pace.time(plans, jobs=1) == pytest.approx(5 * 12 / 4)
    assert pace.time(plans, jobs=2) == pytest.approx(5 * 12 / 4 / 2)
    for other in ("hidden=[8]", 'record.measures=["weight_norm"]'):
        assert pace_of(plan([small(other)], tmp_path), tmp_path, None) is None
    assert pace_of(plans[:1], tmp_path, None) is None


def test_time_follows_from_a_trial_of_what_makes_up_most_of_the_work(small, tmp_path):
    tried = []

    def trial(one):
        tried.append(one.model.hidden)
        return 0.5

    plans = plan([small("hidden=[8]"), small(), small("seed=1")], tmp_path)
    pace = pace_of(plans, tmp_path, trial)
    assert tried == [(24,)]
    assert pace.time(plans[1:], jobs=1) == pytest.approx(2 * 12 * 0.5)
    assert 0 < pace.time(plans[:1], jobs=1) < 12 * 0.5
    assert pace_of([], tmp_path, trial) is None


def test_runs_whose_costs_do_not_compare_are_tried_apart(small, tmp_path):
    other = small("task.name=modular_arithmetic", "seed=2")
    plans = plan([small(), other, small("seed=1")], tmp_path)
    pace = pace_of(plans, tmp_path, lambda one: {"small": 0.5}.get(one.name) * (1 + one.seed.root))
    assert pace.source.count("a trial of one small run") == 2
    assert [pace.of(one) for one in plans] == pytest.approx([6, 18, 6])
    assert pace.time(plans, jobs=2) == pytest.approx(18)
    assert pace.time(plans, jobs=1) == pytest.approx(30)
    assert pace_of(plans, tmp_path, None) is None


def test_what_an_interrupted_run_did_already_takes_no_more_time(small, tmp_path):
    (planned,) = plan([small()], tmp_path)
    stop = Stop(also=iter([False] * 3 + [True] * 9).__next__)
    train([planned], tmp_path, device="cpu", stop=stop, notify=lambda line: None)
    plans = plan([small()], tmp_path)
    assert plans[0].action == "resume"
    pace = pace_of(plans, tmp_path, lambda one: 1.0)
    assert pace.time(plans, jobs=1) == pytest.approx(9)


def test_a_fork_needs_time_and_room_from_where_it_begins(small, tmp_path):
    (parent,) = plan([small("dense_until=12")], tmp_path)
    train([parent], tmp_path, device="cpu", notify=lambda line: None)
    told = read_summary(parent.path)
    forks = plan_forks(told, None, lambda one: [override(one, ["epochs=15", "dense_until=0"])])
    wanted = demand(forks[0].experiment)
    kept = sorted(kept_epochs(forks[0].experiment.record, 15))
    assert wanted.checkpoints == 1 + sum(epoch > 12 for epoch in kept)
    assert wanted.evaluations == 4
    pace = pace_of(forks, tmp_path / "none", lambda one: 1.0)
    assert pace.time(forks, jobs=1) == pytest.approx(3)
    assert pace.wholes(forks) == {forks[0].path: pytest.approx(15)}


def test_windows_hold_what_all_may_at_most_and_no_more_than_there_are_epochs(small, tmp_path):
    few, many = small("record.flight=5", "dense_until=0"), small("record.flight=5", "epochs=9000")
    row = 4 * few.layout.size
    for one in (few, many):
        most = min(32 * (5 + 10), one.training.epochs + 1 - demand(one).checkpoints)
        assert windows(plan([one, small()], tmp_path)) == most * row
