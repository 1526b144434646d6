"""Checkpoints on their way into an exported file: in blocks, whatever their size."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from grokscope.errors import MissingData
from grokscope.store.checkpoints.places import THINNED
from grokscope.store.checkpoints.policies import parse_policy
from grokscope.store.checkpoints.segments import create_trajectory
from grokscope.store.checkpoints.thinning import FROM, times_of
from grokscope.store.checkpoints.trajectory import Trajectory, open_trajectory
from grokscope.store.hdf5.blocks import blocks, slabs
from grokscope.store.hdf5.groups import write_attrs
from grokscope.store.listing.summary import read_summary
from grokscope.store.schema import TRAJECTORY_GROUP, Attribute

MOST_VALUES = 4 << 20
"""Values in memory at a time: 16 MB of them, and a few copies."""
PLAIN = ("all", "none", "last")
"""Choices that no policy of thinning means."""

Tick = Callable[[int], None]
"""Told how many bytes were done since the last call; what it raises ends the export."""


@dataclass(frozen=True)
class Chosen:
    """Some checkpoints of a run."""

    trajectory: Trajectory
    which: NDArray[np.int64]
    choice: str

    @property
    def nbytes(self) -> int:
        """Bytes of their parameters."""
        return 4 * self.trajectory.layout.size * len(self.which)

    @property
    def attrs(self) -> dict[str, Attribute]:
        """What the group tells of checkpoints that were left out, now or before."""
        known = self.trajectory.attrs
        count = len(self.trajectory)
        if len(self.which) == count:
            return dict(known)
        before = [str(known[THINNED])] if THINNED in known else []
        return {THINNED: "; ".join([*before, self.choice]), FROM: known.get(FROM, count)}


def choose(run: Path, choice: str = "all") -> Chosen | None:
    """Return the checkpoints of a run that a user's words mean; None where it has none.

    Parameters
    ----------
    choice : str
        "all", "none", "last" for that one alone, or a policy of thinning such as "log:20+events",
        which keeps the first and the last too.

    Raises
    ------
    BadConfig
        If the words mean nothing.
    Unreadable, NewerSchema
        If the run's checkpoints cannot be read.
    """
    policy = None if choice in PLAIN else parse_policy(choice, neighbours=0)
    if choice == "none":
        return None
    try:
        trajectory = open_trajectory(run)
    except MissingData:
        return None
    which = np.arange(len(trajectory), dtype=np.int64)
    if policy is not None:
        which = policy.keep(times_of(read_summary(run), trajectory))
    return Chosen(trajectory, which[-1:] if choice == "last" else which, choice)


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
    write_attrs(target[TRAJECTORY_GROUP], chosen.attrs)
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
