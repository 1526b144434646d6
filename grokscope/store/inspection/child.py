"""The process that looks at files first: within limits of memory and time, with no plugins.

It is given open files over a socket, one at a time, and answers each in one line. It opens no
path, so that its answer is about the very file that its parent has open. Each look happens in a
fork of its own, which has loaded HDF5 already: what a damaged file does to HDF5 ends with it.
"""

import contextlib
import gc
import json
import os
import resource
import signal
import socket
from pathlib import Path

from grokscope.errors import NewerSchema, OlderSchema, Unreadable
from grokscope.store.files.texts import readable
from grokscope.store.inspection.fault import refusal
from grokscope.store.inspection.places import open_place
from grokscope.store.inspection.rehearsal import rehearse

MEMORY = 768 << 20
"""Bytes of address space that looking at files may take, on top of what it takes to begin."""
SECONDS = 4
"""Processor time one file may take, however large; 4,000 tensors take about two."""
PATIENCE = 20
"""Seconds one file may take where processor and disk are busy with other things."""
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
        with contextlib.suppress(OSError):
            while _answer(parent):
                pass


def _answer(parent: socket.socket) -> bool:
    """Answer one request; return whether another may follow."""
    called, places, _, _ = socket.recv_fds(parent, REQUEST, 1)
    if not called or not places:
        return False
    worker = os.fork()
    if not worker:
        # of signals only the system's own answer ends a process that is deep in HDF5
        signal.alarm(PATIENCE)
        with contextlib.suppress(ValueError):
            most = resource.getrlimit(resource.RLIMIT_CPU)[1]
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, most))
        gc.disable()
        parent.sendall(json.dumps(_look(places[0], called.decode())).encode() + b"\n")
        os._exit(0)
    os.close(places[0])
    status = os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1])
    if status:
        parent.sendall(json.dumps({"ended": status}).encode() + b"\n")
    return True


def _look(place: int, called: str) -> dict[str, str]:
    """Return what is wrong with a file, nothing where it is fine."""
    status = os.fstat(place)
    size = min(status.st_size, 200 * 512 * status.st_blocks or status.st_size)
    try:
        with open_place(place) as file:
            rehearse(file, called, size, status.st_size)
    except (Unreadable, NewerSchema, OlderSchema) as error:
        return {"refused": type(error).__name__, "told": readable(str(error))}
    except MemoryError:
        return {"refused": "Unreadable", "told": f"{called} takes more memory than a run may"}
    except Exception as error:
        found = "is no HDF5 file or a truncated one" if _unopened(error) else "is damaged"
        refused = refusal(error, called, found)
        return {"refused": type(refused).__name__, "told": readable(str(refused))}
    return {}


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


if __name__ == "__main__":
    main()
