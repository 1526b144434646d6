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

from grokscope.errors import Unreadable
from grokscope.store.hdf5 import new_file
from grokscope.store.inspection import open_checked
from grokscope.store.publish import publish
from grokscope.store.schema import (
    PREVIOUS_RESUME_FILE,
    RESUME_FILE,
    SCHEMA_VERSION,
    canonical,
)


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
    run: Path, arrays: Mapping[str, NDArray[Any]], counters: Mapping[str, int | float | str]
) -> None:
    """Write a resume point; the one before it is kept until the next.

    Raises
    ------
    OSError
        If the disk does not take it; the points already there stand.
    """
    newest = run / RESUME_FILE

    def write(temporary: Path) -> None:
        with new_file(temporary) as file:
            file.attrs["schema_version"] = SCHEMA_VERSION
            file.attrs["counters"] = canonical(dict(counters))
            for name, array in arrays.items():
                data = np.asarray(array)
                whole = data.ndim == 0 or data.size == 0
                checked = {} if whole else {"fletcher32": True, "chunks": _chunks(data)}
                file.create_dataset(name, data=data, **checked)
        # between this rename and the next the older point is all there is, and it is whole
        with contextlib.suppress(FileNotFoundError):
            newest.replace(run / PREVIOUS_RESUME_FILE)

    publish(newest, write)


def load_resume(run: Path) -> ResumePoint | None:
    """Return the newest resume point that can be read, or None where there is none."""
    for name in (RESUME_FILE, PREVIOUS_RESUME_FILE):
        with contextlib.suppress(FileNotFoundError, Unreadable, KeyError, ValueError):
            return _load(run / name)
    return None


def _load(path: Path) -> ResumePoint:
    with open_checked(path) as file:
        counters = json.loads(file.attrs["counters"])
        int(counters["step"])
        return ResumePoint({name: np.asarray(data[()]) for name, data in file.items()}, counters)


def _chunks(data: NDArray[Any]) -> tuple[int, ...]:
    row = max(math.prod(data.shape[1:]), 1)
    return (min(data.shape[0], max((1 << 18) // row, 1)), *data.shape[1:])
