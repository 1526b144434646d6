"""Data sets that runs share: made once, kept in the store by the digest of what decides them."""

import contextlib
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from grokscope.errors import StoreFailed, Unreadable
from grokscope.kinds import DrawnTask
from grokscope.store.files.publish import publish
from grokscope.store.hdf5.groups import read_values, write_groups
from grokscope.store.inspection import damage, open_checked
from grokscope.store.schema import DATASETS, Attribute, Group, Variable, canonical

GROUP = "data"


def dataset_path(store: Path, task: DrawnTask) -> Path:
    """Return the file that holds a task's data set, whether it exists or not."""
    digest = hashlib.sha256(canonical(dict(task.recipe)).encode()).hexdigest()
    return store / DATASETS / f"{digest[:16]}.h5"


def dataset(
    store: Path, task: DrawnTask, names: Iterable[str] | None = None
) -> dict[str, NDArray[Any]]:
    """Return arrays of a task's data set, which is made and kept where it is missing.

    A store that takes no file goes without: the data set is then made for this process alone.

    Parameters
    ----------
    names : iterable of str, optional
        Arrays wanted, of those that `task.generate` returns; by default what `task.cut` needs.

    Raises
    ------
    Unreadable, NewerSchema
        If the file that is there is damaged, or holds another data set.
    """
    path, names = dataset_path(store, task), list(task.needs if names is None else names)
    with contextlib.suppress(FileNotFoundError):
        return _read(path, task, names)
    made = task.generate()
    variables = {
        name: Variable(one.dims, one.values, {"long_name": one.long_name, "units": "1"})
        for name, one in made.items()
    }
    attrs: dict[str, Attribute] = {"recipe": canonical(dict(task.recipe))}
    groups = {GROUP: Group(variables, attrs)}
    with contextlib.suppress(OSError, StoreFailed):
        path.parent.mkdir(parents=True, exist_ok=True)
        publish(path, lambda temporary: write_groups(temporary, {}, groups))
    return {name: made[name].values for name in names}


def _read(path: Path, task: DrawnTask, names: Iterable[str]) -> dict[str, NDArray[Any]]:
    with open_checked(path) as file, damage(path):
        group = file[GROUP]
        if group.attrs.get("recipe") != canonical(dict(task.recipe)):
            raise Unreadable(
                f"{DATASETS}/{path.name} holds another data set than its name says; remove it, "
                "and it is made again"
            )
        return {name: read_values(group[name]) for name in names}
