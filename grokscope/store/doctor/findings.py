"""Findings: what is wrong with a run or a store, what it means, and what would mend it."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from grokscope.store.files.texts import readable

Severity = Literal["problem", "warning", "note"]

MOST = 4000
"""Characters of one text; what tells many damaged places may be long."""
SEVERITIES: tuple[Severity, ...] = ("problem", "warning", "note")


@dataclass(frozen=True)
class Mended:
    """What mending did, in a line, and what it could not save."""

    line: str
    lost: str = ""
    """Empty where readers find all that there was."""


Fix = Callable[[], str | Mended]
"""Mends one thing and returns what was done, in a line where nothing is lost by it."""


@dataclass(frozen=True)
class Finding:
    """One thing found in a run or, where `run` is empty, in the store around the runs."""

    run: str
    severity: Severity
    """A problem keeps something from working, a warning may come to that, a note is to know."""
    found: str
    means: str
    """Why it matters."""
    remedy: str = ""
    """What `fix` would do, or what its user can do."""
    fix: Fix | None = field(default=None, compare=False, repr=False)
    """None where nothing can be mended from here. The caller holds the run's lock."""
    seize: bool = False
    """Whether `fix` takes the run from a holder that nobody knows, before the lock is taken."""

    def __post_init__(self) -> None:
        _tame(self, "run", "found", "means", "remedy")

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        names = ("run", "severity", "found", "means", "remedy")
        return {name: getattr(self, name) for name in names} | {"fixable": self.fix is not None}


@dataclass(frozen=True)
class Done:
    """One thing mended, or tried in vain."""

    run: str
    line: str
    well: bool = True
    """Whether it worked."""
    lost: str = ""
    """What could not be saved; empty where all was."""

    def __post_init__(self) -> None:
        _tame(self, "run", "line", "lost")

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


def _tame(told: Finding | Done, *names: str) -> None:
    """Take from texts, which may hold what a stranger called a file, what steers a terminal."""
    for name in names:
        object.__setattr__(told, name, readable(getattr(told, name), MOST))
