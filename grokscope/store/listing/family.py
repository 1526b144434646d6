"""Families of runs: which began at a checkpoint of which."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from grokscope.store.files.texts import readable

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary


def forked_from(config: Mapping[str, Any]) -> str | None:
    """Return where a fork began, as `parent@step`; None for a run that began at step 0.

    Parameters
    ----------
    config : dict
        Flat, under dotted keys.
    """
    if "fork.parent" not in config:
        return None
    return readable(f"{config['fork.parent']}@{config.get('fork.step')}")


def forks_of(run_id: str, runs: "Iterable[RunSummary]") -> "list[RunSummary]":
    """Return those of some runs that began at a checkpoint of one, in their order."""
    return [run for run in runs if run.config.get("fork.parent") == run_id]
