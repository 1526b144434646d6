"""Probes at rest: small batches become larger ones, and one file when a run ends."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from grokscope.errors import Unreadable
from grokscope.store.files.publish import publish, sync
from grokscope.store.hdf5.groups import write_attrs
from grokscope.store.hdf5.streamed import streamed_file
from grokscope.store.inspection import damage
from grokscope.store.probes.form import create_probe
from grokscope.store.probes.reading import StoredProbe, batches, open_probes, probe_files
from grokscope.store.schema import CONVENTIONS, PROBE_GROUP, PROBES, PROBES_FILE, SCHEMA_VERSION

BLOCK_BYTES = 1 << 24
"""Values copied at a time."""

Chosen = Mapping[str, tuple[StoredProbe, NDArray[np.int64]]]
"""Probes, and which of their steps."""


def merge_probes(run: Path) -> None:
    """Merge all batches into `probes.h5`, and remove them once that reads back.

    Raises
    ------
    OSError
        If the disk does not take it; the batches stand.
    Unreadable
        If what was written does not read back as it was recorded.
    """
    present = batches(run / PROBES)
    if not present:
        return
    whole = {name: (stored, np.arange(len(stored))) for name, stored in open_probes(run).items()}
    publish(run / PROBES_FILE, lambda path: _write(path, whole))
    for path in present:
        path.unlink(missing_ok=True)
    sync(run / PROBES)


def join_batches(run: Path, count: int, most: int) -> None:
    """Join the newest batches, at least `count` that together hold at most `most` bytes.

    Raises
    ------
    OSError
        If the disk does not take it; the batches stand.
    """
    present = batches(run / PROBES)
    sizes = np.cumsum([path.stat().st_size for path in reversed(present)])
    chosen = present[len(present) - int(np.searchsorted(sizes, most, side="right")) :]
    if len(chosen) < count:
        return
    part = {
        name: (stored, np.flatnonzero(stored.lies_in(chosen)))
        for name, stored in open_probes(run).items()
    }
    # in the place of the first: until the others are gone, their steps are there twice, count once
    publish(chosen[0], lambda path: _write(path, part))
    for path in chosen[1:]:
        path.unlink(missing_ok=True)


def drop_probes_after(run: Path, step: int) -> None:
    """Remove what was probed past `step`."""
    for path in probe_files(run):
        kept = {}
        whole = True
        for name, stored in open_probes(run, [path]).items():
            which = np.flatnonzero(stored.step <= step)
            whole &= which.size == len(stored)
            if which.size:
                kept[name] = (stored, which)
        if not kept:
            path.unlink()
        elif not whole:
            publish(path, partial(_write, chosen=kept))


def _write(temporary: Path, chosen: Chosen) -> None:
    """Write probes at some of their steps into one file, and make sure that they read back."""
    with streamed_file(temporary) as target:
        write_attrs(target.file, {"Conventions": CONVENTIONS, "schema_version": SCHEMA_VERSION})
        for stored, which in chosen.values():
            steps, epochs = stored.step[which].tolist(), stored.epoch[which].tolist()
            blocks = _checked(_blocks(stored, which), target.check)
            create_probe(target.file, stored.probe, steps, epochs, blocks)
    # nobody else wrote it, so it needs no look from outside
    with h5py.File(temporary, "r", locking=False) as file, damage(temporary):
        for name, (stored, which) in chosen.items():
            _prove(file[f"{PROBE_GROUP}/{name}/{name}"], stored, which)


def _checked(blocks: Iterator[NDArray[Any]], check: Callable[[], None]) -> Iterator[NDArray[Any]]:
    for block in blocks:
        yield block
        check()


def _prove(written: h5py.Dataset, stored: StoredProbe, which: NDArray[np.int64]) -> None:
    start = 0
    for block in _blocks(stored, which):
        if np.asarray(written[start : start + len(block)]).tobytes() != block.tobytes():
            name = stored.probe.name
            raise Unreadable(f"run {stored.run.name!r}: probe {name!r} does not read back")
        start += len(block)


def _blocks(stored: StoredProbe, which: NDArray[np.int64]) -> Iterator[NDArray[Any]]:
    count = max(BLOCK_BYTES // max(_row_bytes(stored), 1), 1)
    for start in range(0, len(which), count):
        yield stored.read((which[start : start + count],))


def _row_bytes(stored: StoredProbe) -> int:
    return int(np.prod(stored.probe.shape)) * stored.probe.dtype.itemsize
