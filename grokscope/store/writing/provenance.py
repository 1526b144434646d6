"""Root attributes of a run: what it is, what it is held against, and what made it."""

import math
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from grokscope.events import Yardstick
from grokscope.store.identifiers import config_digest
from grokscope.store.schema import Attribute, canonical

PACKAGES = ("grokscope", "numpy", "h5py", "torch")


def describe(
    run_id: str,
    config: Mapping[str, Any],
    yardstick: Yardstick,
    totals: tuple[int | None, float | None],
    created: float,
) -> dict[str, Attribute]:
    """Return what is known of a run when it begins.

    Parameters
    ----------
    totals : (int or None, float or None)
        Steps and epochs it is to take; without end where they are not finite.
    created : float, in seconds
        Unix time.
    """
    flat: dict[str, Any] = dict(config)
    seed = flat.get("seed")
    name = str(flat.get("name") or run_id)
    steps, epochs = totals
    known: dict[str, Any] = {
        "run_id": run_id,
        "name": name,
        "title": str(flat.get("title") or name),
        "config": canonical(config),
        "config_digest": config_digest(config),
        "seed": int(seed.get("root") or 0) if isinstance(seed, Mapping) else int(seed or 0),
        "task": named(flat.get("task")),
        "model": named(flat.get("model")),
        "time_unit": yardstick.time_unit,
        "chance": float(yardstick.chance),
        "n_test": int(yardstick.n_test),
        "train_ceiling": float(yardstick.train_ceiling),
        "test_ceiling": float(yardstick.test_ceiling),
        "created": timestamp(created),
        "source": "grokscope",
        "hostname": platform.node(),
        "total_steps": steps,
        "total_epochs": float(epochs) if epochs is not None and math.isfinite(epochs) else None,
    }
    return {key: value for key, value in known.items() if value is not None} | software()


def software() -> dict[str, Attribute]:
    """Return versions of what decides the numbers, as attributes."""
    return dict(_versions())


@lru_cache(maxsize=1)
def _versions() -> dict[str, Attribute]:
    # to ask for them takes longer than all else that a run's beginning needs of the processor
    found: dict[str, Attribute] = {"python_version": platform.python_version()}
    for package in PACKAGES:
        try:
            found[f"{package}_version"] = version(package)
        except PackageNotFoundError:
            continue
    return found


def named(part: Any) -> str:
    """Return the name of a task or model from its configuration, '' where it has none."""
    return str(part.get("name", "")) if isinstance(part, Mapping) else str(part or "")


def timestamp(when: float) -> str:
    """Return a Unix time as ISO 8601 in UTC."""
    return datetime.fromtimestamp(when, UTC).isoformat(timespec="microseconds")


def unix_time(stamp: str) -> float:
    """Return the Unix time of an ISO 8601 text; 0 where it is none."""
    try:
        return datetime.fromisoformat(stamp).timestamp()
    except ValueError:
        return 0.0
