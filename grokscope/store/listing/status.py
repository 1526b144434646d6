"""What has become of a run: told by its lock, its process and its heartbeat, never believed."""

from pathlib import Path
from typing import Literal, get_args

from grokscope.store.lock import NAMELESS, Holder, read_lock

Status = Literal["queued", "running", "stalled", "dead", "finished", "failed", "interrupted"]
State = Literal["running", "finished", "failed", "interrupted"]
"""What a writer writes about itself; it can write neither that it died nor that it hangs."""

STALL = 30.0
"""Seconds without a heartbeat after which a live run counts as stalled."""


def derive(
    state: str, holder: Holder | None, recorded: bool, heartbeat: float, now: float
) -> Status:
    """Return what has become of a run; what it says of itself counts only once it ended.

    Parameters
    ----------
    state : str
        What the writer last wrote.
    holder : Holder or None
        Who holds the lock: without one a run that did not end is dead.
    recorded : bool
        Whether it has a metric yet.
    heartbeat, now : float
        Unix times, in seconds.

    Raises
    ------
    ValueError
        If no writer writes such a state.
    """
    if state not in get_args(State):
        raise ValueError(f"state {state!r}")
    if state != "running":
        return state  # type: ignore[return-value]
    life = "dead" if holder is None else holder.life()
    if life == "dead":
        return "dead"
    if not recorded and life == "alive":
        return "queued"
    return "stalled" if now - heartbeat > STALL else "running"


def holder_of(run: Path, state: str) -> Holder | None:
    """Return who holds a run that did not end; somebody out of sight where that is not known."""
    if state != "running":
        return None
    try:
        return read_lock(run)
    except OSError:
        return NAMELESS
