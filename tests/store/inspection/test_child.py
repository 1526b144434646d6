import os
import resource
import signal
import time

import pytest

from grokscope.errors import Damaged
from grokscope.store.inspection import isolation, looker
from grokscope.store.inspection.looker import Looker, Overlong
from tests.store.inspection.hostile import make

PATCH = "import ctypes, os, time; from grokscope.store.inspection import child; from {} import main"


@pytest.fixture
def one(monkeypatch):
    """Return a looker whose process does something else than to read files."""
    lookers = []

    def begin(action):
        code = isolation.CODE.replace("from {} import main", f"{PATCH}; {action}")
        monkeypatch.setattr(isolation, "CODE", code)
        lookers.append(Looker())
        return lookers[-1]

    yield begin
    for one in lookers:
        one.close()


@pytest.fixture
def place(tmp_path):
    place = os.open(make(tmp_path / "run" / "run.h5"), os.O_RDONLY)
    yield place
    os.close(place)


def test_a_crash_ends_the_look_and_not_the_process(one, place):
    crashing = one("child.rehearse = lambda *a: ctypes.string_at(0)")
    for _ in range(2):
        told = crashing.look(place, "run/run.h5")
        assert str(told) == "run/run.h5 made its reader crash (signal 11); not opened"
        assert type(told) is Damaged
    assert crashing._process.poll() is None


def test_a_hang_ends_by_itself(one, place):
    hanging = one("child.PATIENCE = 1; child.rehearse = lambda *a: time.sleep(100)")
    told = hanging.look(place, "x")
    assert isinstance(told, Overlong)
    assert hanging._process.poll() is None


@pytest.mark.slow
def test_a_busy_loop_ends_by_itself(one, place):
    loop = "child.rehearse = lambda *a: all(i >= 0 for i in iter(int, 1))"
    busy = one(f"child.SECONDS = 1; child.signal.alarm = id; {loop}")
    assert isinstance(busy.look(place, "x"), Overlong)


def test_memory_is_bounded(one, place):
    greedy = one("child.rehearse = lambda *a: bytearray(2 << 30)")
    assert str(greedy.look(place, "x")) == "x takes more memory than a run may"
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 4 << 20


def test_a_process_that_nobody_asks_ends_after_a_while(one, place):
    idle = one("child.IDLE = 0.2")
    assert idle.look(place, "x") is None
    assert idle._process.wait(30) == 0
    assert idle.look(place, "x") is None


@pytest.mark.slow
def test_a_process_whose_parent_left_in_the_middle_ends(one, place):
    slow = one("child.PATIENCE = 2; child.rehearse = lambda *a: time.sleep(1)")
    slow._ready()
    process = slow._process
    began = time.monotonic()
    looker.socket.send_fds(slow._socket, [b"x"], [place])
    slow._socket.close()
    assert process.wait(30) in (0, -signal.SIGPIPE)
    assert time.monotonic() - began < 30
