"""Names, status and paths as the explorer writes them."""

from collections import Counter
from collections.abc import Sequence
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from grokscope import wording
from grokscope.errors import GrokscopeError

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary

STATUS_SIGNS = {"running": "▶", "stalled": "▷", "queued": "…", "dead": "✗", "failed": "✗"}
UNCOMPARED = ("name", "seed.root")
"""Configuration keys that the run's label already tells."""


def duration(seconds: float) -> str:
    """Return a rough duration of at most four characters: 42s, 12m, 3.5h, 2.1d."""
    for size, unit in ((86400, "d"), (3600, "h")):
        if seconds >= size:
            return f"{wording.significant(seconds / size, 2)}{unit}"
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


def readable(text: str) -> str:
    """Return text without characters that steer a terminal: names may come from strangers."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "·" for c in text)


def shortened(text: str, width: int) -> str:
    """Return a text in `width` cells, cut in its middle: names differ at their ends."""
    if len(text) <= width:
        return text
    end = width // 2
    return f"{text[: width - 1 - end]}…{text[len(text) - end :]}"


def progress(run: "RunSummary") -> float | None:
    """Return the part of a run that is done, None where its length is not known."""
    if run.total_epochs:
        return run.epoch / run.total_epochs
    return run.step / run.total_steps if run.total_steps else None


def tally(runs: Sequence["RunSummary"]) -> tuple[int, int, float | None]:
    """Return how many run, how many failed or died, and in how many seconds the last ends."""
    counts = Counter(map(attrgetter("status"), runs))
    live = (run for run in runs if run.status == "running") if counts["running"] else ()
    left = max((run.eta for run in live if run.eta is not None), default=None)
    return counts["running"], counts["dead"] + counts["failed"], left


def labels(runs: Sequence["RunSummary"]) -> dict[str, str]:
    """Return for each run id a short label: name and seed, or the id where those are not enough."""
    short = [f"{run.name} s{run.seed}" if run.name else run.id for run in runs]
    ids, counts = map(attrgetter("id"), runs), Counter(short)
    if len(counts) == len(short):
        return dict(zip(ids, short, strict=True))
    return {id: label if counts[label] == 1 else id for id, label in zip(ids, short, strict=True)}


def differing(runs: Sequence["RunSummary"]) -> list[str]:
    """Return configuration keys that differ and that labels do not tell, `init_scale` first."""
    keys = wording.differing([run.config for run in runs])
    told = [key for key in keys if key not in UNCOMPARED]
    return sorted(told, key=lambda key: key != "model.init_scale")


def short_key(key: str) -> str:
    """Return the last part of a dotted configuration key; of a name, what it is the name of."""
    before, _, last = key.rpartition(".")
    return before.rpartition(".")[2] if last == "name" and before else last


def fitting(texts: Sequence[str], width: int, gap: int) -> list[str]:
    """Return the texts from the first on that fit into a line whole, each with its gap."""
    kept = []
    for text in texts:
        width -= len(text) + gap
        if width < 0:
            break
        kept.append(text)
    return kept


def one_line(error: BaseException | None) -> str:
    """Return what went wrong in one line, named where it is no mistake of a user's."""
    text = " ".join(str(error).split())
    if isinstance(error, GrokscopeError | OSError):
        return text
    return f"{type(error).__name__}: {text}".rstrip(": ")
