"""Resume points: where a run stands, as arrays and counters that the store keeps."""

import json
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from grokscope.store.checkpoints.resume import ResumePoint
from grokscope.store.schema import canonical
from grokscope.train.ensemble import Sample, State
from grokscope.train.flight import Flown, Held, Window

FLIGHT = "flight"
"""Counter of what a flight recorder knows, and beginning of the names of its arrays."""
WATCHED = "watched"
"""The same of checkpoints that measures still need."""


def pack(state: State) -> tuple[dict[str, NDArray[np.float32]], dict[str, int | float | str]]:
    """Return the arrays and counters of a resume point."""
    arrays = {"theta": state.theta, **state.slots}
    counters: dict[str, int | float | str] = {"epoch": state.epoch, "step": state.step}
    if state.held_since is not None:
        counters["held_since"] = state.held_since
    if state.flown is not None:
        waiting = {held.step: held for held in state.flown.waiting}
        arrays |= {f"{FLIGHT}.{step}": held.row for step, held in waiting.items()}
        told = {
            "windows": [asdict(window) for window in state.flown.windows],
            "waiting": [[held.step, held.epoch] for held in waiting.values()],
        }
        counters[FLIGHT] = canonical(told)
    if state.watched:
        arrays |= {f"{WATCHED}.{sample.step}": sample.row for sample in state.watched}
        counters[WATCHED] = canonical([[sample.step, sample.epoch] for sample in state.watched])
    return arrays, counters


def unpack(point: ResumePoint) -> State:
    """Return where a run stood at a resume point; slots are those that it holds."""
    arrays, counters = point.arrays, point.counters
    slots = {
        name: row
        for name, row in arrays.items()
        if name != "theta" and not name.startswith((f"{FLIGHT}.", f"{WATCHED}."))
    }
    held = int(counters.get("held_since", -1))
    flown = None
    if FLIGHT in counters:
        told = json.loads(counters[FLIGHT])
        flown = Flown(
            [Window(**window) for window in told["windows"]],
            [Held(s, e, arrays[f"{FLIGHT}.{s}"], True) for s, e in told["waiting"]],
        )
    since = held if held >= 0 else None
    watched = tuple(
        Sample(step, epoch, arrays[f"{WATCHED}.{step}"])
        for step, epoch in json.loads(counters.get(WATCHED, "[]"))
    )
    return State(int(counters["epoch"]), point.step, arrays["theta"], slots, since, flown, watched)
