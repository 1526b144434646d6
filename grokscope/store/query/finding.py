"""Finding runs in a store by what a user wrote."""

import re
from collections.abc import Sequence
from pathlib import Path

from grokscope.errors import NotARun, OlderSchema, Unreadable, listed, nearest
from grokscope.store.identifiers import is_run_id, run_path
from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.listing.summary import RunSummary, read_summary
from grokscope.store.query.selection import parse
from grokscope.store.query.values import called
from grokscope.store.schema import SUMMARY_FILE

SHOWN = 6
"""Most candidates that an error names."""
_ASKS = re.compile(r"""[@*?\[\]:<>=!()"'\s]""")


def is_query(selector: str) -> bool:
    """Return whether a selector asks for all runs that fit it, and does not just name one."""
    return _ASKS.search(selector) is not None and selector != "@last"


def find_runs(store: Path, query: str) -> list[RunSummary]:
    """Return the runs that fit a query, newest first; none where nothing fits.

    Parameters
    ----------
    query : str
        In the language of queries; empty for all runs.

    Raises
    ------
    BadQuery
        If it cannot be understood, or asks for a field that no run has.
    """
    asked = parse(query)
    return asked.select(Catalogue(store).refresh())


def find_run(store: Path, selector: str) -> RunSummary:
    """Return the one run that a selector means.

    Parameters
    ----------
    selector : str
        An id, the unique start of one, the name of an experiment with exactly one run here,
        `@last` for the newest run, or a query that exactly one run fits.

    Raises
    ------
    NotARun
        If no run or several fit, naming the nearest or the candidates.
    BadQuery
        If it is a query that cannot be understood.
    Unreadable, NewerSchema
        If the run is there and cannot be read.
    """
    if is_run_id(selector) and (store / selector / SUMMARY_FILE).is_file():
        path = run_path(store, selector)
        try:
            return read_summary(path)
        except OlderSchema:
            raise
        except Unreadable as error:
            raise Unreadable(_unreadable(selector, str(error))) from error
    return pick(Catalogue(store), selector)


def pick(catalogue: Catalogue, selector: str) -> RunSummary:
    """Return the one run of a catalogue, read anew, that a selector means; see `find_run`."""
    runs = catalogue.refresh()
    if selector in catalogue.broken:
        raise Unreadable(_unreadable(selector, catalogue.broken[selector]))
    fitting = called(runs, selector)
    if not fitting and selector:
        lost = sorted(name for name in catalogue.broken if name.startswith(selector))
        if len(lost) == 1:
            raise Unreadable(_unreadable(lost[0], catalogue.broken[lost[0]]))
        if lost:
            told = f"{listed(lost[:SHOWN])}{', ...' if len(lost) > SHOWN else ''}"
            raise Unreadable(
                f"{selector!r} fits {len(lost)} runs that cannot be read: {told};"
                " see: grokscope doctor"
            )
    if not fitting and _ASKS.search(selector):
        fitting = parse(selector).select(runs)
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise NotARun(_ambiguous(selector, [run.id for run in fitting]))
    raise NotARun(none_fits(catalogue.store, selector, runs))


def none_fits(store: Path, selector: str, runs: Sequence[RunSummary]) -> str:
    """Return in one line that no run fits, which there are, and which is the nearest."""
    if not runs:
        return f"no run in store {str(store)!r}, so {selector[:120]!r} is none"
    known = [run.id for run in runs]
    more = f" and {len(known) - SHOWN} more" if len(known) > SHOWN else ""
    asked, there = selector[:120], f"its runs: {listed(known[:SHOWN])}{more}"
    if is_query(selector):
        return f"no run in store {str(store)!r} fits {asked!r}; {there}"
    return f"no run {asked!r} in store {str(store)!r}{nearest(asked, known)}; {there}"


def _unreadable(run: str, why: str) -> str:
    # what mends it is told already where the damage has a remedy of its own
    return why if "grokscope doctor" in why else f"{why}; see: grokscope doctor {run}"


def _ambiguous(selector: str, ids: list[str]) -> str:
    more = f", and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
    return f"{selector!r} fits {len(ids)} runs: {', '.join(sorted(ids)[:SHOWN])}{more}; name one"
