import asyncio
import os
import signal
import time

import pytest

from grokscope.tui.acts import processes
from grokscope.tui.acts.processes import Ending, answer, last_line, start, started


def ended(one, patience=60):
    until = time.monotonic() + patience
    while (ending := one.ending()) is None and time.monotonic() < until:
        time.sleep(0.02)
    return ending


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Stands in for the command line: a shell script that is given the words."""

    def write(script):
        path = tmp_path / "program.sh"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o700)
        monkeypatch.setattr(processes, "_program", lambda store: [str(path)])

    return write


def test_the_command_line_is_started_on_the_store_and_its_mistake_told(tmp_path):
    one = start(["stop", "nothing"], tmp_path)
    ending = ended(one)
    assert ending.code == 1
    assert ending.line.startswith("no run in store ")
    assert ending.told().startswith("failed: no run in store ")
    assert started(tmp_path) == [one]
    assert started(tmp_path / "other") == []
    assert one.command == "grokscope stop nothing"


def test_a_process_goes_on_in_a_session_of_its_own_until_it_ends(tmp_path, program):
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    program(f"echo first; ps -o sess= -p $$; read line < {gate}; echo $line")
    one = start(["run", "a b"], tmp_path)
    assert one.ending() is None
    assert started(tmp_path)[0].ending() is None
    gate.write_text("last words\n")
    assert ended(one) == Ending(0, "last words")
    session = int(one.log.read_text().split()[1])
    assert session != os.getsid(0)
    assert one.command == "grokscope run 'a b'"


def test_what_was_killed_with_its_shell_is_told_to_have_gone(tmp_path, program):
    program("echo $$ $PPID; exec sleep 600")
    one = start(["run"], tmp_path)
    while not (words := one.log.read_text().split()):
        time.sleep(0.02)
    for process in reversed(words):
        os.kill(int(process), signal.SIGKILL)
    assert ended(one).code is None
    assert Ending(None, "").told() == "failed: it was killed"
    assert Ending(130, "status").told() == "interrupted after a checkpoint"


def test_waiting_blocks_nothing_and_tells_the_end(tmp_path, program):
    program("echo one; echo; exit 3")
    ending = asyncio.run(start([], tmp_path).ended())
    assert ending == Ending(3, "one")
    assert Ending(0, "one").told() == "done"
    assert Ending(3, "").told() == "failed: exit code 3"


def test_the_last_line_is_the_last_that_says_something(tmp_path):
    log = tmp_path / "a.log"
    log.write_bytes(b"x" * 9000 + b"\ngrokscope: no such run\r\n \n")
    assert last_line(log) == "no such run"
    assert last_line(tmp_path / "none") == ""


def test_the_oldest_that_ended_are_forgotten(tmp_path, program, monkeypatch):
    program("true")
    monkeypatch.setattr(processes, "KEPT", 2)
    all_started = []
    for _ in range(4):
        all_started.append(start([], tmp_path))
        ended(all_started[-1])
    assert started(tmp_path) == all_started[:0:-1]
    assert not all_started[0].log.exists()


def test_without_a_cache_logs_lie_in_a_passing_folder(tmp_path, program, monkeypatch):
    monkeypatch.setenv("GROKSCOPE_CACHE", "")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(processes.tempfile, "tempdir", None)
    processes._passing.cache_clear()
    program("echo here")
    one = start([], tmp_path)
    assert ended(one).line == "here"
    assert one.log.is_relative_to(tmp_path)
    processes._passing.cache_clear()


def test_an_answer_is_what_was_printed_or_why_nothing_was(tmp_path, program):
    program("echo '{}'; echo grokscope: but careful >&2; exit 4")
    got = asyncio.run(answer(["x"], tmp_path))
    assert (got.code, got.out, got.problem) == (4, "{}\n", "but careful")


def test_a_question_that_nobody_waits_for_is_dropped(tmp_path, program):
    program(f"echo $$ > {tmp_path}/pid; exec sleep 600")

    async def asked_in_vain():
        task = asyncio.create_task(answer([], tmp_path))
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
            await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(asked_in_vain())
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
