import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from grokscope.errors import Unreadable
from grokscope.store.inspection import looker
from grokscope.store.inspection.looker import Looker, Overlong
from tests.store.inspection.hostile import external, make

BEGIN = "import os, signal, socket, sys, time; s = socket.socket(fileno=0); s.send(b'\\n')\n"
ASKED = BEGIN + "socket.recv_fds(s, 1000, 1)\n"


@pytest.fixture
def one():
    looker = Looker()
    yield looker
    looker.close()


@pytest.fixture
def place(tmp_path):
    place = os.open(make(tmp_path / "run" / "run.h5"), os.O_RDONLY)
    yield place
    os.close(place)


@pytest.fixture
def instead(monkeypatch):
    """Let another program look."""

    def use(code):
        monkeypatch.setattr(looker, "_command", lambda: [sys.executable, "-I", "-S", "-c", code])

    return use


def gone(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except FileNotFoundError:
        return True


def wait_until(done):
    until = time.monotonic() + 30
    while not done():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_sound_file_passes(one, place):
    assert one.look(place, "x") is None


def test_a_refusal_comes_back_as_the_error_it_is(one, tmp_path):
    place = os.open(external(tmp_path / "x.h5"), os.O_RDONLY)
    told = one.look(place, "run/x.h5")
    os.close(place)
    assert type(told) is Unreadable
    assert str(told).startswith("run/x.h5: '/e' keeps its data in another file")


def test_one_process_serves_many_looks(one, place):
    one.look(place, "x")
    pid = one._process.pid
    assert one.look(place, "x") is None
    assert one._process.pid == pid


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGKILL])
def test_a_crash_is_told_by_its_signal(one, place, instead, number):
    instead(ASKED + f"os.kill(os.getpid(), {number.value})")
    told = one.look(place, "run/run.h5")
    assert str(told) == f"run/run.h5 made its reader crash (signal {number.value}); not opened"


def test_after_a_crash_the_next_file_is_looked_at(one, place, monkeypatch):
    with monkeypatch.context() as patch:
        code = ASKED + "os.abort()"
        patch.setattr(looker, "_command", lambda: [sys.executable, "-I", "-S", "-c", code])
        assert "crash" in str(one.look(place, "x"))
    assert one.look(place, "x") is None


def test_a_hang_is_ended_and_may_be_tried_again(one, place, instead, monkeypatch):
    monkeypatch.setattr(looker, "DEADLINE", 0.3)
    instead(ASKED + "time.sleep(100)")
    told = one.look(place, "run/run.h5")
    assert isinstance(told, Overlong)
    assert str(told) == "run/run.h5 takes too long to read; not opened"
    assert one._process is None


@pytest.mark.parametrize("number", [signal.SIGALRM, signal.SIGXCPU])
def test_a_process_that_the_system_ended_for_its_time_was_too_slow(one, place, instead, number):
    instead(ASKED + f"os.kill(os.getpid(), {number.value})")
    assert isinstance(one.look(place, "x"), Overlong)


def test_a_process_that_does_not_begin_lets_nothing_pass(one, place, instead):
    instead("raise SystemExit(3)")
    assert "cannot be looked at before it is opened" in str(one.look(place, "x"))


def test_an_interpreter_that_is_not_there_lets_nothing_pass(one, place, monkeypatch):
    monkeypatch.setattr(looker, "_command", lambda: ["/no/such/python"])
    assert "no such file" in str(one.look(place, "x")).lower()


def test_an_answer_that_is_none_lets_nothing_pass(one, place, instead):
    instead(ASKED + "sys.exit(0)")
    assert isinstance(one.look(place, "x"), Unreadable)


def test_one_that_ended_while_nobody_asked_is_begun_anew(one, place):
    one.look(place, "x")
    one._process.kill()
    one._process.wait()
    assert one.look(place, "x") is None


def test_an_interrupt_leaves_no_answer_to_the_wrong_question(one, place, monkeypatch):
    one.look(place, "x")
    first = one._process

    def interrupted(*asked):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(looker, "_line", interrupted)
        with pytest.raises(KeyboardInterrupt):
            one.look(place, "x")
    assert first.returncode is not None
    assert one.look(place, "x") is None


def test_threads_take_turns(one, place):
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(one.look(place, "x"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [None] * 8


def test_the_process_has_limits_and_its_own_session(one, place):
    one.look(place, "x")
    pid = one._process.pid
    limits = Path(f"/proc/{pid}/limits").read_text()
    bounds = {line[:25].strip(): line[25:].split()[:2] for line in limits.splitlines()}
    assert bounds["Max core file size"] == ["0", "0"]
    assert int(bounds["Max address space"][1]) < 2 << 30
    assert os.getsid(pid) == pid
    loaded = Path(f"/proc/{pid}/maps").read_text()
    assert "torch" not in loaded
    assert Path(f"/proc/{pid}/cwd").readlink() == Path("/")


def test_the_process_ends_with_its_parent_however_that_ends(place, tmp_path):
    path = tmp_path / "run" / "run.h5"
    code = (
        "import os, signal, sys; from grokscope.store.inspection.looker import LOOKER\n"
        f"LOOKER.look(os.open({str(path)!r}, os.O_RDONLY), 'x')\n"
        "print(LOOKER._process.pid, flush=True); exec(sys.argv[1])"
    )
    for end in ("pass", "os._exit(0)", "os.kill(os.getpid(), signal.SIGKILL)"):
        command = [sys.executable, "-c", code, end]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        wait_until(lambda pid=int(done.stdout): gone(pid))
        assert not done.stderr


def test_an_interrupt_of_the_terminal_passes_the_process_by(one, place):
    one.look(place, "x")
    os.kill(one._process.pid, signal.SIGINT)
    pid = one._process.pid
    assert one.look(place, "x") is None
    assert one._process.pid == pid


FORKING = """
import os, sys
from grokscope.store.inspection.looker import LOOKER
place = os.open(sys.argv[1], os.O_RDONLY)
assert LOOKER.look(place, "x") is None
first = LOOKER._process.pid
if (child := os.fork()) == 0:
    passed = LOOKER.look(place, "x") is None and LOOKER._process.pid != first
    LOOKER.close()
    os._exit(0 if passed else 1)
assert os.waitpid(child, 0)[1] == 0
assert LOOKER.look(place, "x") is None and LOOKER._process.pid == first
"""


def test_a_forked_process_begins_its_own(tmp_path):
    path = make(tmp_path / "run" / "run.h5")
    subprocess.run([sys.executable, "-W", "error", "-c", FORKING, str(path)], check=True)
