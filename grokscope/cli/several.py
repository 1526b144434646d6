"""Several: doing one thing to several runs, of which some may refuse."""

import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

import click

from grokscope.errors import GrokscopeError

T = TypeVar("T")
R = TypeVar("R")

FAILED, SOME_FAILED = 1, 4
"""Exit codes of a command where all it was asked for failed, and where some of it did."""


def each(things: Sequence[T], action: Callable[[T], object]) -> None:
    """Do something to every thing; one that refuses does not keep the others from it.

    Exits with 4 where some of several failed and with 1 where all did, after a line for each on
    standard error; the error of a single thing is raised.
    """
    _, failed = attempt(things, action)
    leave(failed, len(things))


def attempt(things: Sequence[T], action: Callable[[T], R]) -> tuple[list[R], int]:
    """Return what an action gave for each thing, and how many it failed for, each with a line.

    The error of a single thing is raised.
    """
    if len(things) == 1:
        return [action(things[0])], 0
    results = []
    for thing in things:
        try:
            results.append(action(thing))
        except GrokscopeError as error:
            click.echo(f"grokscope: {error}", err=True)
    return results, len(things) - len(results)


def leave(failed: int, count: int) -> None:
    """Exit with 4 where some of `count` things failed and with 1 where all did."""
    if failed:
        sys.exit(SOME_FAILED if failed < count else FAILED)
