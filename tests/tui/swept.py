"""A sweep as a listing tells it: initial weights x weight decay x seeds, in every regime."""

from pathlib import Path

import pytest

from grokscope.events import Moment, Outcome
from grokscope.store.listing.ranges import MetricRange
from grokscope.store.listing.summary import RunSummary
from grokscope.tui.session import Session

SCALE, DECAY = "model.init_scale", "optimizer.weight_decay"
ENDED = 150
CELLS = {
    (0, 0.3): ("grokking", 6, 19),
    (0, 1): ("partial", 7, None),
    (0, 30): ("memorised", 55, None),
    (1e-4, 0.3): ("steady", 7, 12),
    (1e-4, 1): ("grokking", 7, 32),
    (1e-4, 30): ("memorised", 52, None),
    (1e-3, 0.3): ("untrained", None, None),
    (1e-3, 1): ("steady", 7, 10),
}
"""Regime, t_train and t_test by decay and scale; one cell is missing."""


def moment(time):
    return None if time is None else Moment(52 * time, float(time))


def summary(id, config, regime, t_train, t_test, *, status="finished", seed=0):
    """A run; the accuracy is that of its regime."""
    last = {"grokking": 1.0, "steady": 1.0, "partial": 0.73}.get(regime, 0.05)
    times = (moment(t_train), moment(t_test), None)
    rule = Outcome(
        "ceiling", regime, "epoch", *times, 0.95, 0.95, 1.0, last, 0.04, moment(ENDED), moment(0)
    )
    return RunSummary(
        id, Path("/nowhere") / id, "demo", "", status, "", "modular_addition", "mlp", seed,
        {"name": "demo", **config, "seed.root": seed}, "epoch", 52 * ENDED, float(ENDED),
        52 * ENDED, float(ENDED), 1.7e9, 1.7e9, None,
        {name: MetricRange(last, 0.0, last) for name in ("test_accuracy", "weight_norm")},
        {"ceiling": rule},
    )  # fmt: skip


def runs(seeds=3, cells=CELLS):
    """The sweep; of the first cell the last seed is steady, and so later by no more than 6."""
    found = []
    for (decay, scale), (regime, t_train, t_test) in cells.items():
        for seed in range(seeds):
            told = (regime, t_train, t_test and t_test + seed)
            if (decay, scale) == (0, 0.3) and seed == seeds - 1 > 0:
                told = ("steady", 6, 12)
            config = {SCALE: scale, DECAY: decay}
            found.append(summary(f"demo-{scale}-{decay}-s{seed}", config, *told, seed=seed))
    return found


def looked_at(found=None):
    """A session on the sweep, or on other runs."""
    session = Session(Path("store"))
    session.listed(runs() if found is None else found, {})
    return session


def text(lines):
    """Lines of spans as text."""
    return ["".join(part for part, _ in line).rstrip() for line in lines]


@pytest.fixture
def swept(monkeypatch, tmp_path):
    """A store that lists the sweep."""
    found = runs()
    for one in found:
        (tmp_path / one.id).mkdir()
    monkeypatch.setattr(
        "grokscope.store.listing.catalogue.Catalogue.refresh", lambda catalogue: found
    )
    return tmp_path
