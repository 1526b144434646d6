"""Run ids: how they are made, which names are allowed, and where they may lead."""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from grokscope.errors import NotARun
from grokscope.store.schema import DATASETS, STUDIES, TRASH, canonical

PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
SUFFIX = re.compile(r"-([2-9]|[1-9][0-9]{1,5})$")
RESERVED = frozenset({DATASETS, STUDIES, "con", "prn", "aux", "nul"})
"""Directory names with another meaning in a store or on some file system."""
DIGITS = 6
"""Digits of the configuration's digest that an id carries."""


def is_run_id(name: str) -> bool:
    """Return whether `name` may name a run."""
    return PATTERN.fullmatch(name) is not None and name.lower() not in RESERVED


def config_digest(config: Mapping[str, Any]) -> str:
    """Return the sha256 of a configuration's canonical JSON, 64 hexadecimal digits.

    Its title, which decides nothing, counts as empty.
    """
    import hashlib

    return hashlib.sha256(canonical({**config, "title": ""}).encode()).hexdigest()


def run_id(name: str, seed: int, digest: str) -> str:
    """Return the id of the run of a named configuration: name, seed, start of the digest.

    Characters that an id cannot hold become '-', and a long name is cut.
    """
    tail = f"-s{seed}-{digest[:DIGITS]}"
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", name).lstrip("._-") or "run"
    return stem[: 100 - len(tail)] + tail


def attempts(wanted: str) -> Iterator[str]:
    """Yield `wanted`, then `wanted` with the suffixes -2, -3, ..., cut to what an id may hold."""
    yield wanted
    for count in itertools.count(2):
        suffix = f"-{count}"
        yield wanted[: 100 - len(suffix)] + suffix


def free_id(store: Path, wanted: str) -> str:
    """Return `wanted`, or `wanted` with the suffix after the highest one there is: -2, -3, ...

    A run in the trash counts as well: it may come back.
    """
    taken = max(_numbers(wanted, [*_names(store), *_names(store / TRASH)]), default=0)
    return next(itertools.islice(attempts(wanted), taken, None))


def newest_attempt(store: Path, wanted: str) -> Path | None:
    """Return the run of an id that has the highest suffix; None where there is none."""
    newest = max(_numbers(wanted, _names(store)), default=0)
    return store / next(itertools.islice(attempts(wanted), newest - 1, None)) if newest else None


def _names(directory: Path) -> list[str]:
    """Return what a directory holds, in the trash without the time of removal."""
    try:
        return [path.name.partition("@")[0] for path in directory.iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        return []


def _numbers(wanted: str, names: Iterable[str]) -> Iterator[int]:
    """Yield which attempt at `wanted` each name is; what is none is left out."""
    for name in names:
        suffix = SUFFIX.search(name)
        if name == wanted:
            yield 1
        elif suffix and wanted[: 100 - len(suffix[0])] + suffix[0] == name:
            yield int(suffix[1])


def run_path(store: Path, name: str) -> Path:
    """Return where run `name` lies in `store`, whether it exists or not.

    Raises
    ------
    NotARun
        If the name is no run id or leads out of the store.
    """
    if not is_run_id(name):
        raise NotARun(
            f"{name[:120]!r} cannot name a run; an id is 1 to 100 letters, digits, '.', '_' or '-'"
            " and starts with a letter or a digit"
        )
    path = store / name
    if path.is_symlink():
        raise NotARun(f"{name!r} is a symbolic link, which no run is")
    return path
