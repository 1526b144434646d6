from typing import get_args

from grokscope.events import Regime
from grokscope.store.listing.status import Status
from grokscope.store.query.fields import FIELDS, REGIMES, STATUSES, Fields
from tests.store.query.conftest import make


def test_all_statuses_and_regimes_can_be_asked_for():
    assert get_args(Status) == STATUSES
    assert get_args(Regime) == REGIMES


def test_every_run_answers_every_field(runs):
    for field in FIELDS.values():
        for run in runs:
            field.read(run)
    assert {name: FIELDS[name].read(runs[0]) for name in ("t_test", "regime", "eta")} == {
        "t_test": 57.0, "regime": "grokking", "eta": None,
    }  # fmt: skip


def test_what_every_run_has_goes_before_a_key_and_a_key_before_a_metric():
    config = {"status": "mine", "loss": 3, "model.name": "mlp"}
    fields = Fields([make("a", config=config)])
    run = fields.runs[0]
    assert fields.find("status").read(run) == "finished"
    assert fields.find("loss").read(run) == 3
    assert fields.find("model").read(run) == "mlp"
    assert fields.find("model.name").read(run) == "mlp"
    assert fields.find("val-loss").read(run) == 0.01
    assert fields.find("none") is None
    assert "val-loss" in fields
    assert "none" not in fields


def test_names_are_listed_once_each_and_mean_something(runs):
    names = list(Fields(runs).names())
    assert {"t_grok", "init_scale", "optimizer.lr", "val-loss", "speed_min"} <= set(names)
    assert all(name in Fields(runs) for name in names)
