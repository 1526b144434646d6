"""What one run has logged so far, in memory: columns that grow, and what they sum up to."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from grokscope.events import Curves
from grokscope.store.curves.reader import Metrics
from grokscope.store.listing.ranges import NOTHING, MetricRange
from grokscope.store.listing.summary import SPARK
from grokscope.store.schema import Group, Variable, metric
from grokscope.store.wal import Row

FIRST_ROWS = 256
"""Evaluations that there is room for at first; it doubles when full."""


class History:
    """Rows in order of their steps."""

    def __init__(self) -> None:
        self.size = 0
        self._step = np.empty(FIRST_ROWS, np.int64)
        self._epoch = np.empty(FIRST_ROWS)
        self._wall = np.empty(FIRST_ROWS)
        self._values: dict[str, NDArray[np.float64]] = {}
        self._ranges: dict[str, MetricRange] = {}
        self._ranged = 0

    @classmethod
    def of(cls, metrics: Metrics, until: int) -> "History":
        """Return the rows of stored curves whose step is at most `until`."""
        history = cls()
        size = history.size = int(np.searchsorted(metrics.step, until, side="right"))
        history._step = np.resize(metrics.step[:size], max(size, FIRST_ROWS)).astype(np.int64)
        history._epoch = np.resize(metrics.epoch[:size], max(size, FIRST_ROWS))
        history._wall = np.resize(metrics.wall_time[:size], max(size, FIRST_ROWS))
        for name, curve in metrics.curves.items():
            history._values[name] = np.full(max(size, FIRST_ROWS), np.nan)
            history._values[name][:size] = curve.values[:size]
        return history

    @property
    def last_step(self) -> int:
        """Step of the newest row; -1 where there is none."""
        return int(self._step[self.size - 1]) if self.size else -1

    @property
    def last(self) -> Row | None:
        """The newest row, without its values."""
        if not self.size:
            return None
        i = self.size - 1
        return Row(int(self._step[i]), float(self._epoch[i]), float(self._wall[i]), {})

    @property
    def ranges(self) -> dict[str, MetricRange]:
        """Last, least and greatest value of each curve."""
        for name, values in self._values.items():
            known = self._ranges.get(name, NOTHING)
            self._ranges[name] = known.after(values[self._ranged : self.size])
        self._ranged = self.size
        return dict(self._ranges)

    def append(self, row: Row) -> None:
        """Add a row whose step is greater than all before it."""
        i = self.size
        if i == self._step.size:
            self._grow()
        self._step[i], self._epoch[i], self._wall[i] = row.step, row.epoch, row.wall_time
        for name, value in row.values.items():
            if name not in self._values:
                self._values[name] = np.full(self._step.size, np.nan)
            self._values[name][i] = value
        self.size += 1

    def curves(self) -> Curves | None:
        """Return the evaluations that events are found on, or None where there are none."""
        names = ("train_accuracy", "test_accuracy")
        if not all(name in self._values for name in names):
            return None
        train, test = (self._values[name][: self.size] for name in names)
        both = np.isfinite(train) & np.isfinite(test)
        step, epoch = self._step[: self.size], self._epoch[: self.size]
        return Curves(step[both], epoch[both], train[both], test[both])

    def spark(self) -> tuple[float, ...]:
        """Return at most 64 values of test accuracy, evenly spaced, the last among them."""
        curves = self.curves()
        if curves is None or not curves.step.size:
            return ()
        count = min(SPARK, curves.step.size)
        at = np.linspace(0, curves.step.size - 1, count).round().astype(int)
        return tuple(round(float(value), 4) for value in curves.test_accuracy[at])

    def group(self, loss: str = "") -> Group:
        """Return the rows as `/metrics`; rows are never changed, so nothing is copied.

        Parameters
        ----------
        loss : str
            See `schema.metric`.
        """
        times: Mapping[str, Variable] = {
            "step": Variable(
                ("step",),
                self._step[: self.size],
                {"long_name": "optimizer step", "units": "1", "unit_label": "step"},
            ),
            "epoch": Variable(
                ("step",),
                self._epoch[: self.size],
                {"long_name": "epoch", "units": "1", "unit_label": "epoch"},
            ),
            "wall_time": Variable(
                ("step",),
                self._wall[: self.size],
                {"long_name": "time since the run began", "units": "s"},
            ),
        }
        return Group(
            dict(times)
            | {
                name: Variable(
                    ("step",),
                    values[: self.size],
                    metric(name, loss).attrs | {"coordinates": "epoch wall_time"},
                )
                for name, values in self._values.items()
            }
        )

    def _grow(self) -> None:
        more = self._step.size
        self._step = np.concatenate([self._step, np.empty(more, np.int64)])
        self._epoch = np.concatenate([self._epoch, np.empty(more)])
        self._wall = np.concatenate([self._wall, np.empty(more)])
        for name, values in self._values.items():
            self._values[name] = np.concatenate([values, np.full(more, np.nan)])
