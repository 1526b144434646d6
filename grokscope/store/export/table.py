"""Runs as tables of text: their curves, one row for each evaluation, or one row for each run."""

import csv
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TextIO

from grokscope.store.curves.reader import Metrics, read_metrics
from grokscope.store.export.target import check_target, write_target
from grokscope.store.listing.summary import RunSummary
from grokscope.store.schema import METRICS

Table = Literal["metrics", "runs"]

Progress = Callable[[int, int], None]
"""Told how many runs of how many are written."""
TIMES = ("step", "epoch", "wall_time")
"""Columns of every row, before the metrics."""
ROWS = 4096
"""Rows put into words together."""


def export_table(
    runs: Sequence[RunSummary],
    target: Path,
    table: Table = "metrics",
    *,
    force: bool = False,
    progress: Progress | None = None,
) -> None:
    """Write a table of runs into a CSV file, UTF-8 with a header line.

    Raises
    ------
    BadExport
        If the file cannot be written there.
    NotARun, Unreadable, NewerSchema
        If a run cannot be read.
    StoreFailed
        If the disk does not take the file; what was there stands.
    """
    check_target(target, [run.path for run in runs], force)

    def write(temporary: Path) -> None:
        with temporary.open("w", encoding="utf-8", newline="") as file:
            write_table(runs, file, table, progress)

    write_target(target, write)


def write_table(
    runs: Sequence[RunSummary],
    file: TextIO,
    table: Table = "metrics",
    progress: Progress | None = None,
) -> None:
    """Write a table of runs as CSV.

    "metrics": columns run, step, epoch, wall_time and every metric that one of the runs
    recorded. "runs": what a listing tells of each run, last, least and greatest value of its
    metrics, turning points (in the run's unit of time), and the configuration under its keys.

    Numbers read back to the last bit; what was not recorded is left empty, and infinity is
    `inf`.

    Raises
    ------
    NotARun, Unreadable, NewerSchema
        If a run cannot be read.
    """
    told = progress or (lambda done, total: None)
    if table == "runs":
        rows = [_summary_row(run) for run in runs]
        _write_rows(file, rows)
        return
    writer = csv.writer(file, lineterminator="\n")
    names = _metric_names(runs)
    writer.writerow(["run", *TIMES, *names])
    for done, run in enumerate(runs, 1):
        _write_metrics(writer, run.id, read_metrics(run.path), names)
        told(done, len(runs))


def _metric_names(runs: Iterable[RunSummary]) -> list[str]:
    """Return what the runs recorded, known metrics first."""
    found = dict.fromkeys(name for run in runs for name in read_metrics(run.path).curves)
    return [n for n in METRICS if n in found] + [n for n in found if n not in METRICS]


def _write_metrics(writer: Any, run: str, metrics: Metrics, names: Sequence[str]) -> None:
    times = (metrics.step, metrics.epoch, metrics.wall_time)
    for start in range(0, len(metrics.step), ROWS):
        span = slice(start, start + ROWS)
        columns: list[Sequence[Any]] = [time[span].tolist() for time in times]
        count = len(columns[0])
        for name in names:
            curve = metrics.curves.get(name)
            columns.append(curve.values[span].tolist() if curve else [math.nan] * count)
        for row in zip(*columns, strict=True):
            writer.writerow([run, *map(_cell, row)])


def _write_rows(file: TextIO, rows: Sequence[Mapping[str, Any]]) -> None:
    names = dict.fromkeys(name for row in rows for name in row)
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in names])


def _summary_row(run: RunSummary) -> dict[str, Any]:
    row = run.as_json()
    row.pop("config")
    row["tags"] = " ".join(row.get("tags", ()))
    row |= {"checkpoints": run.checkpoints, "title": run.title}
    for name, span in run.metrics.items():
        row |= {f"{name}.{end}": getattr(span, end) for end in ("last", "min", "max")}
    row |= {name: moment.told_in(run.time_unit) for name, moment in run.moments.items()}
    return row | {key: value for key, value in run.config.items() if key not in row}


def _cell(value: Any) -> Any:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, list | tuple | Mapping):
        return json.dumps(value)
    return value
