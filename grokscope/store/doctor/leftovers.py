"""Checks of what should be gone: temporary files, segments of ended runs, loose results."""

import stat
from pathlib import Path

from grokscope.store.analysis import merge_loose
from grokscope.store.compaction import compact
from grokscope.store.doctor.aside import DAMAGED, move_aside
from grokscope.store.doctor.findings import Finding
from grokscope.store.doctor.runfiles import RunFiles
from grokscope.store.rundir import disk_bytes
from grokscope.store.schema import ANALYSIS, LOG_FILE, SEGMENTS

OLD = 3600.0
"""Seconds after which nobody is still writing a temporary file of a run that nobody holds."""
FOLDERS = ("", SEGMENTS, ANALYSIS, str(Path(LOG_FILE).parent))


def check_temporary(files: RunFiles) -> list[Finding]:
    """Find files of a publish that was cut short."""
    if files.live:
        return []
    left = [path for path in temporary_files(files.run) if files.now - age_of(path) > OLD]
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


def temporary_files(run: Path) -> list[Path]:
    """Return the unfinished files of a run."""
    found = []
    for folder in FOLDERS:
        place = run / folder
        if place.is_dir():
            found += [p for p in sorted(place.glob(".*.tmp")) if stat.S_ISREG(p.lstat().st_mode)]
            found += sorted(place.glob("*.new"))
    return found


def age_of(path: Path) -> float:
    """Return the Unix time at which a file was last changed; far in the future once it is gone."""
    try:
        return path.lstat().st_mtime
    except FileNotFoundError:
        return float("inf")


def check_segments(files: RunFiles) -> list[Finding]:
    """Find checkpoints of an ended run that were never put into one file."""
    if files.live or not files.ended or not files.segments or not _all_read(files):
        return []
    return [
        Finding(
            files.id,
            "note",
            f"the run is {files.state}, and {len(files.segments)} segments are not compacted",
            "a parameter's path through time reads slowly from them",
            "--fix compacts them, and removes them once every checkpoint is proved",
            lambda: _compact(files.run, len(files.segments)),
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
    kept = _kept(files.run)
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


def _kept(run: Path) -> list[Path]:
    marks = (f"*{DAMAGED}", f"*{DAMAGED}-*", "*.v[0-9]*")
    places = [run / folder for folder in FOLDERS if (run / folder).is_dir()]
    return sorted({p for place in places for mark in marks for p in place.glob(mark)})


def _remove(left: list[Path]) -> str:
    for path in left:
        path.unlink(missing_ok=True)
    return f"{len(left)} temporary files removed"


def _compact(run: Path, count: int) -> str:
    before = disk_bytes(run)
    compact(run)
    return f"{count} segments compacted, {before} bytes before, {disk_bytes(run)} after"


def _merge(run: Path, loose: list[Path]) -> str:
    merged = merge_loose(run)
    aside = [move_aside(path) for path in loose if path.exists()]
    told = f"{len(merged)} results of measures merged into run.h5"
    return told + (f"; unreadable ones kept as {', '.join(aside)}" if aside else "")
