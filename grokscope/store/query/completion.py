"""Completing a query while it is typed."""

from collections.abc import Sequence

from grokscope.store.summary import RunSummary


def complete(text: str, cursor: int, runs: Sequence[RunSummary]) -> list[str]:
    """Return what the text up to the cursor could become, its last word completed."""
    return []
