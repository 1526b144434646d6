import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grokscope.errors import NewerSchema, NotARun, Unreadable
from grokscope.events import Curves, Moment, Yardstick, outcomes
from grokscope.store.listing.summary import MetricRange, RunSummary, read_summary
from grokscope.store.lock import new_holder

NOW = 1_000_000.0


@pytest.fixture
def summary() -> RunSummary:
    step = np.arange(100)
    train, test = np.minimum(step / 20, 1), np.minimum(step / 60, 1)
    told = outcomes(Curves(step, step.astype(float), train, test), Yardstick(0.01, 1000), True)
    return RunSummary(
        id="run", path=Path("store/run"), name="modadd", title="Grokking", status="finished",
        reason="", task="modular_addition", model="mlp", seed=3,
        config={"model.init_scale": 10.0, "model.hidden": [4]}, time_unit="epoch", step=99,
        epoch=99.0, total_steps=None, total_epochs=200.0, created=NOW - 60, heartbeat=NOW,
        rate=2.0, metrics={"test_accuracy": MetricRange(1.0, 0.0, 1.0),
                           "train_loss": MetricRange(math.nan, math.nan, math.nan)},
        outcomes=told, moments={"speed_min": Moment(20, 20.0)}, checkpoints=5, disk_bytes=10,
        spark=(0.0, 1.0), generation=7,
    )  # fmt: skip


def reread(summary, state, holder=None, now=NOW):
    data = json.loads(json.dumps(summary.stored(state), allow_nan=False))
    return RunSummary.from_stored(summary.path, data, holder, now)


def test_what_is_stored_reads_back(summary):
    found = reread(summary, "finished")
    assert math.isnan(found.metrics["train_loss"].last)
    span = {"test_accuracy": MetricRange(1.0, 0.0, 1.0)}
    assert replace(found, metrics=span) == replace(summary, metrics=span)


def test_a_listing_has_times_regime_and_settings(summary):
    told = summary.as_json()
    expected = {
        "id": "run", "status": "finished", "t_train": 19.0, "t_test": 57.0, "t_grok": 38.0,
        "regime": "grokking", "regime_manning_coe": "grokking", "censored": False,
        "init_scale": 10.0, "test_accuracy": 1.0, "train_accuracy": None, "t_lost": None,
    }  # fmt: skip
    assert {key: told[key] for key in expected} == expected
    json.dumps(told, allow_nan=False)


@pytest.mark.parametrize("state", ["finished", "failed", "interrupted"])
def test_a_run_that_ended_is_believed(summary, state):
    assert reread(summary, state).status == state


def test_a_run_without_a_holder_that_did_not_end_is_dead(summary):
    assert reread(summary, "running").status == "dead"


@pytest.mark.parametrize(
    ("change", "age", "status"),
    [
        ({}, 5, "running"),
        ({}, 31, "stalled"),
        ({"pid": 2**22 + 1}, 5, "dead"),
        ({"boot": "earlier"}, 5, "dead"),
        ({"boot": "another machine's", "machine": ""}, 5, "running"),
        ({"boot": "another machine's", "machine": ""}, 31, "stalled"),
    ],
)
def test_status_is_derived_from_holder_and_heartbeat(summary, change, age, status):
    holder = replace(new_holder(), **change)
    assert reread(summary, "running", holder, NOW + age).status == status


def test_a_held_run_that_recorded_nothing_is_queued_for_as_long_as_its_process_lives(summary):
    waiting = replace(summary, metrics={})
    assert reread(waiting, "running", new_holder(), NOW + 3600).status == "queued"
    assert reread(waiting, "running", replace(new_holder(), started="0")).status == "dead"


def test_time_left_follows_from_rate(summary):
    assert replace(summary, status="running").eta == pytest.approx(50.5)
    assert summary.eta is None


@pytest.mark.parametrize("key", ["state", "step", "outcomes", "config", "metrics", "spark"])
def test_a_summary_that_lacks_something_is_damaged(summary, key):
    data = summary.stored("finished")
    del data[key]
    with pytest.raises(Unreadable, match="run 'run': its summary is damaged"):
        RunSummary.from_stored(summary.path, data, None, NOW)


@pytest.mark.parametrize("value", ["x", [], None, {"a": 1}])
def test_a_summary_of_another_shape_is_damaged(summary, value):
    data = summary.stored("finished") | {"metrics": value}
    with pytest.raises(Unreadable):
        RunSummary.from_stored(summary.path, data, None, NOW)


def test_a_newer_major_version_is_refused_by_name(summary):
    data = summary.stored("finished") | {"schema_version": "2.0.0"}
    with pytest.raises(NewerSchema, match=r"run has schema version 2\.0\.0; .* reads 1\.x"):
        RunSummary.from_stored(summary.path, data, None, NOW)
    data["schema_version"] = "1.9.3"
    assert RunSummary.from_stored(summary.path, data, None, NOW).step == 99


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_a_file_that_is_no_json_object_is_damaged(tmp_path, text):
    (tmp_path / "summary.json").write_bytes(text)
    with pytest.raises(Unreadable, match=r"summary\.json is damaged"):
        read_summary(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"step": math.inf},
        {"step": 10**400},
        {"epoch": math.inf},
        {"epoch": math.nan},
        {"created": 10**400},
        {"created": "yesterday"},
        {"total_steps": math.inf},
        {"moments": {"speed_min": [1]}},
        {"moments": {"speed_min": [math.inf, 1]}},
        {"outcomes": {"ceiling": {"rule": "ceiling"}}},
        {"spark": [[1]]},
        {"state": {}},
    ],
)
def test_numbers_that_are_none_are_damage(summary, change):
    data = json.loads(json.dumps(summary.stored("finished") | change))
    with pytest.raises(Unreadable, match="its summary is damaged"):
        RunSummary.from_stored(summary.path, data, None, NOW)


@pytest.mark.parametrize(
    ("field", "value"),
    [("train", {"step": "x", "epoch": 1}), ("last", [1, 2]), ("regime", "\x1b[2J"), ("regime", [])],
)
def test_an_outcome_of_another_shape_is_damage(summary, field, value):
    data = json.loads(json.dumps(summary.stored("finished")))
    data["outcomes"]["ceiling"][field] = value
    with pytest.raises(Unreadable, match="its summary is damaged") as caught:
        RunSummary.from_stored(summary.path, data, None, NOW)
    assert str(caught.value).isprintable()


def test_no_text_of_a_stranger_steers_the_terminal(summary):
    evil = "\x1b]0;x\x07\u202e\n"
    data = json.loads(json.dumps(summary.stored("finished")))
    for name in ("name", "title", "reason", "task", "model", "time_unit"):
        data[name] = evil * 1000
    data["config"] = {evil: [evil, {evil: evil}]}
    data["metrics"] = {evil: [1, 0, 1]}
    data["moments"] = {evil: [1, 1.0]}
    data["outcomes"] = {evil: data["outcomes"]["ceiling"] | {"rule": evil}}
    found = RunSummary.from_stored(summary.path, data, None, NOW)
    shown = json.dumps(found.as_json(), ensure_ascii=False) + repr(found).replace("PosixPath", "")
    assert shown.isprintable()
    assert len(found.name) == 1000
    assert found.outcomes["·]0;x···"].rule == "·]0;x···"


def test_a_setting_of_any_kind_survives_a_listing(summary):
    for value in ("big", None, [1], math.inf):
        found = reread(replace(summary, config={"model.init_scale": value}), "finished")
        json.dumps(found.as_json())
    assert replace(summary, config={"model.init_scale": "big"}).as_json()["init_scale"] == "big"
    told = replace(summary, config={"model.init_scale": math.inf, "a": [math.nan]}).as_json()
    assert (told["init_scale"], told["config"]) == (None, {"model.init_scale": None, "a": [None]})


def test_a_run_without_a_summary_and_no_run_are_told_apart(tmp_path):
    (tmp_path / "run").mkdir()
    with pytest.raises(Unreadable, match=r"^run 'run' has no summary\.json$"):
        read_summary(tmp_path / "run")
    with pytest.raises(NotARun, match=r"^there is no run 'none' in"):
        read_summary(tmp_path / "none")


def test_a_lock_that_cannot_be_read_leaves_a_run_to_its_heartbeat(begin, monkeypatch):
    writer = begin()
    writer.log(0, 0, {"a": 1})
    writer._presence.sum_up("running")
    monkeypatch.setattr(
        "grokscope.store.lock.read_small", lambda *a: (_ for _ in ()).throw(OSError(5))
    )
    assert read_summary(writer.path).status == "running"
