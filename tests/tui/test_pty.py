"""The explorer in a real terminal: it starts, obeys, leaves, and does not outlive its terminal."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from contextlib import contextmanager

import pytest

CODE = "import sys, pathlib, grokscope.tui.opening as a; a.explore(pathlib.Path(sys.argv[1]))"
PATIENCE = 60.0


BROKEN = "import grokscope.tui.app; grokscope.tui.app.Explorer._list = None; " + CODE
"""The first look at the store is a mistake of the program's."""


KINDS = {
    "xterm-256color": ({}, {"256"}),
    "xterm-direct": ({"COLORTERM": "truecolor"}, {"truecolor"}),
    "tmux-256color": ({}, {"256"}),
    "screen": ({}, {"16"}),
    "linux": ({}, {"16", "ascii"}),
    "xterm": ({"LC_ALL": "C"}, {"16", "ascii"}),
    "vt100": ({}, set()),
    "xterm-mono": ({}, set()),
    "rxvt": ({"NO_COLOR": "1"}, set()),
    "unheard-of": ({}, {"16"}),
}
"""Names of terminals, what else is in the environment, and what may then be sent."""
FAST = ("screen", "vt100")
CODES = re.compile(rb"\x1b\[([0-9;]*)m")


@contextmanager
def spawned(*words, env=None, **streams):
    """Run Python in a terminal of its own, some of its streams elsewhere."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 45, 160, 0, 0))
    told = {name: os.environ[name] for name in os.environ.keys() - {"NO_COLOR", "COLORTERM"}}
    process = subprocess.Popen(
        [sys.executable, *words], start_new_session=True,
        env=told | {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"} | (env or {}),
        **{"stdin": slave, "stdout": slave, "stderr": slave} | streams,
    )  # fmt: skip
    os.close(slave)
    yield master, process
    process.kill()
    process.wait()


@pytest.fixture(params=[CODE])
def terminal(pair, request):
    with spawned("-c", request.param, str(pair)) as opened:
        yield opened


@pytest.mark.parametrize(
    "term", [name if name in FAST else pytest.param(name, marks=pytest.mark.slow) for name in KINDS]
)
def test_no_more_is_sent_than_the_terminal_has(term, pair):
    env, has = KINDS[term]
    with spawned("-c", CODE, str(pair), env={"TERM": term} | env) as (master, process):
        seen = wait_for(master, b"t_train 14")
        os.write(master, b"q")
        seen += drained(master, process)
        os.close(master)
    assert process.returncode == 0
    assert {depth for codes in CODES.findall(seen) for depth in depths(codes)} == has - {"ascii"}
    assert seen.isascii() == ("ascii" in has)


def depths(codes):
    """Yield how many colours a terminal must have to be sent these codes."""
    numbers = iter(codes.split(b";"))
    for number in numbers:
        if number in (b"38", b"48"):
            yield {b"5": "256", b"2": "truecolor"}[next(numbers)]
            return
        if len(number) > 1 and number[:-1] in (b"3", b"4", b"9", b"10") and number[-1:] != b"9":
            yield "16"


@pytest.mark.parametrize(
    ("streams", "env", "told"),
    [
        ("stderr", {}, b"standard error, which is redirected, so the runs are listed"),
        ("stdin", {}, b"standard input, which is no terminal, so the runs are listed"),
        ("", {"TERM": "dumb"}, b"found TERM=dumb; "),
    ],
)
def test_where_nothing_can_be_drawn_it_is_said_why(streams, env, told, pair):
    elsewhere = dict.fromkeys(streams.split(), subprocess.DEVNULL)
    words = ("-m", "grokscope", "--store", str(pair))
    with spawned(*words, env=env, **elsewhere) as (master, process):
        seen = drained(master, process)
        os.close(master)
    assert told in seen
    assert b"\x1b" not in seen
    assert (b"modadd-grok-s0" in seen) == bool(streams)


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


def sent(master, key, quiet=0.5):
    """Return how many bytes a key makes the explorer send, until it is quiet for some seconds."""
    os.write(master, key)
    count = 0
    while select.select([master], [], [], quiet)[0]:
        count += len(os.read(master, 65536))
    return count


def test_a_move_of_the_cursor_costs_a_kilobyte_at_most_and_a_replot_eight(terminal):
    master, _ = terminal
    wait_for(master, b"modadd-grok")
    sent(master, b"\r", quiet=2.0)
    for _ in range(3):
        assert 0 < sent(master, b"[") <= 1024
    assert 0 < sent(master, b"X") <= 8192
    os.close(master)
