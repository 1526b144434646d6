"""`make bench-explorer`: how the explorer feels at 160x45, beside two others measured alike.

The others are W&B LEET 0.31.0 and terminalboard 0.5.3, on another machine of two cores.
"""

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from pathlib import Path

import numpy as np

from grokscope import Recorder
from grokscope.tui.plot.drawing import draw
from grokscope.tui.plot.panel import Line, Panel
from grokscope.tui.plot.raster import Raster
from tests.benchmarks.listing import write_store

PROGRAM = str(Path(sys.executable).with_name("grokscope"))
COLUMNS, ROWS = 160, 45
TRIES, KEYS = 5, 40
QUIET = 0.05
"""Seconds without a byte after which a paint is over."""
STEPS, METRICS = 150_000, 8
HEADER = ("", "measured", "target", "LEET", "terminalboard")


class Explorer:
    """The explorer in a terminal of its own."""

    def __init__(self, store, cache, *words):
        self.start = time.perf_counter()
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            os.environ.update(TERM="tmux-256color", LANG="C.UTF-8", GROKSCOPE_CACHE=str(cache))
            # as where it is installed: compiled once, by the start that is not counted
            os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
            os.environ["PYTHONPYCACHEPREFIX"] = str(cache.parent / "compiled")
            os.execv(PROGRAM, [PROGRAM, *words, "--store", str(store)])
        size = struct.pack("HHHH", ROWS, COLUMNS, 0, 0)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, size)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.kill(self.child, signal.SIGKILL)
        os.waitpid(self.child, 0)
        os.close(self.terminal)

    def until(self, word):
        """Return seconds from the start until a word is painted."""
        seen = b""
        while word not in seen:
            if time.perf_counter() - self.start > 60:
                sys.exit(f"the explorer never painted {word!r}")
            if select.select([self.terminal], [], [], 0.05)[0]:
                seen += os.read(self.terminal, 65536)
        return time.perf_counter() - self.start

    def settle(self, seconds=1.0):
        """Return how many bytes are painted until nothing is for so many seconds."""
        count = 0
        while select.select([self.terminal], [], [], seconds)[0]:
            count += len(os.read(self.terminal, 65536))
        return count

    def press(self, key, quiet=QUIET):
        """Return seconds until the last byte that a key paints, and how many bytes there are."""
        pressed = painted = time.perf_counter()
        os.write(self.terminal, key)
        count, patience = 0, 1.0
        while select.select([self.terminal], [], [], patience)[0]:
            count += len(os.read(self.terminal, 65536))
            painted, patience = time.perf_counter(), quiet
        return painted - pressed, count

    @property
    def megabytes(self):
        """Return what it holds of the machine's memory."""
        status = Path(f"/proc/{self.child}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def record(store):
    """Record a long run of several metrics."""
    draws = np.random.default_rng(0).random((METRICS, STEPS))
    with Recorder("long", store=store, time_unit="step") as recorder:
        for step in range(STEPS):
            values = {f"metric_{k}": draws[k, step] for k in range(2, METRICS)}
            recorder.log(step, train_loss=draws[0, step], test_loss=draws[1, step], **values)


def paints(store, cache, *words):
    """Return seconds from the start until a word is painted, or between two words."""
    with Explorer(store, cache) as explorer:
        first, *last = (explorer.until(word) for word in words)
    return last[-1] - first if last else first


def opening(place):
    """Yield first paint, list, keys and idle, on stores of many runs."""
    for count, row, *words in (
        (1_000, ("first paint, 1,000 runs, s", "<= 0.40", "0.50", "1.8")),
        (10_000, ("rows on screen, 10,000 runs, s", "<= 0.30", "", ""), b"grokscope", b"sweep-"),
        (10_000, ("... and looked through, s", "", "", ""), b"grokscope", b"10000 runs"),
    ):
        store, cache = place / str(count), place / f"cache-{count}"
        if not store.exists():
            write_store(store, count)
        times = [paints(store, cache, *words or [b"grokscope"]) for _ in range(TRIES + 1)]
        what, *targets = row
        yield what, statistics.median(times[1:]), *targets
    with Explorer(store, cache) as explorer:
        explorer.until(b"sweep-")
        explorer.settle()
        moves = [explorer.press(b"j") for _ in range(KEYS)]
        yield from keys("a row down of 10,000", moves)
        yield "idle for 5 s, bytes", explorer.settle(5.0), "0", "0", "0"


def keys(what, presses):
    """Yield times and bytes of key presses."""
    times = [1000 * seconds for seconds, _ in presses]
    yield f"{what}: key to paint, median ms", statistics.median(times), "<= 30", "9-34", "65-142"
    yield f"{what}: 95th percentile, ms", float(np.quantile(times, 0.95)), "<= 60", "", ""
    painted = statistics.median(count for _, count in presses)
    yield f"{what}: bytes", painted, "<= 1,024", "1,000", "13,500"


def one_run(place):
    """Yield what a long run takes: opening, memory, cursor, replot."""
    store = place / "long"
    record(store)
    times = []
    for _ in range(TRIES):
        with Explorer(store, place / "cache-long") as explorer:
            explorer.until(b"long")
            explorer.settle()
            times.append(explorer.press(b"\r", quiet=0.5)[0])
            explorer.settle()
            held = explorer.megabytes
    yield f"opening {STEPS:,} steps x {METRICS}, s", statistics.median(times), "<= 0.30", "5.0", ""
    yield "  memory, MB", held, "<= 120", "149", "64"
    with Explorer(store, place / "cache-long") as explorer:
        explorer.until(b"long")
        explorer.settle()
        explorer.press(b"\r")
        explorer.settle()
        yield from keys("cursor", [explorer.press(b"[") for _ in range(KEYS)])
        replots = statistics.median(explorer.press(b"X")[1] for _ in range(10))
        yield "replot, bytes", replots, "<= 8,192", "800", "13,000"


def replot():
    """Yield what drawing a million points takes."""
    points = np.arange(1e6)
    raster = Raster()
    panel = Panel("loss", lines=(Line("", points + 1, np.sin(points / 1e5)),))
    times = []
    for _ in range(TRIES):
        start = time.perf_counter()
        draw(panel, COLUMNS, ROWS, raster)
        times.append(1000 * (time.perf_counter() - start))
    yield "replot of 1,000,000 points, ms", statistics.median(times), "<= 50", "", ""


def main():
    """Print the table."""
    print(f"{HEADER[0]:50}{HEADER[1]:>10}  {HEADER[2]:10}{HEADER[3]:>8}{HEADER[4]:>15}")
    with tempfile.TemporaryDirectory() as place:
        for part in (opening(Path(place)), one_run(Path(place)), replot()):
            for what, value, target, leet, board in part:
                print(f"{what:50}{value:>10.3g}  {target:10}{leet:>8}{board:>15}", flush=True)


if __name__ == "__main__":
    main()
