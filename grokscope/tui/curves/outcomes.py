"""What two runs came to, beside each other: times, accuracies, losses, and their difference."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from grokscope import wording

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary

TIMES = (("t_train", "t_train"), ("t_test", "t_test"), ("Δ", "t_grok"))
LAST = (("test acc", "test_accuracy"), ("train acc", "train_accuracy"),
        ("test loss", "test_loss"), ("train loss", "train_loss"))  # fmt: skip


def outcomes(a: "Sequence[RunSummary]", b: "Sequence[RunSummary]", width: int) -> str:
    """Return as much as fits of what runs came to, of A, of B, and A less B; medians of several.

    Times that not all reached are censored: '>200', without a difference.
    """
    texts = [text for name, field in TIMES if (text := _time(name, field, a, b))]
    texts += [text for name, metric in LAST if (text := _last(name, metric, a, b))]
    line = ""
    for text in texts:
        longer = f"{line}   {text}" if line else text
        if len(longer) > width:
            break
        line = longer
    return line


def _time(name: str, field: str, a: "Sequence[RunSummary]", b: "Sequence[RunSummary]") -> str:
    values = [_middle([_reached(run, field) for run in runs]) for runs in (a, b)]
    words = [
        wording.moment(value) if value is not None else _unreached(runs, field)
        for value, runs in zip(values, (a, b), strict=True)
    ]
    if set(words) == {wording.MISSING}:
        return ""
    same = len({run.time_unit for run in (*a, *b)}) == 1
    less = _less(values[0], values[1], wording.moment) if same else ""
    return f"{name} {words[0]} │ {words[1]}{less}"


def _last(name: str, metric: str, a: "Sequence[RunSummary]", b: "Sequence[RunSummary]") -> str:
    write = wording.accuracy if metric.endswith("accuracy") else wording.number
    found = [[run.metrics[metric].last for run in runs if metric in run.metrics] for runs in (a, b)]
    values = [float(np.median(ends)) if ends else None for ends in found]
    if None in values:
        return ""
    words = [write(value) for value in values if value is not None]
    return f"{name} {words[0]} │ {words[1]}{_less(values[0], values[1], write)}"


def _less(a: float | None, b: float | None, write: Callable[[float], str]) -> str:
    if a is None or b is None or not np.isfinite([a, b]).all():
        return ""
    sign = "+" if a > b else "−" if a < b else "±"
    return f" ({sign}{write(abs(a - b))})"


def _reached(run: "RunSummary", field: str) -> float | None:
    return getattr(run.outcome, field) if run.outcome is not None else None


def _middle(times: Sequence[float | None]) -> float | None:
    """Return the median of times, of which those not reached count as late; None for a late one."""
    ordered = sorted(float("inf") if time is None else time for time in times)
    middle = float(np.median(ordered)) if np.isfinite(ordered[len(ordered) // 2]) else float("inf")
    return middle if np.isfinite(middle) else None


def _unreached(runs: "Sequence[RunSummary]", field: str) -> str:
    if field == "t_grok":
        return wording.MISSING
    late = next((run for run in runs if _reached(run, field) is None), runs[0])
    return wording.event(late.outcome, field, any(run.live for run in runs))
