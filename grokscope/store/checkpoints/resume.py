"""Resume points: all that training needs to go on, in two generations of one file."""

import contextlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grokscope.errors import NewerSchema, Unreadable
from grokscope.store.files.publish import publish
from grokscope.store.hdf5.draft import new_file
from grokscope.store.inspection import damage, open_checked
from grokscope.store.schema import (
    PREVIOUS_RESUME_FILE,
    RESUME_FILE,
    SCHEMA_VERSION,
)

MOST_ARRAYS = 12_000
"""Most arrays of a resume point; readers refuse files of more than 30,000 objects."""


@dataclass(frozen=True)
class ResumePoint:
    """The state of training at one step."""

    arrays: dict[str, NDArray[Any]]
    counters: dict[str, Any]

    @property
    def step(self) -> int:
        """The step it was taken at."""
        return int(self.counters["step"])


def save_resume(
    run: Path,
    arrays: Mapping[str, NDArray[Any]],
    counters: Mapping[str, int | float | str],
    digest: str = "",
) -> None:
    """Write a resume point; the one before it is kept until the next.

    Parameters
    ----------
    digest : str
        Of the configuration that the run has, by which a point of another run is told.

    Raises
    ------
    ValueError
        If an array or a counter cannot be read back.
    OSError
        If the disk does not take it; the points already there stand.
    """
    newest = run / RESUME_FILE
    kept = {name: _storable(name, array) for name, array in arrays.items()}
    if len(kept) > MOST_ARRAYS:
        raise ValueError(f"{len(kept)} arrays in a resume point; up to {MOST_ARRAYS} fit")
    told = json.dumps(dict(counters))

    def write(temporary: Path) -> None:
        with new_file(temporary) as file:
            file.attrs["schema_version"] = SCHEMA_VERSION
            file.attrs["counters"] = told
            file.attrs["config_digest"] = digest
            for name, data in kept.items():
                whole = data.ndim == 0 or data.size == 0
                if whole:
                    file.create_dataset(name, data=data)
                    continue
                checked = {"fletcher32": True, "chunks": _chunks(data)}
                target = file.create_dataset(name, data.shape, data.dtype, **checked)
                file.fill(target, data)

    def keep_older() -> None:
        # between this rename and the next the older point is all there is, and it is whole
        with contextlib.suppress(FileNotFoundError):
            newest.replace(run / PREVIOUS_RESUME_FILE)

    publish(newest, write, before=keep_older)


def load_resume(run: Path) -> ResumePoint | None:
    """Return the newest resume point that can be read, or None where none was ever saved.

    Raises
    ------
    Unreadable
        If there is one, and none that can be read.
    NewerSchema
        If a later major version saved it.
    """
    problem: Exception | None = None
    for name in (RESUME_FILE, PREVIOUS_RESUME_FILE):
        try:
            return _load(run / name)
        except FileNotFoundError:
            continue
        except NewerSchema:
            raise
        except (Unreadable, KeyError, TypeError, ValueError, OverflowError) as error:
            problem = problem or error
    if problem is None:
        return None
    told = str(problem) if isinstance(problem, Unreadable) else "its counters are damaged"
    raise Unreadable(
        f"run {run.name!r}: no resume point can be read ({told});"
        " --again begins a new run beside it"
    ) from problem


def _load(path: Path) -> ResumePoint:
    with open_checked(path) as file:
        with damage(path):
            text = file.attrs["counters"]
            arrays = {name: np.asarray(data[()]) for name, data in file.items()}
        try:
            # NaN and infinity are counters like any other, which `parse_json` has none of
            counters = dict(json.loads(text))
        except RecursionError:
            raise ValueError("nested too deeply") from None
        int(counters["step"])
        return ResumePoint(arrays, counters)


def _storable(name: str, array: NDArray[Any]) -> NDArray[Any]:
    data = np.asarray(array)
    if data.dtype.kind not in "biuf" or data.dtype.itemsize > 8:
        known = "real numbers of at most 64 bits can be"
        raise ValueError(f"array {name!r:.80} is {data.dtype}, which is not saved; {known}")
    return data


def _chunks(data: NDArray[Any]) -> tuple[int, ...]:
    row = max(math.prod(data.shape[1:]), 1)
    return (min(data.shape[0], max((1 << 18) // row, 1)), *data.shape[1:])
