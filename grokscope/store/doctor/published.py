"""Checks of what readers open and list: the published file and the summary."""

from collections.abc import Mapping
from typing import Any

from grokscope.errors import Damaged, GrokscopeError, NewerSchema, OlderSchema, UnreadableNow
from grokscope.store.doctor.findings import Finding
from grokscope.store.doctor.rebuilding import rebuild_summary, restore_published
from grokscope.store.doctor.runfiles import Head, RunFiles
from grokscope.store.schema import RUN_FILE, SUMMARY_FILE

WRONG = "listings and queries tell the wrong thing"


def check_published(files: RunFiles) -> list[Finding]:
    """Find a published file that is missing, damaged or refused."""
    error = files.head.error
    if files.head.value is not None or files.live or isinstance(error, NewerSchema | OlderSchema):
        return []
    if error is not None and not isinstance(error, Damaged):
        means = "it is no file that grokscope wrote, and is not opened"
        remedy = "where did this run come from? Remove it unless you trust who made it"
        return [refused(files.id, error, means, remedy)]
    return [
        Finding(
            files.id,
            "problem",
            f"{RUN_FILE} is missing" if error is None else str(error),
            "curves, configuration and measures lie in it; without it the run does not open"
            " and cannot be resumed",
            "--fix puts it together anew from what of it still reads, the summary and the log",
            lambda: restore_published(files.run),
        )
    ]


def refused(run: str, error: GrokscopeError, means: str, remedy: str = "") -> Finding:
    """Return what is told of a file that is not damaged and yet not read.

    Parameters
    ----------
    means, remedy : str
        Of a file that is none of ours; one that cannot be read now may be sound.
    """
    if isinstance(error, UnreadableNow):
        means = "its disk or server does not give it now; whether it is sound is not known"
        remedy = "look again once it can be read"
    return Finding(run, "problem", str(error), means, remedy)


def check_summary(files: RunFiles) -> list[Finding]:
    """Find a summary that is missing, damaged, or says other than the published file."""
    head = files.head.value
    if files.live or head is None:
        return []
    error = files.summary.error
    if isinstance(error, NewerSchema | OlderSchema):
        return []
    if SUMMARY_FILE not in files.entries:
        found, means = f"{SUMMARY_FILE} is missing", "listings leave the run out"
    elif isinstance(error, UnreadableNow):
        return [refused(files.id, error, "")]
    elif error is not None:
        found, means = str(error), "listings tell the run as unreadable"
    elif gone := _gone(files):
        found = f"{gone} of {gone + files.checkpoints} checkpoints are gone"
        means = "their parameters are lost unless a backup has them, and listings count them still"
    elif told := _differs(files.told.value or {}, head, files):
        found, means = f"{SUMMARY_FILE} says {told}", WRONG
    else:
        return []
    return [
        Finding(
            files.id,
            "warning" if means == WRONG else "problem",
            found,
            means,
            f"--fix rebuilds it from {RUN_FILE}, the log and the checkpoints",
            lambda: rebuild_summary(files.run),
        )
    ]


def _gone(files: RunFiles) -> int:
    """Return how many checkpoints an ended run's summary counts that no file holds."""
    counted = (files.told.value or {}).get("checkpoints")
    unread = any(labels.value is None for labels in files.labels.values())
    if unread or not files.ended or not isinstance(counted, int):
        return 0
    return max(counted - files.checkpoints, 0)


def _differs(data: Mapping[str, Any], head: Head, files: RunFiles) -> str:
    """Return in what an ended run's summary contradicts the published file, '' where it agrees."""
    status = head.attrs.get("status")
    if status in ("finished", "failed") and data.get("state") != status:
        return f"{data.get('state')}, {RUN_FILE} says {status}"
    if files.ended and head.last >= 0 and data.get("step") != head.last:
        return f"step {data.get('step')}, {RUN_FILE} goes to step {head.last}"
    count = files.checkpoints
    if files.ended and data.get("checkpoints") != count:
        return f"{data.get('checkpoints')} checkpoints, there are {count}"
    return ""
