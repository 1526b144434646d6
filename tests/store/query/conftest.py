"""A listing of runs to query, in memory."""

import math
from pathlib import Path

import pytest

from grokscope.events import Moment, Outcome
from grokscope.store.keeping.annotations import Annotations
from grokscope.store.listing.summary import MetricRange, RunSummary


def outcome(rule, regime, train, test):
    """Return an outcome told in epochs, ten steps each."""
    moments = [None if at is None else Moment(10 * at, float(at)) for at in (train, test, None)]
    return Outcome(rule, regime, "epoch", *moments, 0.95, 0.95, 1.0, 1.0, 0.1, Moment(2000, 200.0))


def make(id, *, age=0.0, regime="grokking", times=(12, 57), scale=10.0, **changes):
    """Return a finished run as listings have it."""
    accuracy, loss = changes.pop("accuracy", 1.0), changes.pop("loss", 0.01)
    values = {
        "id": id, "path": Path("store") / id, "name": id.rpartition("-s")[0], "title": "a title",
        "status": "finished", "reason": "", "task": "modular_addition", "model": "mlp", "seed": 0,
        "config": {"name": id, "task.name": "modular_addition", "task.p": 113,
                   "model.name": "mlp", "model.init_scale": scale, "model.hidden": [512],
                   "model.bias": True, "optimizer.name": "adam", "optimizer.lr": 0.005,
                   "optimizer.momentum": 0.0, "seed.root": 0, "seed.init": None},
        "time_unit": "epoch", "step": 2000, "epoch": 200.0, "total_steps": 2000,
        "total_epochs": 200.0, "created": 1_700_000_000.0 - age, "heartbeat": 1_700_000_000.0,
        "rate": 2.0,
        "metrics": {"test_accuracy": MetricRange(accuracy, 0.0, 1.0),
                    "val-loss": MetricRange(loss, loss / 2, 5.0)},
        "outcomes": {"ceiling": outcome("ceiling", regime, *times),
                     "manning-coe": outcome("manning-coe", "grokking", *times)},
        "moments": {"speed_min": Moment(210, 21.0)}, "checkpoints": 5, "disk_bytes": 10_000_000,
    }  # fmt: skip
    return RunSummary(**(values | changes))


def four():
    """Return four runs, newest first."""
    tagged = Annotations(("draft", "paper"), "lr too large\nin the end", True)
    bare = make(
        "own-s0-cc", age=3, name="own", status="dead", task="", model="", metrics={},
        outcomes={}, moments={}, config={"x": "3d", "depth": 4}, rate=None, disk_bytes=0,
    )  # fmt: skip
    return [
        make("modadd-grok-s0-aa", disk_bytes=3_000_000_000),
        make("modadd-steady-s0-bb", age=1, regime="steady", times=(5, 8), scale=1.0),
        make(
            "modadd-grok-s1-dd", age=2, regime=None, times=(13, None), scale="xavier", seed=1,
            status="running", accuracy=math.nan, annotations=tagged, checkpoints=7,
        ),
        bare,
    ]  # fmt: skip


@pytest.fixture
def runs():
    return four()
