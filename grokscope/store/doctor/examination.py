"""Examining a store run by run, and mending what can be mended while nobody else writes it."""

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from grokscope.errors import GrokscopeError
from grokscope.store.doctor.checkpoints import check_checkpoints, check_values
from grokscope.store.doctor.findings import Done, Finding, Mended
from grokscope.store.doctor.formats import check_versions
from grokscope.store.doctor.holding import check_clock, check_holding
from grokscope.store.doctor.identity import check_annotations, check_identity
from grokscope.store.doctor.leftovers import (
    check_kept,
    check_loose,
    check_segments,
    check_temporary,
)
from grokscope.store.doctor.logs import check_log
from grokscope.store.doctor.probes import check_probes
from grokscope.store.doctor.published import check_published, check_summary
from grokscope.store.doctor.resumption import check_resume
from grokscope.store.doctor.runfiles import RunFiles
from grokscope.store.files.links import refuse_links
from grokscope.store.files.patience import reason
from grokscope.store.files.texts import readable
from grokscope.store.lock import Lock
from grokscope.store.schema import SUMMARY_FILE

CHECKS: tuple[Callable[[RunFiles], list[Finding]], ...] = (
    check_holding,
    check_versions,
    check_temporary,
    check_published,
    check_identity,
    check_checkpoints,
    check_probes,
    check_resume,
    check_log,
    check_loose,
    check_segments,
    check_summary,
    check_annotations,
    check_values,
    check_clock,
    check_kept,
)
"""In the order in which what they find is mended: a summary is put together last."""
LOOKS = 3
"""How often a run is looked at whose files change meanwhile."""


def examine(run: Path, deep: bool = False, held: bool = False) -> list[Finding]:
    """Return what is found in one run, in the order in which it is mended; nothing is written.

    Parameters
    ----------
    run : Path
        Its directory.
    deep : bool
        Read every value: whether checkpoints are what they were recorded as.
    held : bool
        Whether this process holds the run's lock.
    """
    findings: list[Finding] = []
    for _ in range(LOOKS):
        before = _generation(run)
        try:
            files = RunFiles(run, deep, held, time.time())
            findings = [finding for check in CHECKS for finding in check(files)]
        except (FileNotFoundError, NotADirectoryError):
            findings = []
        except OSError as error:
            findings = [_closed(run, error)]
        if held or _generation(run) == before:
            break
    return findings


def mend(run: Path, findings: list[Finding], deep: bool = False) -> Iterator[Done]:
    """Mend what was found in one run, one thing after another; yield each thing done.

    The run is held meanwhile, and looked at again after each step, since one may mend another.

    Parameters
    ----------
    findings : list of Finding
        What `examine` returned.
    """
    todo = _mendable(findings)
    if not todo:
        return
    try:
        refuse_links(run)
    except (GrokscopeError, OSError) as error:
        yield Done(run.name, f"left as it is: {_told(error)}", well=False)
        return
    seized = [finding for finding in todo if finding.seize]
    for each in seized:
        yield (done := _mend(each))
        if not done.well:
            return
    try:
        lock = Lock.take(run)
    except (GrokscopeError, OSError) as error:
        yield Done(run.name, f"left as it is: {_told(error)}", well=False)
        return
    tried = {finding.found for finding in seized}
    try:
        if seized:
            todo = _mendable(examine(run, deep, held=True))
        while finding := next((f for f in todo if f.found not in tried), None):
            tried.add(finding.found)
            yield (done := _mend(finding))
            if not done.well:
                # what comes after builds on it
                return
            todo = _mendable(examine(run, deep, held=True))
    finally:
        _release(lock)


def mend_place(findings: list[Finding]) -> Iterator[Done]:
    """Mend what was found around the runs of a store; yield each thing done."""
    return (_mend(finding) for finding in findings if finding.fix is not None)


def _release(lock: Lock) -> None:
    """Give a run back; a lock that cannot be removed keeps nobody out once this process is gone."""
    for _ in range(2):
        with contextlib.suppress(OSError):
            lock.release()
            return


def _mend(finding: Finding) -> Done:
    assert finding.fix is not None
    try:
        done = finding.fix()
    except (GrokscopeError, OSError, ValueError, KeyError) as error:
        return Done(finding.run, f"not mended: {_told(error)}", well=False)
    mended = done if isinstance(done, Mended) else Mended(done)
    return Done(finding.run, mended.line, lost=mended.lost)


def _mendable(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.fix is not None]


def _told(error: Exception) -> str:
    if isinstance(error, GrokscopeError):
        return str(error)
    if isinstance(error, OSError):
        return reason(error)
    return f"what it holds does not fit ({readable(str(error), 120)})"


def _generation(run: Path) -> tuple[int, int] | None:
    try:
        status = (run / SUMMARY_FILE).stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def _closed(run: Path, error: OSError) -> Finding:
    return Finding(
        run.name,
        "problem",
        f"it cannot be looked at: {reason(error)}",
        "whoever may not read a run's files does not see it",
        "give yourself the right to read them",
    )
