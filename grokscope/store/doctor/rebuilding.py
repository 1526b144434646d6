"""Putting a run's summary and published file together anew from what else it has."""

import contextlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import numpy as np

from grokscope.errors import Damaged, GrokscopeError, MissingData, Unreadable, UnreadableNow
from grokscope.events import Yardstick, outcomes
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.curves.history import History
from grokscope.store.curves.outcomes import events_group
from grokscope.store.curves.published import Published, read_published
from grokscope.store.curves.reader import Metrics, joined
from grokscope.store.curves.scanning import scan
from grokscope.store.doctor.axes import with_axes
from grokscope.store.doctor.findings import Mended
from grokscope.store.doctor.salvaging import CURVES, salvage
from grokscope.store.files.aside import keep_aside, kept_aside, move_aside
from grokscope.store.files.publish import publish_json, sync
from grokscope.store.listing.summary import State, read_summary_file
from grokscope.store.lock import Lock, new_holder
from grokscope.store.schema import (
    LOG_FILE,
    RUN_FILE,
    SUMMARY_FILE,
    TIMES,
)
from grokscope.store.wal import Row
from grokscope.store.writing.budget import PublishBudget
from grokscope.store.writing.presence import Presence
from grokscope.store.writing.provenance import describe, software, unix_time

EVERY = (1 << 63) - 1
"""The step up to which a history holds all rows: the largest there can be."""
GUESSED = frozenset({"hostname", *software()})
"""What `describe` says of this process, which did not train the run."""


def rebuild_summary(run: Path) -> str:
    """Write a run's summary as its writer would have, as far as its files tell.

    Raises
    ------
    Unreadable, NewerSchema
        If the published file cannot be read.
    OSError
        If the disk does not take it.
    """
    try:
        before = read_summary_file(run)
    except UnreadableNow:
        raise
    except (GrokscopeError, FileNotFoundError):
        before = {}
    published = read_published(run)
    config = json.loads(str(published.attrs["config"]))
    rows = scan(run / LOG_FILE).rows
    history = History.of(joined(published.metrics, rows), EVERY)
    state = state_of(published.attrs.get("status"), before.get("state"))
    lock = Lock(run, new_holder())
    presence = Presence(run, lock, published, config, history, PublishBudget())
    with contextlib.suppress(MissingData, Damaged):
        presence.checkpoints = len(open_trajectory(run))
    reason = str(published.attrs.get("reason", before.get("reason", "")))
    generations = (published.attrs.get("generation"), before.get("generation"))
    summary = replace(
        presence.summary(state, reason),
        heartbeat=_last_sign(run, published),
        rate=_rate(history.last),
        generation=max(map(_whole, generations)) + 1,
    )
    data = summary.stored(state) | {"yardstick": yardstick_json(published)}
    if (run / SUMMARY_FILE).exists() and not before:
        keep_aside(run / SUMMARY_FILE)
    publish_json(run / SUMMARY_FILE, dict(before) | data, durable=True)
    return f"{SUMMARY_FILE} rebuilt: {state} at step {summary.step}"


def fold_log(run: Path) -> Mended:
    """Publish every whole row of a run's log, prove that it stands there, and drop the log.

    Raises
    ------
    Unreadable, NewerSchema
        If the published file cannot be read.
    OSError
        If the disk does not take it; the log stands.
    """
    log = scan(run / LOG_FILE)
    published = read_published(run, whole=True)
    before, newest = _rows(published), _newest(published)
    metrics = joined(published.metrics, [*log.rows, *log.rescued])
    if metrics.step.size > before:
        put(run, published, metrics)
        if _rows(read_published(run)) != metrics.step.size:
            raise Unreadable(f"run {run.name!r}: its rows do not read back; its log stands")
    if log.damaged:
        move_aside(run / LOG_FILE)
    (run / LOG_FILE).unlink(missing_ok=True)
    sync((run / LOG_FILE).parent)
    line = f"{metrics.step.size - before} rows of the log published, the log removed"
    if not log.damaged:
        return Mended(line)
    # a row behind the damage that was published already tells that so were those within it
    there = any(row.step <= newest for row in log.rescued)
    lost = "" if there else f"what {log.damaged} damaged bytes of the log held"
    return Mended(f"{line} ({LOG_FILE}.damaged is kept)", lost)


def restore_published(run: Path) -> Mended:
    """Put `run.h5` together anew: from what of it still reads, the summary and the log.

    The damaged file is kept beside it. Groups that this version does not know stay where they read.

    Raises
    ------
    Unreadable
        If neither the file nor the summary tells what the run was.
    OSError
        If the disk does not take it.
    """
    there = (run / RUN_FILE).exists()
    # a mending that was cut short may have left the file under its other name alone
    sources = [run / RUN_FILE] if there else kept_aside(run / RUN_FILE)
    tries = ((*salvage(run, source), source.name) for source in sources)
    published, lost, source = next((t for t in tries if t[0]), (None, [], ""))
    if published is None:
        published, lost = _from_summary(run), [CURVES]
    log = scan(run / LOG_FILE)
    rows = [*log.rows, *log.rescued]
    held = bool(published.metrics.variables)
    published.metrics, rebuilt, unknown = with_axes(run, published, rows)
    if held:
        lost = [each for each in lost if each not in TIMES]
        lost += unknown if published.metrics.variables else [CURVES]
    if log.rows and log.rows[0].step == 0:
        # it was never begun anew: all rows there were are in it
        lost = [each for each in lost if each != CURVES]
    metrics = joined(published.metrics, rows)
    gone = ", ".join(lost)
    anew = "".join(f"; rebuilt: {each}" for each in rebuilt)
    told = f"run.h5 was damaged and put together anew; lost: {gone or 'nothing'}{anew}"
    published.attrs["mended"] = told
    aside = f"; it was taken from {source}" if source else ""
    if there:
        aside = f"; the damaged file is kept as {keep_aside(run / RUN_FILE)}"
    put(run, published, metrics)
    count = metrics.step.size
    return Mended(f"{RUN_FILE} put together anew with {count} rows{anew}{aside}", gone)


def put(run: Path, published: Published, metrics: Metrics) -> None:
    """Publish a run with other rows; whether it ended and how stays as it was.

    Raises
    ------
    OSError
        If the disk does not take it; the old file stands.
    """
    history = History.of(metrics, EVERY)
    curves = history.curves()
    published.metrics = history.group(str(published.attrs.get("loss", "")))
    if curves is not None and curves.step.size:
        final = published.attrs.get("status") == "finished"
        told = outcomes(curves, Yardstick.from_attrs(published.attrs), final)
        published.events = events_group(told) if told else None
    published.attrs["generation"] = _whole(published.attrs.get("generation")) + 1
    published.put(run)


def yardstick_json(published: Published) -> dict[str, Any]:
    """Return what a run is held against, as its summary keeps it."""
    return dict(vars(Yardstick.from_attrs(published.attrs)))


def _from_summary(run: Path) -> Published:
    data = read_summary_file(run)
    try:
        config = unflattened(data["config"])
        yardstick = Yardstick(**data["yardstick"])
        totals = (data["total_steps"], data["total_epochs"])
        attrs = describe(run.name, config, yardstick, totals, float(data["created"]))
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(
            f"run {run.name!r}: nothing tells what it was: {RUN_FILE} cannot be read and"
            f" {SUMMARY_FILE} does not hold enough; restore {RUN_FILE} from a backup"
        ) from error
    state = state_of(None, data.get("state"))
    known = {name: v for name, v in attrs.items() if name not in GUESSED}
    return Published(known | {"status": state, "reason": str(data.get("reason", ""))})


def unflattened(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Return the nested configuration that `flatten` flattened."""
    nested: dict[str, Any] = {}
    for key, value in flat.items():
        *tables, last = key.split(".")
        place = nested
        for table in tables:
            place = place.setdefault(table, {})
        place[last] = value
    return nested


def state_of(published: Any, summed_up: Any) -> State:
    """Return how a run stands by what its published file and its summary say.

    A run that ends publishes so before it sums up; one that cannot publish may still sum up.
    """
    said = [state for state in (published, summed_up) if state in get_args(State)]
    return next((state for state in said if state != "running"), "running")


def _whole(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _rows(published: Published) -> int:
    step = published.metrics.variables.get("step")
    return 0 if step is None else int(step.data.size)


def _newest(published: Published) -> int:
    """Return the step of the newest published row, -1 where there is none."""
    return int(published.metrics.variables["step"].data[-1]) if _rows(published) else -1


def _rate(last: Row | None) -> float | None:
    """Return the run's mean rate in epochs per second; its writer tells that of its session."""
    if last is None or not np.isfinite(last.wall_time) or last.wall_time <= 0:
        return None
    return last.epoch / last.wall_time or None


def _last_sign(run: Path, published: Published) -> float:
    """Return the Unix time at which the run ended, or was last written."""
    ended = unix_time(str(published.attrs.get("finished", "")))
    if ended:
        return ended
    times = [0.0]
    for name in (RUN_FILE, LOG_FILE):
        with contextlib.suppress(FileNotFoundError):
            times.append((run / name).stat().st_mtime)
    return max(times)
