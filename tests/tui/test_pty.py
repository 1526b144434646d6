"""The explorer in a real terminal: it starts, obeys, leaves, and does not outlive its terminal."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time

import pytest

CODE = "import sys, pathlib, grokscope.tui.opening as a; a.explore(pathlib.Path(sys.argv[1]))"
PATIENCE = 60.0


BROKEN = "import grokscope.tui.app; grokscope.tui.app.Explorer._list = None; " + CODE
"""The first look at the store is a mistake of the program's."""


@pytest.fixture(params=[CODE])
def terminal(pair, request):
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 45, 160, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-c", request.param, str(pair)],
        stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
        env=os.environ | {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    os.close(slave)
    yield master, process
    process.kill()
    process.wait()


def wait_for(master, text):
    seen, end = b"", time.monotonic() + PATIENCE
    while text not in seen and time.monotonic() < end:
        if select.select([master], [], [], 0.1)[0]:
            seen += os.read(master, 65536)
    assert text in seen
    return seen


def drained(master, process):
    """Read until the process ends, as a terminal does."""
    seen, end = b"", time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        if select.select([master], [], [], 0.1)[0]:
            try:
                seen += os.read(master, 65536)
            except OSError:
                break
    return seen


def test_it_paints_and_q_leaves_the_terminal_as_it_was(terminal):
    master, process = terminal
    wait_for(master, b"modadd-grok")
    os.write(master, b"q")
    seen = drained(master, process)
    assert process.wait(PATIENCE) == 0
    assert b"\x1b[?1049l" in seen
    os.close(master)


def test_it_ends_when_its_terminal_is_gone(terminal):
    master, process = terminal
    wait_for(master, b"modadd-grok")
    os.close(master)
    assert process.wait(PATIENCE) is not None


@pytest.mark.parametrize("terminal", [BROKEN], indirect=True)
def test_a_breakdown_is_shown_and_leaves_a_code_that_is_not_zero(terminal):
    master, process = terminal
    seen = drained(master, process)
    assert process.wait(PATIENCE) != 0
    assert b"TypeError" in seen
    os.close(master)


def sent(master, key):
    """Return how many bytes a key makes the explorer send."""
    os.write(master, key)
    count = 0
    while select.select([master], [], [], 0.5)[0]:
        count += len(os.read(master, 65536))
    return count


def test_a_move_of_the_cursor_costs_a_kilobyte_at_most_and_a_replot_eight(terminal):
    master, _ = terminal
    wait_for(master, b"modadd-grok")
    sent(master, b"\r")
    for _ in range(3):
        assert 0 < sent(master, b"[") <= 1024
    assert 0 < sent(master, b"X") <= 8192
    os.close(master)
