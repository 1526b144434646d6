"""Hints where a query selects nothing since its words mean something else."""

from collections.abc import Iterator, Sequence

from grokscope.store.listing.summary import RunSummary
from grokscope.store.query.fields import Fields
from grokscope.store.query.selection import Query
from grokscope.store.query.syntax import Both, Condition, Either, Not, Word


def hint(query: Query, runs: Sequence[RunSummary]) -> str:
    """Return what a bare word of a query that selects none of the runs may have meant; '' if none.

    Parameters
    ----------
    runs : sequence of RunSummary
        The whole listing.
    """
    fields = Fields(runs)
    for word in _words(query.tree):
        found = fields.find(word)
        if word.startswith("@"):
            return f"{word[:40]!r} means nothing; @last is the newest run"
        if found is None or found.kind == "flag":
            continue
        read = (found.read(run) for run in runs)
        value = next((v for v in read if v is not None), None)
        if isinstance(value, str | tuple):
            example = found.values[0] if found.values else "*"
            return f"{word!r} is a field: ask for its value, as in {word}:{example}"
        return f"{word!r} is a field: compare it, as in {word}>=3"
    return ""


def _words(tree: Condition | None) -> Iterator[str]:
    match tree:
        case Word(text):
            yield text
        case Not(condition):
            yield from _words(condition)
        case Both(conditions) | Either(conditions):
            for condition in conditions:
                yield from _words(condition)
