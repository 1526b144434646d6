import json
import os
import subprocess
import sys
from dataclasses import asdict, replace

import pytest

from grokscope.errors import RunHeld
from grokscope.store.lock import Lock, new_holder, process_start, read_lock


def hold(run, holder):
    (run / "lock.json").write_text(json.dumps(asdict(holder)))


def test_a_held_run_refuses_a_second_holder_and_names_the_first(tmp_path):
    Lock.take(tmp_path)
    with pytest.raises(RunHeld, match=f"is being written by process {os.getpid()} on"):
        Lock.take(tmp_path)


def test_a_released_run_can_be_taken(tmp_path):
    Lock.take(tmp_path).release()
    assert Lock.take(tmp_path).held


def test_two_processes_at_once_make_one_holder(tmp_path):
    code = (
        "import sys, pathlib\nfrom grokscope.store.lock import Lock\n"
        "from grokscope.errors import RunHeld\nsys.stdin.readline()\n"
        "try:\n Lock.take(pathlib.Path(sys.argv[1])); print('held', flush=True)\n"
        "except RunHeld:\n print('refused', flush=True)\nsys.stdin.readline()"
    )
    hold(tmp_path, replace(new_holder(), pid=2**22 + 1))
    command = [sys.executable, "-c", code, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    takers = [subprocess.Popen(command, **pipes) for _ in range(3)]
    for taker in takers:
        taker.stdin.write("\n")
        taker.stdin.flush()
    said = sorted(taker.stdout.readline().strip() for taker in takers)
    for taker in takers:
        taker.communicate("\n")
    assert said == ["held", "refused", "refused"]


@pytest.mark.parametrize(
    "change",
    [{"pid": 2**22 + 1}, {"started": "1"}, {"boot": "an earlier one"}],
    ids=["gone", "its number is another's now", "before a reboot"],
)
def test_a_dead_process_holds_nothing(tmp_path, change):
    dead = replace(new_holder(), **change)
    hold(tmp_path, dead)
    assert dead.life() == "dead"
    assert Lock.take(tmp_path).held


@pytest.mark.parametrize("change", [{"host": "elsewhere"}, {"namespace": "pid:[1]"}])
def test_a_process_out_of_sight_holds_until_forced(tmp_path, change):
    far = replace(new_holder(), **change)
    hold(tmp_path, far)
    assert far.life() == "unknown"
    with pytest.raises(RunHeld, match="cannot be seen from this machine"):
        Lock.take(tmp_path)
    assert Lock.take(tmp_path, force=True).held


def test_a_killed_process_that_nobody_waited_for_is_dead():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert process_start(child.pid) is not None
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert process_start(child.pid) is None
    child.communicate()


def test_a_lock_that_was_taken_over_is_held_no_more_and_not_released(tmp_path):
    lock = Lock.take(tmp_path)
    other = replace(new_holder(), host="elsewhere")
    hold(tmp_path, other)
    assert not lock.held
    lock.release()
    assert read_lock(tmp_path) == other


@pytest.mark.parametrize("text", ["", "[]", '{"pid": 1}', "\x00"])
def test_a_lock_that_is_none_of_ours_holds_nothing(tmp_path, text):
    (tmp_path / "lock.json").write_text(text)
    assert read_lock(tmp_path) is None
    assert Lock.take(tmp_path).held
