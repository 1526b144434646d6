"""Checkpoints on their way into an exported file: in blocks, whatever their size."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from grokscope.errors import BadExport, MissingData
from grokscope.store.blocks import blocks, slabs
from grokscope.store.hdf5 import write_attrs
from grokscope.store.segments import create_trajectory
from grokscope.store.trajectory import Trajectory, open_trajectory

MOST_VALUES = 4 << 20
"""Values in memory at a time: 16 MB of them, and a few copies."""
EVERY = re.compile(r"every:([1-9][0-9]{0,17})")

Tick = Callable[[int], None]
"""Told how many bytes were done since the last call; what it raises ends the export."""


@dataclass(frozen=True)
class Chosen:
    """Some checkpoints of a run."""

    trajectory: Trajectory
    which: NDArray[np.int64]

    @property
    def nbytes(self) -> int:
        """Bytes of their parameters."""
        return 4 * self.trajectory.layout.size * len(self.which)


def choose(run: Path, choice: str = "all") -> Chosen | None:
    """Return the checkpoints of a run that a user's word means; None where it has none.

    Parameters
    ----------
    choice : str
        "all", "none", "last", or "every:N": each N-th from the first on, and the last.

    Raises
    ------
    BadExport
        If the word is none of these.
    Unreadable, NewerSchema
        If the run's checkpoints cannot be read.
    """
    every = EVERY.fullmatch(choice)
    if choice not in ("all", "none", "last") and not every:
        raise BadExport(f"checkpoints {choice[:80]!r}; all, none, last or every:N can be chosen")
    if choice == "none":
        return None
    try:
        trajectory = open_trajectory(run)
    except MissingData:
        return None
    count = len(trajectory)
    if not count:
        return None
    stride = int(every[1]) if every else 1 if choice == "all" else count
    which = np.arange(0, count, min(stride, count), dtype=np.int64)
    if choice == "last":
        which = which[:0]
    return Chosen(trajectory, np.union1d(which, [count - 1]))


def write_checkpoints(
    target: h5py.Group, chosen: Chosen, tick: Tick, types: Mapping[str, str] | None = None
) -> None:
    """Write chosen checkpoints as the group `trajectory` of `target`.

    Parameters
    ----------
    types : dict, optional
        What some tensors were kept in by whoever trained, such as "bfloat16".

    Raises
    ------
    Unreadable
        If a file of the run cannot be read.
    """
    trajectory, which = chosen.trajectory, chosen.which
    steps, epochs = trajectory.checkpoints[which].tolist(), trajectory.epoch[which].tolist()
    chunks = {p.name: blocks(p, len(which)) for p in trajectory.layout.parameters}
    digests = trajectory.digests[which].tolist()
    tensors = create_trajectory(target, trajectory.layout, steps, epochs, digests, chunks)
    for name, kind in (types or {}).items():
        if name in tensors:
            write_attrs(tensors[name], {"torch_dtype": kind})
    with trajectory.kept_open():
        for p in trajectory.layout.parameters:
            whole = (len(which), *p.shape)
            for part in slabs(whole, chunks[p.name], MOST_VALUES) if p.size else ():
                values = trajectory.read(p.name, (which[part[0]], *part[1:]))
                tensors[p.name][part] = values
                tick(values.nbytes)
