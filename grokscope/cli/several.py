"""Several: doing one thing to several runs, of which some may refuse."""

import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

import click

from grokscope.errors import GrokscopeError

T = TypeVar("T")

FAILED, SOME_FAILED = 1, 4


def each(things: Sequence[T], action: Callable[[T], None]) -> None:
    """Do something to every thing; one that refuses does not keep the others from it.

    Exits with 4 where some of several failed and with 1 where all did, after a line for each on
    standard error; the error of a single thing is raised.
    """
    if len(things) == 1:
        action(things[0])
        return
    failed = 0
    for thing in things:
        try:
            action(thing)
        except GrokscopeError as error:
            click.echo(f"grokscope: {error}", err=True)
            failed += 1
    if failed:
        sys.exit(SOME_FAILED if failed < len(things) else FAILED)
