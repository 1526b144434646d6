"""Starting: how long a person waits for the help page and for the explorer."""

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

STORE = Path(__file__).parents[2] / "store"
TRIES = 5
PROGRAM = str(Path(sys.executable).with_name("grokscope"))


def help_page():
    """Return seconds until `grokscope --help` has ended."""
    start = time.perf_counter()
    subprocess.run([PROGRAM, "--help"], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def explorer(columns=80, rows=24):
    """Return seconds until the explorer's header is painted, and until a run's row is."""
    start = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="xterm-256color", LANG="C.UTF-8")
        os.execv(PROGRAM, [PROGRAM, "--store", str(STORE)])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    seen, times = b"", []
    for word in (b"grokscope", b"reference-"):
        while word not in seen and time.perf_counter() - start < 20:
            if select.select([terminal], [], [], 0.05)[0]:
                seen += os.read(terminal, 65536)
        times.append(time.perf_counter() - start)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(terminal)
    return times


def imports():
    """Return seconds until an interpreter that imports what any such program must has ended."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import textual.app, numpy"], check=True)
    return time.perf_counter() - start


def figures():
    """Yield (name, value, unit, target) for each figure."""
    help_page()
    yield "grokscope --help", statistics.median(help_page() for _ in range(TRIES)), "s", "<= 0.20"
    explorer()
    tries = [explorer() for _ in range(TRIES)]
    yield "explorer, first paint", statistics.median(t[0] for t in tries), "s", "<= 0.40"
    bare = statistics.median(imports() for _ in range(TRIES))
    yield "  beside a process that only imports textual and numpy", bare, "s", ""
    yield "explorer, runs on screen", statistics.median(t[1] for t in tries), "s", ""
