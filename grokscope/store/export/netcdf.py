"""Runs as one self-contained netCDF-4 file: everything a run holds, its parameters included."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
from numpy.typing import NDArray

from grokscope.errors import GrokscopeError, Unreadable
from grokscope.store.api.contents import parameter_types
from grokscope.store.export.checkpoints import Chosen, Tick, choose, write_checkpoints
from grokscope.store.export.snapshot import read_snapshot
from grokscope.store.export.target import check_target, write_target
from grokscope.store.hdf5.groups import write_attrs, write_group
from grokscope.store.hdf5.streamed import Streamed, streamed_file
from grokscope.store.probes.form import create_probe
from grokscope.store.probes.reading import StoredProbe, open_probes
from grokscope.store.schema import ANALYSIS, CONVENTIONS, LOG_FILE, RUN_FILE, SCHEMA_VERSION

HEAD = {"Conventions": CONVENTIONS, "schema_version": SCHEMA_VERSION}
PROBE_BYTES = 16 << 20
"""Bytes of a probe in memory at a time."""

Progress = Callable[[int, int], None]
"""Told how many bytes of about how many are written."""


def export_netcdf(
    runs: Sequence[Path],
    target: Path,
    *,
    checkpoints: str = "all",
    force: bool = False,
    progress: Progress | None = None,
) -> None:
    """Write runs into one file that every netCDF-4 and HDF5 reader opens, live ones as they stand.

    One run lies at the root: /metrics, /events, /analysis/<key>, /trajectory, /probe/<name>
    and whatever else it holds, and as root attributes its configuration, `tags`, `note` and
    `starred`. Several lie in groups named by their ids.

    Parameters
    ----------
    runs : sequence of Path
        Directories of runs.
    checkpoints : str
        "all", "none", "last", or a policy of thinning such as "every:10" or "log:20+events".
    force : bool
        Write the file anew where it is there already.

    Raises
    ------
    BadExport
        If the file cannot be written there.
    BadConfig
        If the checkpoints cannot be chosen so.
    NotARun, Unreadable, NewerSchema
        If a run is not there or cannot be read.
    StoreFailed
        If the disk does not take the file; what was there stands.
    """
    check_target(target, runs, force)
    parts = [_Part(run, choose(run, checkpoints), open_probes(run)) for run in runs]
    size = sum(part.size for part in parts)

    write_target(target, lambda temporary: _write(temporary, parts, size, progress), size)


@dataclass(frozen=True)
class _Part:
    """One run of a file to be, its large arrays yet unread."""

    run: Path
    chosen: Chosen | None
    probes: Mapping[str, StoredProbe]

    @property
    def size(self) -> int:
        """Bytes that it will about take."""
        files = [self.run / RUN_FILE, self.run / LOG_FILE, *(self.run / ANALYSIS).glob("*.h5")]
        small = sum(file.stat().st_size for file in files if file.exists())
        probed = sum(map(_probe_bytes, self.probes.values()))
        return small + probed + (self.chosen.nbytes if self.chosen else 0)


class _Counter:
    """Counts bytes, and stops the export once the disk refuses."""

    def __init__(self, stream: Streamed, total: int, progress: Progress | None) -> None:
        self.stream = stream
        self.total = total
        self.progress = progress
        self.done = 0

    @property
    def left(self) -> int:
        """Bytes that were expected and have not come."""
        return max(self.total - self.done, 0)

    def __call__(self, size: int) -> None:
        self.stream.check()
        self.done += size
        if self.progress is not None:
            self.progress(min(self.done, self.total), self.total)


def _write(path: Path, parts: Sequence[_Part], size: int, progress: Progress | None) -> None:
    with streamed_file(path) as stream:
        tick = _Counter(stream, size, progress)
        if len(parts) == 1:
            _write_run(stream.file, parts[0], tick)
        else:
            write_attrs(stream.file, HEAD | {"runs": " ".join(part.run.name for part in parts)})
            for part in parts:
                _write_run(stream.file.create_group(part.run.name), part, tick)
        tick(tick.left)


def _write_run(target: h5py.Group, part: _Part, tick: Tick) -> None:
    """Write one run; values of types that no run of ours has are told as damage.

    Raises
    ------
    Unreadable
        If the run's files hold what not every reader opens, or cannot be read.
    """
    try:
        _write_parts(target, part, tick)
    except GrokscopeError:
        raise
    except (ValueError, TypeError) as error:
        raise Unreadable(f"run {part.run.name!r} cannot be exported: {error}") from error


def _write_parts(target: h5py.Group, part: _Part, tick: Tick) -> None:
    snapshot = read_snapshot(part.run)
    if part.chosen is None:
        write_attrs(target, HEAD)
    else:
        write_checkpoints(target, part.chosen, tick, parameter_types(snapshot.attrs))
    write_attrs(target, snapshot.attrs)
    for name, group in snapshot.groups.items():
        write_group(target.create_group(name), group)
        tick(sum(variable.data.nbytes for variable in group.variables.values()))
    for stored in part.probes.values():
        blocks = _probe_blocks(stored, tick)
        create_probe(target, stored.probe, stored.step.tolist(), stored.epoch.tolist(), blocks)


def _probe_blocks(stored: StoredProbe, tick: Tick) -> Iterator[NDArray[Any]]:
    count = max(PROBE_BYTES * len(stored) // max(_probe_bytes(stored), 1), 1)
    for start in range(0, len(stored), count):
        block = stored.read((slice(start, start + count),))
        yield block
        tick(block.nbytes)


def _probe_bytes(stored: StoredProbe) -> int:
    return math.prod(stored.shape) * stored.probe.dtype.itemsize
