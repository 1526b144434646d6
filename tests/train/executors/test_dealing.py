"""Dealing: even, complete, and with runs of equal shape side by side."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.config import Experiment, override
from grokscope.train.executors.dealing import LEAST, cost, deal
from grokscope.train.plan import Plan
from tests.conftest import SMALL


def planned(*words):
    one = override(Experiment.from_config(SMALL), words)
    return Plan(one, one.run_id, "train", Path(one.run_id))


def test_a_sweep_of_one_shape_is_dealt_evenly_and_whole():
    plans = [planned(f"seed={seed}") for seed in range(10)]
    parts = deal(plans, 4)
    assert sorted(len(part) for part in parts) == [2, 2, 3, 3]
    assert sorted(p.id for part in parts for p in part) == sorted(p.id for p in plans)


def test_runs_of_one_shape_stay_together():
    plans = [planned(f"seed={s}", f"hidden={h}") for s in range(4) for h in (24, 25)]
    shapes = [{p.experiment.model.hidden for p in part} for part in deal(plans, 2)]
    assert shapes[0] == {(25,)}
    assert all(len(shape) == 1 for shape in shapes)
    assert len(deal(plans, 1, at_once=True)) == 1


def test_the_longest_run_comes_first_whatever_it_seems_to_cost():
    plans = [planned(f"seed={s}", "epochs=90") for s in range(6)] + [planned("epochs=2")]
    parcels = deal(plans, 2, lambda plan: 80 if plan.experiment.training.epochs == 2 else 20)
    assert [len(parcel) for parcel in parcels] == [1, 1, 1, 1, 1, 1, 1]
    assert parcels[0] == plans[-1:]
    # of the 120 that are left, half of a process' share is 30
    parcels = deal(plans, 2, lambda plan: 80 if plan.experiment.training.epochs == 2 else 10)
    assert [len(parcel) for parcel in parcels] == [1, 1, 1, 1, 1, 1, 1]


@given(
    st.lists(st.integers(1, 200), min_size=1, max_size=30),
    st.integers(1, 8),
    st.lists(st.floats(0.01, 1), min_size=30, max_size=30),
)
def test_whoever_is_done_takes_the_next_and_all_end_together(epochs, processes, speeds):
    plans = [planned(f"seed={i}", f"epochs={n}") for i, n in enumerate(epochs)]
    parcels = deal(plans, processes)
    assert sorted(p.id for part in parcels for p in part) == sorted(p.id for p in plans)
    ends = [0.0] * processes
    for parcel in parcels:
        assert parcel
        ends[ends.index(min(ends))] += sum(cost(p.experiment) for p in parcel)
    most = max(cost(p.experiment) for p in plans)
    fair = sum(cost(p.experiment) for p in plans) / processes
    assert max(ends) <= fair * (1 + LEAST) + most * 1.001


@pytest.mark.parametrize("word", ["epochs=24", "train_fraction=0.6"])
def test_longer_runs_and_more_data_are_more_work(word):
    assert cost(planned(word).experiment) > cost(planned("train_fraction=0.3").experiment)
