"""Before training: what each run differs in, how many there are, and what they will take."""

import json

import pytest

from grokscope.cli.planning import STARTING, Forecast, _starting, forecast, print_plan
from grokscope.errors import BadConfig
from grokscope.store.listing.room import human
from grokscope.train.estimate import pace_of, windows
from grokscope.train.plan import plan
from tests.cli.conftest import SMALL, call
from tests.train.test_plan import begin

GRID = ["run", "modadd-grok", *SMALL, "--sweep", "init_scale=1,10", "--sweep", "seed=0:2"]


def test_a_dry_run_tells_each_run_and_writes_nothing(store, tmp_path):
    done = call(*GRID, "--dry-run", "--store", tmp_path / "none")
    assert done.code == 0
    head, *rows, last = done.out.splitlines()
    assert head.split() == ["id", "action", "init_scale", "seed.root"]
    assert [row.split()[1:] for row in rows] == [
        ["train", "1", "0"],
        ["train", "1", "1"],
        ["train", "10", "0"],
        ["train", "10", "1"],
    ]
    assert last.startswith("4 runs: 4 to train; about ")
    assert "(a trial of one modadd-grok run)" in last
    assert not (tmp_path / "none").exists()


def test_the_plan_of_a_store_that_holds_some_is_told_as_json(small, tmp_path, capsys):
    plans = plan([small(), small("lr=1")], tmp_path)
    print_plan(plans, forecast(plans, 2, pace_of(plans, tmp_path, lambda one: 0.5)), as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["runs"], told["train"], told["reuse"]) == (2, 2, 0)
    assert told["seconds"] == pytest.approx(12 * 0.5 + _starting(2))
    assert [run["differs"] for run in told["plan"]] == [
        {"optimizer.lr": 0.01},
        {"optimizer.lr": 1.0},
    ]


def test_a_run_that_others_train_is_told_and_takes_no_time(small, tmp_path, capsys):
    writer = begin(small(), tmp_path)
    plans = plan([small(), small("lr=1")], tmp_path)
    told = forecast(plans, 2, pace_of(plans, tmp_path, lambda one: 0.5))
    assert told.line().startswith("2 runs: 1 to train, 1 being trained elsewhere; about 6s")
    print_plan(plans, told, as_json=False)
    rows = capsys.readouterr().out.splitlines()[1:3]
    assert sorted(row.split()[1] for row in rows) == ["live", "train"]
    writer.finish("interrupted")
    assert forecast(plans[:1], 2, None).line() == "1 run: 1 being trained elsewhere"


def test_without_a_trial_an_unknown_time_is_said_to_be(small, tmp_path):
    told = forecast(plan([small()], tmp_path), 1, None)
    assert told.seconds is None
    assert told.line().startswith("1 run: 1 to train; time unknown, about ")


def test_what_a_trial_refuses_training_would(small, tmp_path):
    def refuse(one):
        raise BadConfig(one.name)

    with pytest.raises(BadConfig, match="small"):
        pace_of(plan([small()], tmp_path), tmp_path, refuse)


def test_windows_of_flight_recorders_are_told_as_an_upper_bound(small, tmp_path):
    plans = plan([small("record.flight=5", "epochs=300", "dense_until=0")], tmp_path)
    told = forecast(plans, 1, None)
    assert told.flight_bytes == windows(plans)
    assert f", and at most {human(told.flight_bytes)} in flight recorders' windows" in told.line()


def test_processes_take_time_to_start_and_more_where_they_share_cores(monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    assert [_starting(jobs) for jobs in (1, 2, 4, 8)] == [0, STARTING, STARTING, 2 * STARTING]


def test_nothing_to_do_takes_no_time():
    assert Forecast(3, 0, 0, 3, None, "", 0).line() == "3 runs: 3 reused"
