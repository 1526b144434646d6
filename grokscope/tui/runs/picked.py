"""Picked runs: the letters that marked ones carry, and those that alone are seen."""

from dataclasses import dataclass

MARKS = tuple("ABCDEFG")
"""Letters of marked runs; the first two that are given are compared."""


@dataclass(frozen=True)
class Only:
    """Runs that alone are seen, and what they are."""

    ids: frozenset[str]
    why: str
    """In words, for the heading: 'init_scale 10', 'the runs behind modadd-onset'."""
