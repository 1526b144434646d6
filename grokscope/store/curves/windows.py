"""Windows: stretches of training that were kept whole because something happened in them."""

from pathlib import Path
from typing import Any

from grokscope.errors import Damaged
from grokscope.store.curves.reader import read_attrs
from grokscope.store.files.texts import parse_json, readable
from grokscope.store.files.values import finite, whole

FLIGHT = "flight"
"""Root attribute: JSON, a list of windows in the order in which they were found."""


def read_windows(run: Path) -> list[dict[str, Any]]:
    """Return what a run's flight recorder kept: event, its step and epoch, first and last epoch.

    Raises
    ------
    Damaged
        If what is told of it makes no sense.
    NotARun, Unreadable, NewerSchema
        If there is no such run, or its file cannot be read.
    """
    told = read_attrs(run).get(FLIGHT, "[]")
    try:
        return [
            {
                "event": readable(str(window["event"])),
                "step": whole(window["step"]),
                "epoch": finite(window["epoch"]),
                "first_epoch": whole(window["first_epoch"]),
                "last_epoch": whole(window["last_epoch"]),
            }
            for window in parse_json(str(told))
        ]
    except (LookupError, TypeError, ValueError, OverflowError) as error:
        raise Damaged(f"run {run.name!r}: its attribute {FLIGHT!r} cannot be read") from error
