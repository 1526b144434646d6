"""What a dead run logged after its last summary, so that listings tell what opening it shows."""

import math
import os
import struct
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from grokscope.errors import GrokscopeError
from grokscope.events import Curves, Moment, Outcome, Yardstick, first_held, outcomes
from grokscope.store.listing.glance import DEFAULT_RULE
from grokscope.store.listing.ranges import NOTHING
from grokscope.store.schema import LOG_FILE
from grokscope.store.wal import FRAME_BYTES, ROW, VIEWED_BYTES, Row, check_mark, frames, open_log

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary

LISTED_BYTES = 1 << 22
"""Bytes of a log that a listing reads, four times what a log grows to once it is published; of a
longer one the end."""
HEAD_BYTES = 1 << 16
"""Bytes of its beginning then, which name its columns."""
_DAMAGE = (GrokscopeError, OSError, LookupError, TypeError, ValueError, ArithmeticError)


def caught_up(summary: "RunSummary", data: Mapping[str, Any]) -> "RunSummary":
    """Return the summary of a dead run with the rows that its log has after it.

    Step, epoch, ranges and events are then those of the log; one that cannot be read adds none.

    Parameters
    ----------
    data : dict
        What the summary's file holds.
    """
    try:
        rows = _rising(log_end(summary.path / LOG_FILE))
        new = [row for row in rows if row.step > summary.step]
        if not new:
            return summary
        ranges = dict(summary.metrics)
        for name in dict.fromkeys(name for row in new for name in row.values):
            values = np.array([row.values.get(name, np.nan) for row in new])
            ranges[name] = ranges.get(name, NOTHING).after(values)
        found = _outcomes(summary, rows, data)
        last = new[-1]
        return replace(summary, step=last.step, epoch=last.epoch, metrics=ranges, outcomes=found)
    except _DAMAGE:
        return summary


def log_end(path: Path) -> list[Row]:
    """Return the rows of a log, or those near the end of one longer than `LISTED_BYTES`.

    Raises
    ------
    FileNotFoundError
        If there is none.
    Unreadable, NewerSchema, OlderSchema
        If it cannot be read.
    """
    with open_log(path, VIEWED_BYTES) as file:
        whole = os.fstat(file.fileno()).st_size <= LISTED_BYTES
        data = file.read(LISTED_BYTES if whole else HEAD_BYTES)
        check_mark(data, path)
        found = list(frames(data))
        if not whole and found:
            columns = found[-1][1]
            file.seek(-LISTED_BYTES, os.SEEK_END)
            end = memoryview(file.read(LISTED_BYTES))
            found = list(frames(end[_first_row(end, columns) :], 1, columns))
        if not found:
            # columns that came later are named somewhere between
            file.seek(0)
            found = list(frames(file.read()))
    return [row for _, _, row in found if row is not None]


def _rising(rows: list[Row]) -> list[Row]:
    """Return the rows that come after all before them, at times that are numbers."""
    found: list[Row] = []
    for row in rows:
        if (not found or row.step > found[-1].step) and math.isfinite(row.epoch):
            found.append(row)
    return found


def _first_row(data: memoryview, columns: tuple[str, ...]) -> int:
    """Return where the first whole row of these columns begins, the end where none does."""
    whole = bytes(data)
    length = struct.pack("<I", ROW.size + 8 * len(columns))
    at = whole.find(length)
    while at >= 0 and next(frames(data[at : at + FRAME_BYTES], 1, columns), None) is None:
        at = whole.find(length, at + 1)
    return at if at >= 0 else len(whole)


def _outcomes(
    summary: "RunSummary", rows: list[Row], data: Mapping[str, Any]
) -> Mapping[str, Outcome]:
    """Return outcomes by every rule; by those that need all curves only where the log has them."""
    names = ("train_accuracy", "test_accuracy")
    values = np.array([[row.values.get(name, np.nan) for name in names] for row in rows])
    both = np.isfinite(values).all(axis=1)
    if not both.any():
        return summary.outcomes
    steps, epochs = np.array([row.step for row in rows]), np.array([row.epoch for row in rows])
    curves = Curves(steps[both], epochs[both], *values[both].T)
    if rows[0].step == summary.config.get("fork.step", 0):
        return outcomes(curves, Yardstick(**data["yardstick"]), ended=False)
    if summary.outcome is None:
        return summary.outcomes
    return {**summary.outcomes, DEFAULT_RULE: _gone_on(summary.outcome, curves)}


def _gone_on(known: Outcome, curves: Curves) -> Outcome:
    """Return an outcome by the default rule after more evaluations; what was found stays."""
    fitted = curves.train_accuracy >= known.train_threshold
    general = curves.test_accuracy >= known.test_threshold
    train = known.train or _held(curves, fitted)
    test = known.test or _held(curves, general)
    lost = known.lost
    if test is not None and lost is None:
        lost = _held(curves, ~general & (curves.step > test.step))
    found = replace(
        known,
        train=train,
        test=test,
        lost=lost,
        train_maximum=float(np.fmax(known.train_maximum, curves.train_accuracy.max())),
        test_maximum=float(np.fmax(known.test_maximum, curves.test_accuracy.max())),
        last=Moment(int(curves.step[-1]), float(curves.epoch[-1])),
    )
    return replace(found, regime=found.lagging or known.regime)


def _held(curves: Curves, holds: NDArray[np.bool_]) -> Moment | None:
    at = first_held(holds)
    return None if at is None else Moment(int(curves.step[at]), float(curves.epoch[at]))
