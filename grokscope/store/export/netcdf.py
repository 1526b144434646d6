"""Runs as one self-contained netCDF-4 file: everything a run holds, its parameters included."""

from collections.abc import Callable, Sequence
from pathlib import Path

import h5py

from grokscope.store.export.checkpoints import Chosen, Tick, choose, write_checkpoints
from grokscope.store.export.contents import read_contents
from grokscope.store.export.target import check_target, write_target
from grokscope.store.hdf5 import write_attrs, write_group
from grokscope.store.schema import ANALYSIS, CONVENTIONS, LOG_FILE, RUN_FILE, SCHEMA_VERSION
from grokscope.store.streamed import Streamed, streamed_file

HEAD = {"Conventions": CONVENTIONS, "schema_version": SCHEMA_VERSION}

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

    One run lies at the root: /metrics, /events, /analysis/<key>, /trajectory and whatever else
    it holds, and as root attributes its configuration, `tags`, `note` and `starred`. Several lie
    in groups named by their ids.

    Parameters
    ----------
    runs : sequence of Path
        Directories of runs.
    checkpoints : str
        "all", "none", "last", or "every:N": each N-th from the first on, and the last.
    force : bool
        Write the file anew where it is there already.

    Raises
    ------
    BadExport
        If the file cannot be written there, or the checkpoints cannot be chosen so.
    NotARun, Unreadable, NewerSchema
        If a run is not there or cannot be read.
    StoreFailed
        If the disk does not take the file; what was there stands.
    """
    check_target(target, runs, force)
    chosen = [choose(run, checkpoints) for run in runs]
    sizes = [_size(run, some) for run, some in zip(runs, chosen, strict=True)]

    def write(temporary: Path) -> None:
        with streamed_file(temporary) as stream:
            tick = _Counter(stream, sum(sizes), progress)
            if len(runs) == 1:
                _write_run(stream.file, runs[0], chosen[0], tick)
            else:
                write_attrs(stream.file, HEAD | {"runs": " ".join(run.name for run in runs)})
                for run, some in zip(runs, chosen, strict=True):
                    _write_run(stream.file.create_group(run.name), run, some, tick)
            tick(tick.left)

    write_target(target, write, sum(sizes))


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


def _size(run: Path, chosen: Chosen | None) -> int:
    """Return about how many bytes a run will take."""
    files = [run / RUN_FILE, run / LOG_FILE, *(run / ANALYSIS).glob("*.h5")]
    size = sum(file.stat().st_size for file in files if file.exists())
    return size + (chosen.nbytes if chosen else 0)


def _write_run(target: h5py.Group, run: Path, chosen: Chosen | None, tick: Tick) -> None:
    contents = read_contents(run)
    if chosen is None:
        write_attrs(target, HEAD)
    else:
        write_checkpoints(target, chosen, tick)
    write_attrs(target, contents.attrs)
    for name, group in contents.groups.items():
        write_group(target.create_group(name), group)
        tick(sum(variable.data.nbytes for variable in group.variables.values()))
