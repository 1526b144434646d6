"""A run's directory as a whole: taking it up where it was last saved."""

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grokscope.errors import MissingData, Unreadable
from grokscope.store.checkpoints.compaction import drop_after
from grokscope.store.checkpoints.resume import ResumePoint, load_resume
from grokscope.store.checkpoints.segments import Segments
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.curves.history import History
from grokscope.store.curves.published import Published, read_published
from grokscope.store.curves.reader import Metrics, joined
from grokscope.store.curves.scanning import LogScan, scan
from grokscope.store.files.aside import copy_aside
from grokscope.store.files.disk import disk_bytes as disk_bytes
from grokscope.store.files.links import refuse_links
from grokscope.store.files.patience import Notify, quiet
from grokscope.store.files.publish import sweep
from grokscope.store.files.texts import parse_json
from grokscope.store.listing.summary import read_summary_file
from grokscope.store.probes.merging import drop_probes_after
from grokscope.store.schema import ANALYSIS, LOG_FILE, PROBES, SEGMENTS
from grokscope.store.wal import Log

BRIEF = 60.0
"""Seconds that a run may have gone on for and have no resume point yet."""


@dataclass(frozen=True)
class Recovered:
    """What stands of a run at its newest resume point."""

    published: Published
    config: dict[str, Any]
    history: History
    segments: Segments
    point: ResumePoint | None
    generation: int

    @property
    def step(self) -> int:
        """The step it goes on from; 0 where it begins anew."""
        return 0 if self.point is None else self.point.step


def recover(run: Path, notify: Notify = quiet) -> Recovered:
    """Sweep a run's directory, drop what was taken past its resume point, and return the rest.

    The caller holds the lock.

    Parameters
    ----------
    notify : callable
        Told in one line where the log is damaged; what lies behind the damage counts as well.

    Raises
    ------
    Unreadable, NewerSchema
        If the run's files cannot be read, or it is to begin anew though it had come far. Nothing
        is dropped then.
    """
    refuse_links(run)
    for place in (run, run / SEGMENTS, run / ANALYSIS, run / PROBES):
        place.mkdir(exist_ok=True)
        sweep(place)
    log = scan(run / LOG_FILE)
    if log.error is not None:
        raise log.error
    published = read_published(run, whole=True)
    try:
        config = dict(parse_json(str(published.attrs["config"])))
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"run {run.name!r} carries no configuration that can be read") from error
    point = load_resume(run)
    metrics = joined(published.metrics, [*log.rows, *log.rescued], run.name)
    if point is None:
        _refuse_to_lose(run, published, metrics)
    if log.damaged:
        notify(_mend_log(run, log))
    until = -1 if point is None else point.step
    history = History.of(metrics, until)
    drop_after(run, until)
    drop_probes_after(run, until)
    segments = _segments(run)
    segments.settled = until
    return Recovered(published, config, history, segments, point, _generation(run, published))


def _mend_log(run: Path, log: LogScan) -> str:
    """Keep a damaged log aside and put its whole rows in its place; return what was done."""
    path = run / LOG_FILE
    fresh = path.with_suffix(".mended")
    fresh.unlink(missing_ok=True)
    with contextlib.closing(Log(fresh)) as mended:
        for row in (*log.rows, *log.rescued):
            mended.append(row)
        mended.sync()
    kept = copy_aside(path)
    # at no moment are the rows in no log that readers see
    fresh.replace(path)
    return (
        f"run {run.name!r}: {log.damaged} bytes of its log are damaged; {len(log.rescued)} rows"
        f" behind them are taken over, the damaged log is kept as {path.parent.name}/{kept}"
    )


def _refuse_to_lose(run: Path, published: Published, metrics: Metrics) -> None:
    """Let a run without a resume point begin anew only where next to nothing is lost.

    Raises
    ------
    Unreadable
        If it had come to its end, had been resumed, or was recorded for longer than it takes
        until the first resume point.
    """
    state = str(published.attrs.get("status", "running"))
    with contextlib.suppress(OSError):
        told = read_summary_file(run).get("state", "running")
        state = told if state == "running" else state
    seconds = float(metrics.wall_time[-1]) if metrics.wall_time.size else 0.0
    found = ""
    if state in ("finished", "failed") and metrics.step.size:
        found = f"it was {state} at step {metrics.step[-1]}"
    elif published.attrs.get("resumed_from", 0):
        found = f"it was resumed from step {published.attrs['resumed_from']} before"
    elif seconds > BRIEF:
        found = f"{seconds:.0f} s of it are recorded"
    if found:
        raise Unreadable(
            f"run {run.name!r} has no resume point, though {found};"
            " --again begins a new run beside it"
        )


def _segments(run: Path) -> Segments:
    try:
        trajectory = open_trajectory(run)
    except MissingData:
        return Segments(run, None)
    last = int(trajectory.checkpoints[-1])
    return Segments(run, trajectory.layout, len(trajectory), last)


def _generation(run: Path, published: Published) -> int:
    try:
        known = int(read_summary_file(run)["generation"])
    except (OSError, KeyError, TypeError, ValueError, OverflowError):
        known = 0
    stored = published.attrs.get("generation", 0)
    return max(known, stored if isinstance(stored, int) else 0)
