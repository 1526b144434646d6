"""Thinning: fewer checkpoints of a run that ended; measures made of all of them stay."""

import contextlib
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from grokscope.errors import MissingData, RunHeld
from grokscope.layout import Layout
from grokscope.store.checkpoints.compaction import compact, replace_by
from grokscope.store.checkpoints.places import THINNED
from grokscope.store.checkpoints.policies import Policy, Times
from grokscope.store.checkpoints.trajectory import Trajectory, open_trajectory
from grokscope.store.files.disk import disk_bytes, disk_use
from grokscope.store.files.links import refuse_links
from grokscope.store.files.patience import told
from grokscope.store.files.publish import publish_json
from grokscope.store.files.texts import readable
from grokscope.store.hdf5.blocks import blocks
from grokscope.store.hdf5.groups import read_attrs
from grokscope.store.inspection import damage, open_checked
from grokscope.store.listing.summary import RunSummary, read_summary, read_summary_file
from grokscope.store.lock import Lock
from grokscope.store.schema import SUMMARY_FILE, TRAJECTORY_FILE, TRAJECTORY_GROUP, Attribute

FROM = f"{THINNED}_from"
"""Attribute that tells how many checkpoints there were before."""
BLOCK_COST = 56
"""Bytes that a block takes beside its values: checksum and its place in the index."""
CHECKPOINT_COST = 128
"""Bytes of step, epoch and digest."""
FILE_COST = 12_000
"""Bytes that a file takes before it holds anything."""


@dataclass(frozen=True)
class Thinned:
    """How a run's checkpoints were thinned."""

    policy: str
    count: int
    """Checkpoints there were before."""


@dataclass(frozen=True)
class Plan:
    """What thinning a run would keep, and what would come free."""

    run: RunSummary
    count: int
    kept: int
    size: int
    """Bytes of all checkpoints now."""
    size_then: int
    """Bytes of those that would be left, within a few per cent."""

    @property
    def freed(self) -> int:
        """Bytes that would come free."""
        return max(self.size - self.size_then, 0) if self.kept < self.count else 0


def plan(run: RunSummary, policy: Policy) -> Plan:
    """Return what thinning a run by a policy would do; nothing is changed.

    Raises
    ------
    RunHeld
        If the run is being written.
    MissingData, Unreadable
        If it recorded no checkpoints, or they cannot be read.
    """
    if run.live:
        raise RunHeld(f"run {run.id!r} is {run.status}; a run is thinned once it ended")
    trajectory = open_trajectory(run.path)
    kept = policy.keep(times_of(run, trajectory))
    size = disk_use(run.path).get("checkpoints", 0)
    return Plan(run, len(trajectory), kept.size, size, _size(trajectory.layout, kept.size))


def thin_by(run: Path, policy: Policy) -> int:
    """Keep only the checkpoints that a policy chooses; return how many bytes came free.

    The run's curves, stored measures and resume point stay as they are.

    Raises
    ------
    RunHeld
        If the run is being written.
    MissingData, Unreadable
        If it recorded no checkpoints, or they cannot be read; nothing is changed then.
    StoreFailed
        If the store does not take it.
    """
    label = f"{policy.text}, and {policy.neighbours} after each"
    summary, before = read_summary(run), disk_bytes(run)
    _thin(run, lambda trajectory: policy.keep(times_of(summary, trajectory)), label)
    return max(before - disk_bytes(run), 0)


def thin(run: Path, epochs: Collection[float]) -> None:
    """Keep only the checkpoints taken at `epochs`.

    Parameters
    ----------
    run : Path
        A run's directory.
    epochs : collection of float
        Each must have a checkpoint.

    Raises
    ------
    RunHeld
        If the run is being written.
    MissingData
        If there is no checkpoint at one of them; nothing is changed then.
    StoreFailed
        If the store does not take it.
    """

    def choose(trajectory: Trajectory) -> NDArray[np.int64]:
        missing = sorted(set(epochs) - set(trajectory.epoch.tolist()))
        if missing or not epochs:
            raise MissingData(
                f"run {run.name!r} has no checkpoint at epoch {missing[:5]}; it has "
                f"{len(trajectory)} from epoch {trajectory.epoch[0]:g} to {trajectory.epoch[-1]:g}"
            )
        return np.flatnonzero(np.isin(trajectory.epoch, list(epochs)))

    _thin(run, choose, f"{len(epochs)} epochs")


def read_thinned(run: Path) -> Thinned | None:
    """Return how a run's checkpoints were thinned, None where they were not or there are none.

    Raises
    ------
    Unreadable, NewerSchema
        If that cannot be read.
    """
    path = run / TRAJECTORY_FILE
    with contextlib.suppress(FileNotFoundError), open_checked(path) as file, damage(path):
        return _thinned(read_attrs(file[TRAJECTORY_GROUP]))
    return None


def _thinned(attrs: Mapping[str, Attribute]) -> Thinned | None:
    policy, count = attrs.get(THINNED), attrs.get(FROM)
    if not isinstance(policy, str) or not isinstance(count, int):
        return None
    return Thinned(readable(policy), count)


def _thin(run: Path, choose: Callable[[Trajectory], NDArray[np.int64]], label: str) -> None:
    with told(f"run {run.name!r} cannot be thinned"):
        refuse_links(run)
        lock = Lock.take(run)
        try:
            trajectory = open_trajectory(run)
            kept = choose(trajectory)
            if kept.size == len(trajectory):
                return
            if kept[-1] != len(trajectory) - 1:
                # segments later than all that is kept would be read after it if we died now
                compact(run)
                trajectory = open_trajectory(run)
            before = _thinned(trajectory.attrs)
            count = before.count if before else len(trajectory)
            replace_by(run, trajectory, kept, {THINNED: label, FROM: count})
            data = read_summary_file(run)
            counts = {"checkpoints": kept.size, "disk_bytes": disk_bytes(run)}
            publish_json(run / SUMMARY_FILE, {**data, **counts})
        finally:
            lock.release()


def times_of(run: RunSummary, trajectory: Trajectory) -> Times:
    """Return when a run's checkpoints were taken, and what happened in it by all that is known."""
    found = [*run.moments.values()]
    for outcome in run.outcomes.values():
        found += [each for each in (outcome.train, outcome.test, outcome.lost) if each is not None]
    steps = sorted({moment.step for moment in found})
    return Times(trajectory.checkpoints, trajectory.epoch, tuple(steps))


def _size(layout: Layout, count: int) -> int:
    """Return about how many bytes `count` compacted checkpoints take."""
    total = FILE_COST + CHECKPOINT_COST * count
    for p in layout.parameters:
        shape = (count, *p.shape)
        chunk = blocks(p, count)
        parts = [-(-length // size) for length, size in zip(shape, chunk, strict=True) if size]
        total += math.prod(parts) * (4 * math.prod(chunk) + BLOCK_COST)
    return total
