"""Checks of who holds a run, whether it still lives, and of clocks that disagree."""

import contextlib
import time

from grokscope.store.doctor.findings import Finding
from grokscope.store.doctor.runfiles import RunFiles
from grokscope.store.files.aside import move_aside
from grokscope.store.lock import NAMELESS
from grokscope.store.schema import LOCK_FILE, RUN_FILE, SUMMARY_FILE

SETTLED = 60.0
"""Seconds after which an empty lock is that of a process that died while it took it."""
SILENT = 600.0
"""Seconds without a heartbeat, 60 times the interval, after which a lock that cannot be
understood keeps nobody out."""
AHEAD = 60.0
"""Seconds by which clocks may differ."""


def check_holding(files: RunFiles) -> list[Finding]:
    """Find locks of processes that are gone or out of sight, and runs that died."""
    return [*_lock(files), *_dead(files)]


def check_clock(files: RunFiles) -> list[Finding]:
    """Find runs that were written in the future."""
    summary = files.summary.value
    if summary is None:
        return []
    ahead = max(summary.heartbeat, summary.created) - files.now
    if ahead <= AHEAD:
        return []
    return [
        Finding(
            files.id,
            "warning",
            f"it was last written {ahead:.0f} s in the future",
            "clocks of the machines that share the store differ, or one was set back: a run that"
            " hangs is told as running for that long",
            "set the clocks",
        )
    ]


def _lock(files: RunFiles) -> list[Finding]:
    if files.held or LOCK_FILE not in files.entries:
        return []
    age = _age(files)
    if files.holder is None:
        if age < SETTLED:
            return []
        told = "an empty lock of a process that died while it took the run"
    elif files.life == "dead":
        told = f"a lock of {files.holder}, which is gone"
    else:
        return [] if files.life == "alive" else [_unseen(files, age)]
    return [
        Finding(
            files.id,
            "note",
            told,
            "it keeps nobody out",
            "--fix releases it",
            lambda: f"{told}: released",
        )
    ]


def _unseen(files: RunFiles, age: float) -> Finding:
    heard = f"last heard of {_ago(age)}"
    if files.holder is not NAMELESS:
        return Finding(
            files.id,
            "warning",
            f"it is held by {files.holder}, which cannot be seen from this machine, {heard}",
            "if that process is gone, the lock keeps others out",
            f"where it is known to be gone: grokscope resume {files.id} --force",
        )
    found = f"{LOCK_FILE} cannot be understood, {heard}"
    means = "nobody can tell who writes the run, so nobody may"
    if age < SILENT:
        remedy = f"--fix moves it aside once nothing was heard for {SILENT / 60:.0f} minutes"
        return Finding(files.id, "warning", found, means, remedy)
    return Finding(
        files.id,
        "problem",
        found,
        means,
        "--fix moves it aside",
        lambda: f"{LOCK_FILE} kept as {move_aside(files.run / LOCK_FILE)}",
        seize=True,
    )


def _dead(files: RunFiles) -> list[Finding]:
    if files.live or files.state != "running":
        return []
    at = "" if files.head.value is None else f" after step {_reached(files)}"
    return [
        Finding(
            files.id,
            "note",
            f"its process died{at}",
            "all that was acknowledged is kept",
            f"go on with: grokscope resume {files.id}",
        )
    ]


def _ago(seconds: float) -> str:
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit} ago"
    return f"{seconds:.0f} s ago"


def _reached(files: RunFiles) -> int:
    head = files.head.value
    last = max(head.last if head else 0, 0)
    return max([last, *(row.step for row in files.log.rows[-1:])])


def _age(files: RunFiles) -> float:
    """Return the seconds since anything of the run was last written."""
    times = [0.0]
    for name in (SUMMARY_FILE, RUN_FILE, LOCK_FILE):
        if name in files.entries:
            with contextlib.suppress(FileNotFoundError):
                times.append(files.entries[name].stat().st_mtime)
    return max((files.now or time.time()) - max(times), 0.0)
