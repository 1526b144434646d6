"""Runs whose curves, measures and outcome are given, an evaluation every ten epochs."""

import math
from pathlib import Path

import numpy as np
import xarray as xr

NAN = math.nan


class Run:
    """Stands for a trained run."""

    def __init__(
        self, test=(), measures=None, regime=None, seed=0, t_train=NAN, t_test=NAN, **curves
    ):
        curves = {"test_accuracy": test} | curves
        count = max(len(values) for values in curves.values())
        drawn = {
            name: ("step", np.array(values, float))
            for name, values in curves.items()
            if len(values)
        }
        self.path = Path(f"run-s{seed}")
        self.metrics = xr.Dataset(drawn, {"epoch": ("step", np.arange(count) * 10.0)})
        self.measures = measures or {}
        outcome = type("Outcome", (), {"regime": regime})
        self.summary = type("Summary", (), {"outcomes": {"ceiling": outcome}})
        self.grokked, self.steady = (
            NAN if regime is None else float(regime == name) for name in ("grokking", "steady")
        )
        self.seed, self.t_train, self.t_test = seed, t_train, t_test
        self.device = "cpu"

    def measure(self, text):
        """Return what was given under a request, one value for each checkpoint or labelled."""
        given = self.measures[text.strip()]
        return given if isinstance(given, xr.DataArray) else labelled(given)


def labelled(values):
    """Return values at checkpoints ten epochs apart."""
    epoch = np.arange(len(values)) * 10.0
    return xr.DataArray(np.array(values, float), {"epoch": ("checkpoint", epoch)}, ["checkpoint"])


def by(dim, **parts):
    """Return a measure with one more dim, for each of its labels the values at checkpoints."""
    whole = [labelled(values).expand_dims({dim: [label]}) for label, values in parts.items()]
    return xr.concat(whole, dim)
