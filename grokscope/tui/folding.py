"""Folding: runs that repeat each other with other seeds share a row of the list."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grokscope import wording

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary

SEEDS, NOTHING = "seed", "nothing"
"""Foldings: runs that differ in seeds alone; each run in a row of its own."""
OWN = ("name", "task", "model")
"""Foldings by what a summary tells without its configuration."""
HEAD = "fold:"
"""Begins the id of a row of several runs; no run's id has a colon."""
Key = tuple[int, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the list."""

    id: str
    """That of its run; of several, `fold:` and what they share."""
    runs: tuple["RunSummary", ...]
    """None where the run cannot be read."""
    branch: str = ""
    """The line that joins it to the row above."""
    problem: str = ""
    """Why it has no run."""

    @property
    def several(self) -> bool:
        """Whether it stands for several runs."""
        return len(self.runs) > 1


def foldings(differing: Sequence[str]) -> list[str]:
    """Return what a list can be folded by: seeds, keys that differ, and nothing."""
    keys = ("seed.root", "task.name", "model.name", *OWN)
    rest = [key for key in differing if key not in keys]
    return [SEEDS, *(name for name in OWN), *rest, NOTHING]


def shared(by: str) -> "Callable[[RunSummary], str]":
    """Return what runs of one row have in common, as a function of a run."""
    if by == SEEDS:
        return lambda run: run.glance.kin
    if by == NOTHING:
        return lambda run: run.id
    if by in OWN:
        return lambda run: str(getattr(run, by))
    return lambda run: wording.value(run.config.get(by))


def folded(
    runs: "Sequence[RunSummary]",
    by: str,
    unfolded: Collection[str],
    value: "Callable[[RunSummary], Any] | None" = None,
    inverted: bool = False,
) -> list[Row]:
    """Return the rows of a list.

    Parameters
    ----------
    runs : sequence of RunSummary
        Newest first.
    by : str
        One of `foldings`.
    unfolded : collection of str
        Ids of rows whose runs have rows of their own below.
    value : callable, optional
        What rows are sorted by, rows of several by the middle one; what has no value goes last,
        inverted or not. By default the row with the newest run comes first.
    inverted : bool
        Whether the greatest, or the oldest, comes first.
    """
    groups: dict[str, list[RunSummary]] = {}
    share = shared(by)
    for run in runs:
        groups.setdefault(share(run), []).append(run)
    parts = [(name, _by_seed(group)) for name, group in groups.items()]
    if value is not None:
        known = [(key, part) for part in parts if (key := _middle(part[1], value)) is not None]
        missing = [part for part in parts if _middle(part[1], value) is None]
        known.sort(key=lambda one: one[0], reverse=inverted)
        parts = [part for _, part in known] + missing
    elif inverted:
        parts.reverse()
    return [row for name, group in parts for row in _rows(name, group, unfolded)]


def rank(value: Any) -> Key | None:
    """Return what a value is sorted by: numbers before words; None for what is missing."""
    if value is None or value == "" or value != value:
        return None
    if isinstance(value, bool | int | float):
        return 0, float(value)
    return 1, wording.value(value).casefold()


def _middle(runs: "Sequence[RunSummary]", value: "Callable[[RunSummary], Any]") -> Key | None:
    keys = sorted(key for run in runs if (key := rank(value(run))) is not None)
    return keys[(len(keys) - 1) // 2] if keys else None


def _by_seed(runs: "list[RunSummary]") -> "list[RunSummary]":
    return runs if len(runs) == 1 else sorted(runs, key=lambda run: (run.name, run.seed, run.id))


def _rows(name: str, runs: "list[RunSummary]", unfolded: Collection[str]) -> Iterator[Row]:
    if len(runs) == 1:
        yield Row(runs[0].id, (runs[0],))
        return
    head = Row(HEAD + name, tuple(runs))
    yield head
    if head.id in unfolded:
        for run in runs:
            yield Row(run.id, (run,), "└ " if run is runs[-1] else "├ ")
