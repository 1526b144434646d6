"""Salvaging a damaged published file: what of it still reads is copied, in a process of its own.

HDF5 may crash on damaged data, hang, or ask for any amount of memory; that process is limited.
"""

import contextlib
import json
import resource
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import h5py

from grokscope.errors import GrokscopeError
from grokscope.events import Yardstick
from grokscope.store.hdf5 import dims_of, is_bare, read_attrs, read_values, write_groups
from grokscope.store.inspection import damage, open_checked
from grokscope.store.inspection.rules import Inspector
from grokscope.store.published import OWN, Published, published_in
from grokscope.store.schema import ANALYSIS, METRICS_GROUP, RUN_FILE, TIMES, Group, Variable

MEMORY = 4 << 30
"""Bytes that salvaging may take."""
SECONDS = 60
UNREAD = (KeyError, RuntimeError, ValueError, OSError, TypeError, UnicodeDecodeError)
"""What h5py raises on damaged data."""
CURVES = "the metrics, except those in the log"


def salvage(run: Path) -> tuple[Published | None, list[str]]:
    """Return what can be read of a run's published file, and the names of what cannot.

    Nothing is returned where not even the attributes say what the run was.

    Raises
    ------
    OSError
        If the store does not take the copy.
    """
    copy = run / f".{RUN_FILE}.{secrets.token_hex(4)}.tmp"
    command = [sys.executable, "-m", __name__, str(run / RUN_FILE), str(copy)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)
        lost = [str(name) for name in json.loads(done.stdout)]
        with open_checked(copy) as file, damage(copy):
            published = published_in(file)
        Yardstick.from_attrs(published.attrs)
        json.loads(str(published.attrs["config"]))
    except (subprocess.SubprocessError, FileNotFoundError, GrokscopeError, KeyError, ValueError):
        return None, []
    finally:
        copy.unlink(missing_ok=True)
    return published, lost


def main(path: str, copy: str) -> None:
    """Copy what can be read of one file into another; print the names of what cannot."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    lost: list[str] = []
    with h5py.File(path, "r", locking=False) as file:
        Inspector(RUN_FILE, 1 << 62).walk(file)
        attrs = {name: value for name, value in read_attrs(file).items() if name not in OWN}
        groups = dict(_groups(file, lost))
    write_groups(Path(copy), attrs, groups)
    print(json.dumps(lost))


def _groups(file: h5py.File, lost: list[str]) -> Iterator[tuple[str, Group]]:
    metrics, missing = _readable(file, METRICS_GROUP)
    if any(name not in metrics.variables for name in TIMES):
        lost.append(CURVES)
        metrics = Group({})
    else:
        lost += missing
    yield METRICS_GROUP, metrics
    for key in file.get(ANALYSIS, {}):
        # a measure is computed anew more safely than from half of it
        group, missing = _readable(file, f"{ANALYSIS}/{key}")
        if missing:
            lost.append(f"measure {key}")
        else:
            yield f"{ANALYSIS}/{key}", group


def _readable(file: h5py.File, name: str) -> tuple[Group, list[str]]:
    """Return the variables of a group that can be read, and the names of the others."""
    variables, lost = {}, []
    for key in file.get(name, {}):
        try:
            data = file[f"{name}/{key}"]
            if not is_bare(data):
                variables[key] = Variable(dims_of(data), read_values(data), read_attrs(data))
        except UNREAD:
            lost.append(key)
    return Group(variables, read_attrs(file[name])), lost


if __name__ == "__main__":
    main(*sys.argv[1:3])
