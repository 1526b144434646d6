import errno
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from grokscope.errors import NotARun, RunHeld
from grokscope.store import lock
from grokscope.store.lock import Holder, Lock, new_holder, process_start, read_lock


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


FAR = {"boot": "of another machine", "machine": "another"}


@pytest.mark.parametrize(
    "change",
    [
        FAR,
        {"boot": "of a machine without a name", "machine": ""},
        {"namespace": "pid:[1]"},
        FAR | {"namespace": "pid:[1]"},
        {"boot": "earlier", "namespace": "pid:[1]"},
        {"boot": ""},
    ],
)
def test_a_process_out_of_sight_holds_until_forced(tmp_path, change):
    far = replace(new_holder(), **change)
    hold(tmp_path, far)
    assert far.life() == "unknown"
    with pytest.raises(RunHeld, match="cannot be seen from this machine"):
        Lock.take(tmp_path)
    assert Lock.take(tmp_path, force=True).held


def test_a_live_process_is_not_evicted_by_force(tmp_path):
    Lock.take(tmp_path)
    with pytest.raises(RunHeld, match="is being written by"):
        Lock.take(tmp_path, force=True)


def test_a_machine_is_known_by_more_than_its_name():
    assert replace(new_holder(), host="renamed").life() == "alive"
    assert replace(new_holder(), **FAR).life() == "unknown"


def test_the_machine_s_own_id_is_not_told(monkeypatch, tmp_path):
    lock._here.cache_clear()
    monkeypatch.setattr(lock, "MACHINE_ID", tmp_path / "id")
    seen = set()
    for name in ("", "uninitialized\n", "0" * 32 + "\n", "1" * 32):
        (tmp_path / "id").write_text(name)
        seen.add(new_holder().machine)
        assert not name or name not in asdict(new_holder()).values()
        lock._here.cache_clear()
    assert len(seen) == 3
    assert "" in seen


def test_a_refusal_says_who_since_when_and_what_to_do(tmp_path):
    (tmp_path / "summary.json").touch()
    os.utime(tmp_path / "summary.json", (time.time() - 7200,) * 2)
    hold(tmp_path, replace(new_holder(), host="node7", pid=42, **FAR))
    told = (
        rf"^run '{tmp_path.name}' is being written by process 42 on node7, last heard of 720\d s"
        " ago, which cannot be seen from this machine; if that process is known to be gone,"
        f" `grokscope resume {tmp_path.name} --force` takes the run over$"
    )
    with pytest.raises(RunHeld, match=told):
        Lock.take(tmp_path)


def test_a_run_that_does_not_exist_cannot_be_taken(tmp_path):
    with pytest.raises(NotARun, match="there is no run 'none' in"):
        Lock.take(tmp_path / "none")


def test_a_killed_process_that_nobody_waited_for_is_dead():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert process_start(child.pid) is not None
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert process_start(child.pid) is None
    child.communicate()


def test_a_lock_that_was_taken_over_is_held_no_more_and_not_released(tmp_path):
    own = Lock.take(tmp_path)
    other = new_holder()
    hold(tmp_path, other)
    assert not own.held
    own.release()
    assert read_lock(tmp_path) == other


def test_a_lock_that_cannot_be_read_now_is_neither_lost_nor_anybody_s(tmp_path, monkeypatch):
    own = Lock.take(tmp_path)

    def refuse(path, limit):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("grokscope.store.lock.read_small", refuse)
    with pytest.raises(OSError, match="Input/output"):
        _ = own.held
    with pytest.raises(OSError, match="Input/output"):
        Lock.take(tmp_path, force=True)
    monkeypatch.undo()
    assert own.held


def test_an_empty_lock_was_left_by_a_crash_and_holds_nothing(tmp_path):
    (tmp_path / "lock.json").write_text("")
    assert read_lock(tmp_path) is None
    assert Lock.take(tmp_path).held


@pytest.mark.parametrize(
    "text", ["[]", "{}", '{"pid": 1}', '{"pid": 1e999}', "\x00", "x" * 100_000, "[" * 60_000]
)
def test_a_lock_that_is_none_of_ours_holds_until_forced(tmp_path, text):
    (tmp_path / "lock.json").write_text(text)
    assert read_lock(tmp_path).life() == "unknown"
    with pytest.raises(RunHeld, match="written by a process that is not named"):
        Lock.take(tmp_path)
    assert Lock.take(tmp_path, force=True).held


def test_a_lock_that_is_no_file_holds_and_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "lock.json")
    assert read_lock(tmp_path).life() == "unknown"


def test_what_a_later_version_adds_to_a_lock_is_passed_over(tmp_path):
    holder = new_holder()
    (tmp_path / "lock.json").write_text(json.dumps(asdict(holder) | {"user": "somebody"}))
    assert read_lock(tmp_path) == holder
    earlier = {name: word for name, word in asdict(holder).items() if name != "machine"}
    (tmp_path / "lock.json").write_text(json.dumps(earlier))
    assert read_lock(tmp_path).life() == "alive"


def test_a_name_in_a_lock_does_not_steer_the_terminal(tmp_path):
    hold(tmp_path, replace(new_holder(), host="a\x1b[2J"))
    assert str(read_lock(tmp_path)) == f"process {os.getpid()} on a·[2J"


def test_a_lock_is_whole_from_the_moment_it_is_there(tmp_path, monkeypatch):
    seen = []
    link = os.link
    monkeypatch.setattr(os, "link", lambda a, b: (seen.append(Path(a).read_bytes()), link(a, b)))
    lock = Lock.take(tmp_path)
    assert json.loads(seen[0])["nonce"] == lock.holder.nonce
    assert [path.name for path in tmp_path.iterdir()] == ["lock.json"]


def test_a_file_system_without_hard_links_takes_locks_all_the_same(tmp_path, monkeypatch):
    def refuse(*rest):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    lock = Lock.take(tmp_path)
    assert lock.held
    with pytest.raises(RunHeld):
        Lock.take(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["lock.json"]


def test_a_lock_that_somebody_elsewhere_took_meanwhile_is_left_alone(tmp_path, monkeypatch):
    """Two machines find one dead holder; the slower must not remove the lock of the faster."""
    dead = replace(new_holder(), pid=2**22 - 3, started="1")
    (tmp_path / "lock.json").write_text(json.dumps(asdict(dead)))
    faster = replace(new_holder(), host="far")
    life = Holder.life

    def overtaken(self):
        (tmp_path / "lock.json").write_text(json.dumps(asdict(faster)))
        return life(self)

    monkeypatch.setattr(Holder, "life", overtaken)
    with pytest.raises(RunHeld, match=r"was taken by process .* on far just now"):
        Lock.take(tmp_path)
    assert read_lock(tmp_path) == faster
