"""Checks of what should be gone: temporary files, segments of ended runs, loose results."""

import re
from pathlib import Path

from grokscope.errors import GrokscopeError, UnreadableNow
from grokscope.store.checkpoints.compaction import compact
from grokscope.store.curves.analysis import merge_loose
from grokscope.store.doctor.findings import Finding, Mended
from grokscope.store.doctor.runfiles import RunFiles
from grokscope.store.files.aside import DAMAGED, move_aside
from grokscope.store.files.publish import TEMPORARY, discard
from grokscope.store.inspection import open_checked
from grokscope.store.probes.merging import merge_probes
from grokscope.store.schema import LOG_FILE, PROBES
from grokscope.store.writing.rundir import disk_bytes

OLD = 3600.0
"""Seconds after which nobody is still writing a temporary file of a run that nobody holds."""
KEPT = re.compile(rf".*({re.escape(DAMAGED)}(-\d+)?|\.v\d+)")


def check_temporary(files: RunFiles) -> list[Finding]:
    """Find files of a publish that was cut short."""
    if files.live:
        return []
    fresh = Path(LOG_FILE).with_suffix(".new")
    found = [*files.named(TEMPORARY), *files.named(re.compile(re.escape(fresh.name)), fresh.parent)]
    left = [path for path in found if files.now - age_of(path) > OLD]
    if not left:
        return []
    size = sum(path.lstat().st_size for path in left)
    return [
        Finding(
            files.id,
            "note",
            f"{len(left)} temporary files, {size} bytes, of a process that died while it wrote",
            "they hold nothing that was acknowledged",
            "--fix removes them",
            lambda: _remove(left),
        )
    ]


def age_of(path: Path) -> float:
    """Return the Unix time at which a file was last changed; far in the future once it is gone."""
    try:
        return path.lstat().st_mtime
    except FileNotFoundError:
        return float("inf")


def check_segments(files: RunFiles) -> list[Finding]:
    """Find checkpoints of an ended run that were never put into one file."""
    batches = files.inside(PROBES)
    if files.live or not files.ended or not _all_read(files) or not (files.segments or batches):
        return []
    told = [f"{len(files.segments)} segments"] if files.segments else []
    told += [f"{len(batches)} batches of probes"] if batches else []
    return [
        Finding(
            files.id,
            "note",
            f"the run is {files.state}, and {' and '.join(told)} are not compacted",
            "a parameter's path through time reads slowly from them",
            "--fix compacts them, and removes them once all that they hold is proved",
            lambda: _compact(files.run, " and ".join(told)),
        )
    ]


def _all_read(files: RunFiles) -> bool:
    return all(labels.value is not None for labels in files.labels.values())


def check_loose(files: RunFiles) -> list[Finding]:
    """Find measures that nobody took over into the published file."""
    if files.live or not files.loose or files.head.value is None:
        return []
    return [
        Finding(
            files.id,
            "note",
            f"{len(files.loose)} results of measures are not in run.h5",
            "grokscope shows them, plain xarray does not",
            "--fix takes them over",
            lambda: _merge(files.run, files.loose),
        )
    ]


def check_kept(files: RunFiles) -> list[Finding]:
    """Tell of files that an earlier mending kept."""
    kept = files.named(KEPT)
    if not kept:
        return []
    size = sum(path.lstat().st_size for path in kept)
    names = ", ".join(path.name for path in kept[:3]) + (", ..." if len(kept) > 3 else "")
    return [
        Finding(
            files.id,
            "note",
            f"{names} kept from an earlier mending, {size} bytes",
            "nothing reads them",
            "remove them once the run is as it should be",
        )
    ]


def _refused(path: Path) -> bool:
    """Return whether a result is there and no reader takes it, now or later."""
    try:
        with open_checked(path):
            return True
    except (FileNotFoundError, UnreadableNow):
        return False
    except GrokscopeError:
        return True


def _remove(left: list[Path]) -> str:
    for path in left:
        discard(path)
    return f"{len(left)} temporary files removed"


def _compact(run: Path, told: str) -> str:
    before = disk_bytes(run)
    compact(run)
    merge_probes(run)
    return f"{told} compacted, {before} bytes before, {disk_bytes(run)} after"


def _merge(run: Path, loose: list[Path]) -> Mended:
    merged = merge_loose(run)
    refused = [path for path in loose if _refused(path)]
    kept = ", ".join(move_aside(path) for path in refused)
    told = f"{len(merged)} results of measures merged into run.h5"
    lost = ", ".join(f"measure {path.stem}" for path in refused)
    return Mended(told + f"; unreadable ones kept as {kept}" * bool(kept), lost)
