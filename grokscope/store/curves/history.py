"""What one run has logged so far, in memory: columns that grow, and what they sum up to."""

import struct
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

TIMES = struct.Struct("<qdd")
"""Step, epoch and wall time."""
MOST_WAITING = 1 << 14
"""Values of rows that wait to be brought into their columns together."""


class History:
    """Rows in order of their steps."""

    def __init__(self) -> None:
        self._step = np.empty(FIRST_ROWS, np.int64)
        self._epoch = np.empty(FIRST_ROWS)
        self._wall = np.empty(FIRST_ROWS)
        self._values: dict[str, NDArray[np.float64]] = {}
        self._ranges: dict[str, MetricRange] = {}
        self._ranged = 0
        self._names: tuple[str, ...] = ()
        # a row is one place in memory, where its columns are dozens
        self._waiting: list[bytes] = []
        self._settled = 0

    @classmethod
    def of(cls, metrics: Metrics, until: int) -> "History":
        """Return the rows of stored curves whose step is at most `until`."""
        history = cls()
        size = history._settled = int(np.searchsorted(metrics.step, until, side="right"))
        history._step = np.resize(metrics.step[:size], max(size, FIRST_ROWS)).astype(np.int64)
        history._epoch = np.resize(metrics.epoch[:size], max(size, FIRST_ROWS))
        history._wall = np.resize(metrics.wall_time[:size], max(size, FIRST_ROWS))
        for name, curve in metrics.curves.items():
            history._values[name] = np.full(max(size, FIRST_ROWS), np.nan)
            history._values[name][:size] = curve.values[:size]
        history._names = tuple(history._values)
        return history

    @property
    def size(self) -> int:
        """Number of rows."""
        return self._settled + len(self._waiting)

    @property
    def last_step(self) -> int:
        """Step of the newest row; -1 where there is none."""
        last = self.last
        return -1 if last is None else last.step

    @property
    def last(self) -> Row | None:
        """The newest row, without its values."""
        if self._waiting:
            step, epoch, wall_time = TIMES.unpack_from(self._waiting[-1])
            return Row(step, epoch, wall_time, {})
        if not self._settled:
            return None
        i = self._settled - 1
        return Row(int(self._step[i]), float(self._epoch[i]), float(self._wall[i]), {})

    @property
    def ranges(self) -> dict[str, MetricRange]:
        """Last, least and greatest value of each curve."""
        self._settle()
        for name, values in self._values.items():
            known = self._ranges.get(name, NOTHING)
            self._ranges[name] = known.after(values[self._ranged : self.size])
        self._ranged = self.size
        return dict(self._ranges)

    def append(self, row: Row) -> None:
        """Add a row whose step is greater than all before it; wholly, or where it raises, not."""
        if tuple(row.values) != self._names and not row.values.keys() <= set(self._names):
            self._settle()
            for name in row.values:
                self._values.setdefault(name, np.full(self._step.size, np.nan))
            self._names = tuple(self._values)
        times, numbers = (row.step, row.epoch, row.wall_time), row.under(self._names)
        self._waiting.append(struct.pack(f"<qdd{len(numbers)}d", *times, *numbers))
        if len(self._waiting) * len(numbers) > MOST_WAITING:
            self._settle()

    def curves(self) -> Curves | None:
        """Return the evaluations that events are found on, or None where there are none."""
        names = ("train_accuracy", "test_accuracy")
        self._settle()
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
        self._settle()
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

    def _settle(self) -> None:
        """Bring the rows that wait into their columns."""
        if not self._waiting:
            return
        size = self.size
        while self._step.size < size:
            self._grow()
        form = [("step", "<i8"), ("times", "<f8", 2), ("values", "<f8", len(self._names))]
        rows, new = np.frombuffer(b"".join(self._waiting), form), slice(self._settled, size)
        self._step[new] = rows["step"]
        self._epoch[new], self._wall[new] = rows["times"].T
        for name, column in zip(self._names, rows["values"].T, strict=True):
            self._values[name][new] = column
        self._waiting, self._settled = [], size

    def _grow(self) -> None:
        more = self._step.size
        self._step = np.concatenate([self._step, np.empty(more, np.int64)])
        self._epoch = np.concatenate([self._epoch, np.empty(more)])
        self._wall = np.concatenate([self._wall, np.empty(more)])
        for name, values in self._values.items():
            self._values[name] = np.concatenate([values, np.full(more, np.nan)])
