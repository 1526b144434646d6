"""The runs of a store, for programs: what `grokscope ls` lists."""

import os

from grokscope.errors import BadArgument, told
from grokscope.store.listing.summary import RunSummary
from grokscope.store.location import named_store, open_store
from grokscope.store.query.finding import find_runs


def runs(query: str = "", store: str | os.PathLike[str] | None = None) -> list[RunSummary]:
    """Return the runs that fit a query, newest first; no HDF5 is opened.

    Parameters
    ----------
    query : str
        In the language of `grokscope ls`; empty for all runs.
    store : path, optional
        By default the store that the command line would use.

    Raises
    ------
    NotAStore
        If there is none.
    BadQuery
        If the query cannot be understood, or asks for a field that no run has.
    BadArgument
        If it is no text, or `store` no path.

    Examples
    --------
    >>> import grokscope
    >>> for run in grokscope.runs("demo and regime:grokking"):
    ...     print(run.name, run.seed, run.status, run.outcome.t_grok, run.metrics["test_loss"].min)
    demo 1 finished 40.0 0.0
    demo 0 finished 40.0 0.0

    They are what `open_run` and `open_runs` take, and make a table where pandas is installed:

    >>> tree = grokscope.open_run(grokscope.runs("demo")[0])
    >>> table = [run.as_json() for run in grokscope.runs("demo")]  # pandas.DataFrame(table)
    >>> [row["init_scale"] for row in table]
    [10.0, 10.0, 1.0, 1.0]
    """
    if not isinstance(query, str):
        raise BadArgument(f"query is {told(query)}; a text can be given")
    place = named_store(store)
    return find_runs(open_store(place), query)
