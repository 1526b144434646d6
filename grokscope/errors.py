"""Errors: one class per mistake a user can make, each a standard kind of error as well.

A message says what was asked, what was found and what would be accepted. The command line
prints it as one line; anything that is not a `GrokscopeError` is a bug and keeps its traceback.
"""

import difflib
import reprlib
from collections.abc import Iterable
from typing import Any


class GrokscopeError(Exception):
    """What a user can mend; `str()` of it is one readable line."""

    # KeyError would print its argument in quotes
    __str__ = Exception.__str__


class UnknownName(GrokscopeError, KeyError):
    """A name that no registry, preset list or store holds."""


class BadConfig(GrokscopeError, ValueError):
    """A configuration key, value or file that cannot be used."""


class NotAStore(GrokscopeError, NotADirectoryError):
    """A path given as the store that is no directory of runs."""


class NotARun(GrokscopeError, LookupError):
    """A run that the store does not hold, or a selector that fits several."""


class BadQuery(GrokscopeError, ValueError):
    """A query that cannot be understood, or that asks for what no run has.

    Parameters
    ----------
    message : str
        What is wrong at the place.
    text : str
        The query.
    span : (int, int)
        The first character of the place and the one behind its last.
    """

    def __init__(self, message: str, text: str, span: tuple[int, int]) -> None:
        super().__init__(f"query {text[:80]!r}, column {span[0] + 1}: {message}")
        self.message = message
        self.text = text
        self.span = span

    def pointed(self, width: int = 78) -> str:
        """Return two lines: the query, or what of it fits, and marks under the place."""
        start, end = self.span
        first = max(min(start - width // 2, len(self.text) + 1 - width), 0)
        shown = "".join(c if c.isprintable() else "·" for c in self.text[first : first + width])
        marks = max(min(end, first + width) - start, 1)
        return f"{shown}\n{' ' * (start - first)}{'^' * marks}"


class Unreadable(GrokscopeError, OSError):
    """A file of a run that is truncated, damaged, hostile or not ours."""


class Damaged(Unreadable):
    """A file that is damaged, by a crash or a disk: what of it still reads may be saved."""


class UnreadableNow(Unreadable):
    """A file that the system does not give at this time: nothing is known of what it holds."""


class NewerSchema(GrokscopeError, ValueError):
    """A file written by a later major version of the format."""


class OlderSchema(Unreadable):
    """A file written by an earlier major version of the format, not migrated yet."""


class RunHeld(GrokscopeError, BlockingIOError):
    """A run that another process is writing."""


class NotWritten(GrokscopeError, ProcessLookupError):
    """A run that no process is writing, asked for what only its writer can do."""


class BadArgument(GrokscopeError, ValueError):
    """An argument of a function that cannot be used."""


class RecorderClosed(GrokscopeError, ValueError):
    """A recorder whose run was ended, asked to record more."""


class RunExists(GrokscopeError, FileExistsError):
    """An id that another run of the store has."""


class StoreFailed(GrokscopeError, OSError):
    """A store that stopped taking writes: disk full, read-only, gone."""


class BadAnnotation(GrokscopeError, ValueError):
    """A tag or a note that cannot be kept."""


class Unconfirmed(GrokscopeError, RuntimeError):
    """Something that cannot be undone, asked for where nobody can be asked back."""


class BadExport(GrokscopeError, ValueError):
    """An export that cannot be made as it was asked for."""


class RunGone(StoreFailed):
    """A run whose directory was removed or renamed while it was written."""


class MissingData(GrokscopeError, LookupError):
    """A measure asked of a run that did not record what it needs."""


class DifferentShapes(GrokscopeError, ValueError):
    """Runs whose arrays do not fit into one."""


class MissingPackage(GrokscopeError, ImportError):
    """An optional package that was asked for and is not installed."""


class NoDevice(GrokscopeError, ValueError):
    """A device that this machine does not have."""


class BadTerminal(GrokscopeError, EnvironmentError):
    """A terminal that cannot show the explorer."""


def nearest(name: str, known: Iterable[str], alike: float = 0.6) -> str:
    """Return ', did you mean …?' where one of `known` resembles `name`, else nothing.

    Parameters
    ----------
    alike : float
        The least likeness that counts, from 0 to 1.
    """
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=alike)
    return f", did you mean {close[0]!r}?" if close else ""


def told(value: Any) -> str:
    """Return a value that cannot be used as a few words of one line, with its type."""
    shown = " ".join(reprlib.repr(value).split())[:80]
    return shown if value is None else f"{shown} ({type(value).__name__})"


def listed(names: Iterable[str]) -> str:
    """Return names as one line, or 'none'."""
    return ", ".join(names) or "none"
