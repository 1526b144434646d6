"""Completing a query while it is typed."""

import re
from collections.abc import Iterable, Iterator, Sequence

from grokscope.store.listing.summary import RunSummary
from grokscope.store.query.fields import FIELDS, Field, Fields, metric_field
from grokscope.store.query.syntax import FUNCTIONS, NAME, patterned, quoted
from grokscope.store.query.values import texts

MOST = 50
"""Completions that are offered at most."""
FEW = 8
"""Values of a field up to which all are offered with its name."""
_WORD = r"""[^\s()<>=!:"',]*"""
_PLACE = re.compile(
    rf"""(?P<field>{NAME.pattern}):(?P<pattern>[^\s()"']*)$
    | (?P<left>{NAME.pattern})\s*(?:==|!=|=)\s*(?P<right>{_WORD})$
    | (?:{"|".join(FUNCTIONS)})\((?P<metric>{_WORD})$
    | (?P<word>{_WORD})$""",
    re.VERBOSE,
)
_SIGN = re.compile(r"[-+*/]")


def complete(text: str, cursor: int, runs: Sequence[RunSummary]) -> list[str]:
    """Return what the text before the cursor could become, its last word completed.

    Parameters
    ----------
    text : str
        A query, whole or not.
    cursor : int
        How many of its characters stand before the cursor.
    runs : sequence of RunSummary
        A listing, whose fields and values are offered.

    Returns
    -------
    list of str
        At most `MOST` texts, each of which begins as the text before the cursor does.
    """
    before = text[:cursor]
    place = _PLACE.search(before)
    if place is None or not runs or before.count('"') % 2 or before.count("'") % 2:
        return []
    fields, kind = Fields(runs), str(place.lastgroup)
    begun = place[kind]
    offered = _offered(kind, place, fields)
    found = _fitting(begun, offered)
    if not found and kind in ("word", "right") and (signs := list(_SIGN.finditer(begun))):
        begun = begun[signs[-1].end() :]
        found = _fitting(begun, _numbers(fields))
    start = len(before) - len(begun)
    return [before[:start] + each for each in found]


def _offered(kind: str, place: "re.Match[str]", fields: Fields) -> Iterator[str]:
    if kind == "pattern":
        yield from _values(fields.find(place["field"]), fields.runs)
    elif kind == "metric":
        yield from (f"{name})" for name in fields.metrics)
    elif kind == "right":
        found = fields.find(place["left"])
        wordy = found is not None and found.kind != "number"
        if wordy:
            yield from (quoted(v) if "-" in v else v for v in _values(found, fields.runs))
        else:
            yield from _numbers(fields)
    else:
        yield "@last"
        yield from (run.id for run in fields.runs)
        yield from (run.name for run in fields.runs if not run.id.startswith(run.name))
        yield from _openings(fields, place["word"])


def _openings(fields: Fields, begun: str) -> Iterator[str]:
    """Yield how a condition on a field begins, or all of it where there are few."""
    for name in fields.names():
        if not name.startswith(begun):
            continue
        found = FIELDS.get(name)
        if found is None or found.kind in ("number", "flag"):
            yield name
            continue
        if name in ("id", "name"):
            yield f"{name}:"
            continue
        values = list(_values(found, fields.runs))
        yield from (f"{name}:{value}" for value in values) if len(values) <= FEW else [f"{name}:"]


def _numbers(fields: Fields) -> Iterator[str]:
    yield from (name for name in fields.names() if FIELDS.get(name, _METRIC).kind == "number")


def _values(found: Field | None, runs: Iterable[RunSummary]) -> Iterator[str]:
    if found is None:
        return
    held = dict.fromkeys(text for run in runs for text in texts(found.read(run)))
    yield from found.values or map(patterned, sorted(filter(None, held)))


def _fitting(begun: str, offered: Iterable[str]) -> list[str]:
    fitting: dict[str, None] = {}
    for each in offered:
        if each.startswith(begun):
            fitting[each] = None
        if len(fitting) == MOST:
            break
    return list(fitting)


_METRIC = metric_field("", "last")
