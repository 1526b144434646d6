"""The language that runs are selected with, on the command line, in Python and in the explorer.

A query is read by a tokenizer and a parser of its own; nothing of it is ever run as Python.
"""

from grokscope.store.query.completion import complete
from grokscope.store.query.finding import find_run, find_runs
from grokscope.store.query.selection import Query, parse

__all__ = ["Query", "complete", "find_run", "find_runs", "parse"]
