"""The process that looks at files first: within limits of memory and time, with no plugins.

It is given open files over a socket, one at a time, and answers each in one line. It opens no
path, so that its answer is about the very file that its parent has open.
"""

import contextlib
import json
import os
import resource
import signal
import socket
from pathlib import Path

import h5py

from grokscope.errors import NewerSchema, OlderSchema, Unreadable
from grokscope.store.inspection.rehearsal import rehearse
from grokscope.store.texts import readable

MEMORY = 1 << 30
"""Bytes of address space that looking at files may take, on top of what it takes to begin."""
SECONDS = 5
"""Time one file may take."""
IDLE = 60.0
"""Seconds without a file after which the process ends."""
REQUEST = 1 << 14
"""Most bytes of a request."""


def main() -> None:
    """Answer until the parent is gone, or for long wants nothing."""
    _limit()
    with socket.socket(fileno=0) as parent:
        parent.settimeout(IDLE)
        parent.sendall(b"\n")
        with contextlib.suppress(TimeoutError, OSError):
            while _answer(parent):
                pass
    # what a damaged file left of HDF5 may not survive an orderly end
    os._exit(0)


def _answer(parent: socket.socket) -> bool:
    """Answer one request; return whether another may follow."""
    called, places, _, _ = socket.recv_fds(parent, REQUEST, 1)
    if not called or not places:
        return False
    _allow(SECONDS)
    answer, sound = _look(places[0], called.decode())
    parent.sendall(json.dumps(answer).encode() + b"\n")
    os.close(places[0])
    signal.alarm(0)
    return sound


def _look(place: int, called: str) -> tuple[dict[str, str], bool]:
    """Return what is wrong with a file, nothing where it is fine; and whether HDF5 is too."""
    status = os.fstat(place)
    size = min(status.st_size, 200 * 512 * status.st_blocks or status.st_size)
    try:
        with h5py.File(f"/dev/fd/{place}", "r", locking=False) as file:
            rehearse(file, called, size, status.st_size)
    except (Unreadable, NewerSchema, OlderSchema) as error:
        return {"refused": type(error).__name__, "told": readable(str(error))}, True
    except MemoryError:
        return {"refused": "Unreadable", "told": f"{called} takes more memory than a run's"}, False
    except Exception as error:
        told = readable(str(error).strip("'\"").partition("\n")[0], 120)
        opened = "is damaged" if not _unopened(error) else "is no HDF5 file or a truncated one"
        return {"refused": "Unreadable", "told": f"{called} {opened}: {told}"}, False
    return {}, True


def _unopened(error: Exception) -> bool:
    return isinstance(error, OSError) and "synchronously open file" in str(error)


def _limit() -> None:
    """Bound memory and drop no core; signals of the terminal are the parent's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, ValueError):
        # elsewhere than on Linux nothing tells the size, and nothing enforces the limit
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _allow(seconds: int) -> None:
    """Let the process be killed by the system once it took that long, on the clock or the CPU."""
    signal.alarm(seconds + 1)
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft, hard = int(used.ru_utime + used.ru_stime) + seconds + 1, _hard(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard < 0 else min(soft, hard), hard))


def _hard(what: int) -> int:
    return resource.getrlimit(what)[1]


if __name__ == "__main__":
    main()
