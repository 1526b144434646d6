"""What a run wrote down itself: how it stands, where it lies, and its last evaluations.

Imported by workers, after the first paint.
"""

import time
from typing import TYPE_CHECKING

from grokscope import wording
from grokscope.errors import GrokscopeError
from grokscope.store.curves.follower import Follower
from grokscope.store.schema import LOG_FILE, RUN_FILE
from grokscope.tui import words

if TYPE_CHECKING:
    from grokscope.store.curves.reader import Metrics
    from grokscope.store.listing.summary import RunSummary

LAST = 200
"""Most evaluations that are told."""
SHORT = 10
"""Lines of a table that are seen at once on any screen."""
LEAST = 9
"""Fewest cells of a column."""


def recorded(run: "RunSummary", room: int) -> list[str]:
    """Return lines that tell how a run stands and what it recorded last, the newest at the end.

    The table of evaluations has so many columns as fit into `room` cells.
    """
    try:
        table = evaluations(Follower(run.path).refresh(), run.time_unit, room)
    except (GrokscopeError, OSError) as error:
        table = [f"what it recorded cannot be read: {' '.join(str(error).split())}"]
    file = run.path / LOG_FILE
    place = file if file.exists() else run.path / RUN_FILE
    return [str(place), *table, "", *state(run)]


def state(run: "RunSummary") -> list[str]:
    """Return how a run stands, why where that is known, and how to go on."""
    ago = words.duration(max(time.time() - run.heartbeat, 0))
    lines = [f"{run.status} at {wording.reached(run)}; last heard of {ago} ago"]
    lines += [run.reason] if run.reason else []
    hints = {
        "dead": "its process is gone without a word; U resumes it where it stood",
        "failed": f"grokscope show {run.id}   tells its settings",
        "interrupted": "U resumes it where it stood",
    }
    return [*lines, hints[run.status]] if run.status in hints else lines


def evaluations(metrics: "Metrics", unit: str, room: int) -> list[str]:
    """Return the last evaluations as a table: times, then accuracies and other metrics."""
    if not metrics.step.size:
        return ["no evaluations yet"]
    times = metrics.step if unit == "step" else metrics.epoch
    columns = {unit: [wording.moment(float(time)) for time in times[-LAST:]]}
    for name in sorted(metrics.curves, key=_order):
        values = metrics.curves[name].values[-LAST:]
        columns[_named(name)] = [_written(name, float(value)) for value in values]
    shown: list[list[str]] = []
    for name, texts in columns.items():
        wide = max(LEAST, len(name), *map(len, texts))
        room -= wide + 2
        if room < 0 and shown:
            break
        shown.append([f"{text:>{wide}}" for text in (name, *texts)])
    lines = ["  ".join(cells) for cells in zip(*shown, strict=True)]
    # names stand at the end as well: there one looks first, where the top is scrolled away
    lines += lines[:1] if len(lines) > SHORT else []
    left = len(columns) - len(shown)
    return [*lines, f"and {left} more {'metric' if left == 1 else 'metrics'}"] if left else lines


def _order(name: str) -> tuple[bool, str, bool]:
    split, _, rest = name.partition("_")
    return rest != "accuracy", rest if split in ("train", "test") else name, split != "train"


def _named(name: str) -> str:
    """Return what a metric is called above its column: 'train acc', 'weight norm'."""
    return name.replace("accuracy", "acc").replace("_", " ")


def _written(name: str, value: float) -> str:
    return wording.accuracy(value) if name.endswith("accuracy") else wording.number(value)
