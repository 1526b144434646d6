"""A query, and the runs that fit it."""

from collections.abc import Sequence
from dataclasses import dataclass

from grokscope.store.listing.catalogue import uncollected
from grokscope.store.listing.summary import RunSummary
from grokscope.store.query.binding import Binding
from grokscope.store.query.fields import FIELDS, Fields
from grokscope.store.query.parser import parse_tree
from grokscope.store.query.syntax import Condition


@dataclass(frozen=True)
class Query:
    """What runs are selected by; made by `parse`."""

    text: str
    tree: Condition | None
    """None for all runs."""

    def __str__(self) -> str:
        return "" if self.tree is None else str(self.tree)

    def select(self, runs: Sequence[RunSummary], *, loose: bool = False) -> list[RunSummary]:
        """Return the runs that fit, in their order.

        Parameters
        ----------
        runs : sequence of RunSummary
            A whole listing: `@last`, short names of keys and starts of ids are told by it.
        loose : bool
            Whether a bare word may stand anywhere in a run's id, name, task, model, status, regime
            and tags, as in a filter; else it means a run by id, name or start of its id.

        Raises
        ------
        BadQuery
            If it asks for a field that none of the runs has, or for what a field cannot hold.
        """
        fields = Fields(runs)
        # only the runs tell whether a-b is one name or a difference
        tree = parse_tree(self.text, fields) if "-" in self.text else self.tree
        if tree is None:
            return list(runs)
        with uncollected():
            test = Binding(self.text, fields, loose).test(tree)
            return [run for run in runs if test(run)]


def parse(text: str) -> Query:
    """Return what a query says.

    Parameters
    ----------
    text : str
        Empty for all runs.

    Raises
    ------
    BadQuery
        If it cannot be understood; the error knows the place.
    """
    return Query(text, parse_tree(text, FIELDS))
