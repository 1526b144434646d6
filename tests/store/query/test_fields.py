from typing import get_args

import pytest
import xarray as xr

from grokscope.errors import BadQuery
from grokscope.events import Regime
from grokscope.measures import MEASURES
from grokscope.store.listing.status import Status
from grokscope.store.query.fields import FIELDS, MEASURED, REGIMES, STATUSES, Fields
from tests.store.query.conftest import make


def test_all_statuses_and_regimes_can_be_asked_for():
    assert get_args(Status) == STATUSES
    assert get_args(Regime) == REGIMES


def test_what_turning_points_are_measured_by_is_what_finds_them():
    epoch = ("checkpoint", [0.0, 1.0, 2.0, 3.0])
    speed = xr.DataArray([3.0, 1.0, 5.0, 2.0], {"epoch": epoch}, "checkpoint")
    found = {
        (moment, name)
        for name, measure in MEASURES.items()
        if measure.moments is not None
        for moment in measure.moments(speed)
    }
    assert found == set(MEASURED.items())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("speed_min", "no run here has speed_min yet; `grokscope measure RUN fisher_speed` finds"),
        ("weight_norm", "no run here recorded weight_norm$"),
        ("speed_mn", "did you mean 'speed_min'"),
        ("seven", "no run has a field 'seven'; fields are"),
    ],
)
def test_a_known_field_that_no_run_has_is_told_as_such(name, said):
    fields = Fields([make("a", moments={})])
    with pytest.raises(BadQuery, match=said):
        fields.field(name, f"{name}>1", (0, len(name)))


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
