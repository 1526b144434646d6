"""Folding: runs that repeat each other with other seeds share a row of the list."""

from collections.abc import Callable, Collection, Iterator, Sequence
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

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
Group = tuple[str, list["RunSummary"]]
"""What runs share, and the runs."""


class Row(NamedTuple):
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
        return attrgetter("glance.kin")
    if by == NOTHING:
        return attrgetter("id")
    if by in OWN:
        return lambda run: str(getattr(run, by))
    return lambda run: wording.value(run.config.get(by))


def grouped(runs: "Sequence[RunSummary]", by: str) -> list[Group]:
    """Return runs by what they share, in the order of the first of each; seeds rising in each."""
    groups: dict[str, list[RunSummary]] = {}
    share = shared(by)
    for name, run in zip(map(share, runs), runs, strict=True):
        groups.setdefault(name, []).append(run)
    return [(name, _by_seed(group)) for name, group in groups.items()]


def ordered(
    groups: Sequence[Group], value: "Callable[[RunSummary], Any]", inverted: bool, alike: bool
) -> list[Group]:
    """Return groups sorted by a value, each by its middle one.

    Parameters
    ----------
    value : callable
        None for a run without one; a group without any goes last, inverted or not.
    alike : bool
        Whether the runs of a group have one value, so that one of them is asked.
    """
    known, missing = [], []
    for group in groups:
        key = _middle(group[1][:1] if alike else group[1], value)
        if key is None:
            missing.append(group)
        else:
            known.append((key, group))
    known.sort(key=itemgetter(0), reverse=inverted)
    return [group for _, group in known] + missing


def rows(groups: Sequence[Group], unfolded: Collection[str]) -> list[Row]:
    """Return one row a group, followed by its runs where the row's id is among the unfolded."""
    return [row for name, runs in groups for row in _rows(name, runs, unfolded)]


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
    return runs if len(runs) == 1 else sorted(runs, key=attrgetter("name", "seed", "id"))


def _rows(name: str, runs: "list[RunSummary]", unfolded: Collection[str]) -> Iterator[Row]:
    if len(runs) == 1:
        yield Row(runs[0].id, (runs[0],))
        return
    head = Row(HEAD + name, tuple(runs))
    yield head
    if head.id in unfolded:
        for run in runs:
            yield Row(run.id, (run,), "└ " if run is runs[-1] else "├ ")
