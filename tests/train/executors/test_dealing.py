"""Dealing: even, complete, and with runs of equal shape side by side."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.config import Experiment, override
from grokscope.train.executors.dealing import cost, deal
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
    assert shapes == [{(24,)}, {(25,)}]


@given(st.lists(st.integers(1, 200), min_size=1, max_size=30), st.integers(1, 8))
def test_no_part_has_more_than_its_share_and_one_run(epochs, parts):
    plans = [planned(f"seed={i}", f"epochs={n}") for i, n in enumerate(epochs)]
    dealt = deal(plans, parts)
    assert sorted(p.id for part in dealt for p in part) == sorted(p.id for p in plans)
    most = max(cost(p.experiment) for p in plans)
    fair = sum(cost(p.experiment) for p in plans) / parts
    assert all(0 < sum(cost(p.experiment) for p in part) <= fair + most * 1.001 for part in dealt)


@pytest.mark.parametrize("word", ["epochs=24", "train_fraction=0.6"])
def test_longer_runs_and_more_data_are_more_work(word):
    assert cost(planned(word).experiment) > cost(planned("train_fraction=0.3").experiment)
