"""Thinning: fewer checkpoints of a run that ended; measures made of all of them stay."""

from collections.abc import Collection
from pathlib import Path

import numpy as np

from grokscope.errors import MissingData
from grokscope.store.compaction import compact, write_compacted
from grokscope.store.lock import Lock
from grokscope.store.patience import told
from grokscope.store.publish import publish, publish_json
from grokscope.store.rundir import disk_bytes
from grokscope.store.schema import SUMMARY_FILE, TRAJECTORY_FILE
from grokscope.store.summary import read_summary_file
from grokscope.store.trajectory import open_trajectory


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
    with told(f"run {run.name!r} cannot be thinned"):
        _thin(run, epochs)


def _thin(run: Path, epochs: Collection[float]) -> None:
    lock = Lock.take(run)
    try:
        compact(run)
        trajectory = open_trajectory(run)
        missing = sorted(set(epochs) - set(trajectory.epoch.tolist()))
        if missing or not epochs:
            raise MissingData(
                f"run {run.name!r} has no checkpoint at epoch {missing[:5]}; it has "
                f"{len(trajectory)} from epoch {trajectory.epoch[0]:g} to {trajectory.epoch[-1]:g}"
            )
        kept = np.flatnonzero(np.isin(trajectory.epoch, list(epochs)))
        publish(
            run / TRAJECTORY_FILE, lambda temporary: write_compacted(temporary, trajectory, kept)
        )
        told = read_summary_file(run)
        counts = {"checkpoints": len(kept), "disk_bytes": disk_bytes(run)}
        publish_json(run / SUMMARY_FILE, {**told, **counts})
    finally:
        lock.release()
