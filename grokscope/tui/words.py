"""Numbers, times and names as the explorer writes them."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grokscope.events import Outcome
    from grokscope.store.summary import RunSummary

MISSING = "–"
"""What does not apply, or is not known yet."""
STATUS_SIGNS = {"running": "▶", "stalled": "▷", "queued": "…", "dead": "✗", "failed": "✗"}
UNCOMPARED = ("name", "seed.root")
"""Configuration keys that the run's label already tells."""


def number(value: float | None) -> str:
    """Return a number with three significant digits: 0.0123, 131, 12.3k, 4.5e-6."""
    if value is None or not math.isfinite(value):
        return MISSING
    size = abs(value)
    if size and (size < 1e-3 or size >= 1e9):
        mantissa, _, exponent = f"{value:.2e}".partition("e")
        return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
    for least, suffix in ((1e6, "M"), (1e4, "k")):
        if size >= least:
            scaled = value / (1e6 if suffix == "M" else 1e3)
            return f"{_digits(scaled)}{suffix}"
    return f"{value:.0f}" if size >= 1000 else _digits(value)


def accuracy(value: float | None) -> str:
    """Return an accuracy with three decimals, so that a column of them lines up."""
    return MISSING if value is None or not math.isfinite(value) else f"{value:.3f}"


def moment(value: float | None) -> str:
    """Return a time: whole where it is, else with three significant digits."""
    if value is None or not math.isfinite(value):
        return MISSING
    return f"{value:.0f}" if value == round(value) and abs(value) < 1e5 else number(value)


def event(outcome: "Outcome | None", name: str, live: bool) -> str:
    """Return the time `t_train` or `t_test` of an outcome.

    A run that ended first shows when, as '>200'; one that goes on shows a dash.
    """
    if outcome is None:
        return MISSING
    time = getattr(outcome, name)
    if time is None and not live and outcome.last is not None:
        return ">" + moment(outcome.last.told_in(outcome.time_unit))
    return moment(time)


def value(thing: Any) -> str:
    """Return a configuration value as short text."""
    if thing is None:
        return MISSING
    if isinstance(thing, bool):
        return "yes" if thing else "no"
    if isinstance(thing, float):
        return f"{thing:.4g}".replace("e-0", "e-").replace("e+0", "e")
    if isinstance(thing, list | tuple):
        return ",".join(value(inner) for inner in thing)
    return str(thing)


def duration(seconds: float) -> str:
    """Return a rough duration of at most four characters: 42s, 12m, 3.5h, 2.1d."""
    for size, unit in ((86400, "d"), (3600, "h")):
        if seconds >= size:
            return f"{_digits(seconds / size, 2)}{unit}"
    return f"{seconds / 60:.0f}m" if seconds >= 90 else f"{seconds:.0f}s"


def status(run: "RunSummary") -> str:
    """Return a run's status with its sign, and how far a running one is."""
    sign = STATUS_SIGNS.get(run.status, " ")
    done = progress(run)
    if run.status != "running" or done is None:
        return f"{sign} {run.status}"
    percent = f"{sign} {100 * done:.0f}%"
    return percent if run.eta is None else f"{percent} {duration(run.eta)}"


def path(place: Path, width: int) -> str:
    """Return a path whose end fits in `width` cells, the home directory as ~."""
    text = str(place)
    home = str(Path.home())
    if text == home or text.startswith(home + "/"):
        text = "~" + text[len(home) :]
    return text if len(text) <= width else "…" + text[1 - width :]


def progress(run: "RunSummary") -> float | None:
    """Return the part of a run that is done, None where its length is not known."""
    if run.total_epochs:
        return run.epoch / run.total_epochs
    return run.step / run.total_steps if run.total_steps else None


def reached(run: "RunSummary") -> str:
    """Return how far a run got, in its own unit: 'epoch 46/200'."""
    unit = run.time_unit
    now, total = (run.step, run.total_steps) if unit == "step" else (run.epoch, run.total_epochs)
    return f"{unit} {moment(now)}" + (f"/{moment(total)}" if total else "")


def labels(runs: Sequence["RunSummary"]) -> dict[str, str]:
    """Return for each run id a short label: name and seed, or the id where those are not enough."""
    short = {run.id: f"{run.name} s{run.seed}" if run.name else run.id for run in runs}
    counts: dict[str, int] = {}
    for label in short.values():
        counts[label] = counts.get(label, 0) + 1
    return {id: label if counts[label] == 1 else id for id, label in short.items()}


def differing(runs: Sequence["RunSummary"]) -> list[str]:
    """Return configuration keys whose values differ among runs, `init_scale` first."""
    seen: dict[str, set[str]] = {}
    for run in runs:
        for key, thing in run.config.items():
            seen.setdefault(key, set()).add(repr(thing))
    lacking = {key for run in runs for key in seen if key not in run.config}
    keys = [k for k in seen if (len(seen[k]) > 1 or k in lacking) and k not in UNCOMPARED]
    return sorted(keys, key=lambda key: key != "model.init_scale")


def alike(a: Mapping[str, Any], b: Mapping[str, Any]) -> int:
    """Return how many configuration keys two runs share with equal values."""
    return sum(1 for key in a if key in b and a[key] == b[key])


def short_key(key: str) -> str:
    """Return the last part of a dotted configuration key."""
    return key.rpartition(".")[2]


def fitting(texts: Sequence[str], width: int, gap: int) -> list[str]:
    """Return the texts from the first on that fit into a line whole, each with its gap."""
    kept = []
    for text in texts:
        width -= len(text) + gap
        if width < 0:
            break
        kept.append(text)
    return kept


def _digits(value: float, digits: int = 3) -> str:
    whole = len(f"{abs(value):.0f}") if abs(value) >= 1 else 0
    if whole == 0:
        return f"{value:.{digits}g}"
    return f"{value:.{max(digits - whole, 0)}f}"
