"""Checks of a run's checkpoints: whether they open, their order, and every value of them."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from grokscope.errors import Damaged, MissingData, OlderSchema, Unreadable
from grokscope.store.checkpoints.segments import by_name, row_digests
from grokscope.store.checkpoints.trajectory import Trajectory, open_trajectory
from grokscope.store.doctor.findings import Finding, Mended
from grokscope.store.doctor.published import refused
from grokscope.store.doctor.rescue import rescue
from grokscope.store.doctor.runfiles import Labels, RunFiles
from grokscope.store.files.aside import move_aside

AT_ONCE = 64
"""Checkpoints read at a time, several blocks of a compacted file."""
SHOWN = 5
"""Most damaged places that one finding names."""


def check_checkpoints(files: RunFiles) -> list[Finding]:
    """Find files of checkpoints that do not open, and checkpoints out of order or at odds."""
    if files.live:
        return []
    findings, known = [], {}
    for path, labels in files.labels.items():
        if labels.value is not None:
            known[path] = labels.value
        elif isinstance(labels.error, Unreadable) and not isinstance(labels.error, OlderSchema):
            findings.append(_unreadable(files.run, path, labels.error))
    if len({labels.layout for labels in known.values()}) > 1:
        findings.append(
            Finding(
                files.id,
                "problem",
                "its checkpoints disagree on their layout",
                "none of them can be read",
                "move the files that are not of this run out of its segments folder",
            )
        )
    return [*findings, *_order(files.id, known)]


def check_values(files: RunFiles) -> list[Finding]:
    """Find checkpoints whose parameters are not those they were recorded with."""
    sound = all(labels.value is not None for labels in files.labels.values())
    if not files.deep or files.live or not files.labels or not sound:
        return []
    try:
        bad = list(_bad(open_trajectory(files.run)))
    except (MissingData, FileNotFoundError):
        return []
    except Unreadable as error:
        bad = [str(error)]
    if not bad:
        return []
    shown = "; ".join(bad[:SHOWN]) + (f"; {len(bad) - SHOWN} more" if len(bad) > SHOWN else "")
    return [
        Finding(
            files.id,
            "problem",
            f"checkpoints are damaged: {shown}",
            "measures of these checkpoints fail; the other ones are sound",
            "restore the file from a backup, or thin the run to the sound checkpoints",
        )
    ]


def _unreadable(run: Path, path: Path, error: Unreadable) -> Finding:
    means = "until it is out of the way, none of the run's checkpoints can be read"
    if not isinstance(error, Damaged):
        remedy = "it is no file that grokscope wrote: remove it unless you trust who made it"
        return refused(run.name, error, means, remedy)
    return Finding(
        run.name,
        "problem",
        str(error),
        means,
        f"--fix saves the checkpoints in it that are sound, and keeps it as {path.name}.damaged",
        lambda: rescue(run, path),
    )


def _order(run: str, known: dict[Path, Labels]) -> Iterator[Finding]:
    """Find steps that do not increase within a file, or that two files tell differently."""
    digests: dict[int, str] = {}
    for path, labels in known.items():
        steps, told = labels.steps, labels.digests
        if any(b <= a for a, b in pairwise(steps)):
            yield Finding(
                run,
                "problem",
                f"{path.name}: its checkpoints are not in the order of their steps",
                "they are not read in order, and some not at all",
                f"--fix keeps it as {path.name}.damaged; its checkpoints are lost to readers",
                lambda path=path: Mended(  # type: ignore[misc]
                    f"kept as {move_aside(path)}", f"the checkpoints in {path.name}"
                ),
            )
            continue
        for step, digest in zip(steps, told, strict=False):
            if digests.setdefault(step, digest) != digest:
                yield Finding(
                    run,
                    "warning",
                    f"{path.name} holds other parameters at step {step} than the file before it",
                    "readers show those of the first file",
                    "nobody can tell which are right; move the wrong file out of the run",
                )
                break


def _bad(trajectory: Trajectory) -> Iterator[str]:
    layout = trajectory.layout
    for start in range(0, len(trajectory), AT_ONCE):
        which = np.arange(start, min(start + AT_ONCE, len(trajectory)))
        try:
            found = row_digests(layout, list(trajectory.rows(which)))
        except Unreadable:
            yield from _unread(trajectory, which)
            continue
        for i, digest in zip(which, found, strict=True):
            if digest != trajectory.digests[i]:
                step = trajectory.checkpoints[i]
                yield f"step {step}: its digest is not the one it was recorded with"


def _unread(trajectory: Trajectory, which: np.ndarray) -> Iterator[str]:
    """Name the tensors and checkpoints of a block that cannot be read."""
    for parameter in by_name(trajectory.layout):
        lost = []
        for i in which:
            try:
                trajectory.read(parameter.name, (int(i),))
            except Unreadable:
                lost.append(int(trajectory.checkpoints[i]))
        if lost:
            steps = str(lost[0]) if len(lost) == 1 else f"{lost[0]} to {lost[-1]}"
            yield f"{parameter.name} at {'step' if len(lost) == 1 else 'steps'} {steps}"
