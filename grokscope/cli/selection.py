"""Selection: which stored runs a word on the command line means."""

from collections.abc import Sequence
from pathlib import Path

from grokscope.config.files import preset, preset_names
from grokscope.errors import BadQuery, NotARun
from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.listing.summary import RunSummary
from grokscope.store.query import find_run, parse
from grokscope.store.query.finding import is_query, none_fits


def select(store: Path, word: str) -> RunSummary:
    """Return the run that `word` names in `store`.

    An id, the start of one id, a name only one run has, @last, a query that one run fits, or the
    path of a run's directory. The name of a preset means that preset's own run where the store
    holds it, whatever other runs carry its name.

    Raises
    ------
    NotARun
        If no run, or more than one, fits.
    BadQuery
        If it is a query that cannot be understood.
    """
    try:
        return find_run(store, _named(store, word))
    except NotARun as error:
        if word not in preset_names():
            raise
        told = f"{error}; grokscope run {word} trains the preset of that name"
        raise NotARun(told) from error


def select_runs(store: Path, words: Sequence[str]) -> list[RunSummary]:
    """Return the runs that words mean, each once, in the order of the words.

    A word that names a run means that one, as for `select`; a query means all runs that fit it.

    Raises
    ------
    NotARun
        If a word fits no run, or one that is no query fits several.
    BadQuery
        If a query cannot be understood.
    """
    found: dict[str, RunSummary] = {}
    for word in words:
        fitting = _queried(store, word) if _is_query(store, word) else [select(store, word)]
        found |= {run.id: run for run in fitting}
    return list(found.values())


def joined(words: Sequence[str]) -> str:
    """Return the words of a command line as one query; what was quoted whole stays together."""

    def part(word: str) -> str:
        try:
            whole = any(map(str.isspace, word)) and parse(word).tree is not None
        except BadQuery:
            whole = False
        return f"({word})" if whole else word

    return " ".join(words) if len(words) < 2 else " ".join(map(part, words))


def _queried(store: Path, word: str) -> list[RunSummary]:
    runs = Catalogue(store).refresh()
    fitting = parse(word).select(runs)
    if not fitting:
        raise NotARun(none_fits(store, word, runs))
    return fitting


def _is_query(store: Path, word: str) -> bool:
    return is_query(word) and _in_store(store, word) is None


def _named(store: Path, word: str) -> str:
    """Return the id that a path or a preset's name means, else the word."""
    word = _in_store(store, word) or word
    if word in preset_names():
        own = preset(word).run_id
        if (store / own).is_dir():
            return own
    return word


def _in_store(store: Path, word: str) -> str | None:
    """Return the name of a directory of the store that a path leads to, None where none."""
    inside = "/" in word and Path(word).resolve().parent == store.resolve()
    return Path(word).name if inside else None
