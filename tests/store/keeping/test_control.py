"""Requests to the writer of a run: seen in time, meant for one holder alone, harmless otherwise."""

import errno
import json
from pathlib import Path

import pytest

from grokscope.errors import NotARun, NotWritten, RunHeld, StoreFailed
from grokscope.store.keeping import control
from grokscope.store.keeping.control import CONTROL_FILE, LOOK, Control, ask_to_stop
from grokscope.store.lock import Lock
from grokscope.store.schema import LOCK_FILE
from tests.disks import fill


@pytest.fixture
def run(tmp_path):
    path = tmp_path / "run"
    path.mkdir()
    return path


class Clock:
    """A clock that stands until it is told to go on."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def later(asked, clock):
    """Return whether a request is known after the next look."""
    clock.now += LOOK
    asked.look()
    return asked.stop


def test_a_request_reaches_who_holds_the_run_and_is_taken_away(run):
    clock, lock = Clock(), Lock.take(run)
    asked = Control(lock, clock)
    assert not later(asked, clock)
    assert ask_to_stop(run) == lock.holder
    asked.look()
    assert not asked.stop
    assert later(asked, clock)
    assert not (run / CONTROL_FILE).exists()
    assert later(asked, clock)


def refusing(monkeypatch, error):
    def refuse(*_):
        raise error

    monkeypatch.setattr(control, "publish_json", refuse)


def test_where_the_disk_takes_no_byte_the_lock_itself_is_the_request(run, monkeypatch):
    clock, lock = Clock(), Lock.take(run)
    asked = Control(lock, clock)
    refusing(monkeypatch, OSError(errno.ENOSPC, "No space left on device"))
    for _ in range(2):
        assert ask_to_stop(run) == lock.holder
        assert sorted(path.name for path in run.iterdir()) == [CONTROL_FILE, LOCK_FILE]
    assert later(asked, clock)
    assert [path.name for path in run.iterdir()] == [LOCK_FILE]
    assert lock.held


def test_a_request_reaches_who_holds_a_run_on_a_disk_that_is_full(disk):
    run = disk / "run"
    run.mkdir()
    clock, lock = Clock(), Lock.take(run)
    asked = Control(lock, clock)
    fill(disk)
    with pytest.raises(OSError, match="No space left on device"):
        (run / "more").write_bytes(b"x")
    assert ask_to_stop(run) == lock.holder
    assert later(asked, clock)


def test_a_lock_that_was_the_request_reaches_nobody_later(run, monkeypatch):
    lock = Lock.take(run)
    refusing(monkeypatch, OSError(errno.ENOSPC, "No space left on device"))
    ask_to_stop(run)
    lock.release()
    clock = Clock()
    assert not later(Control(Lock.take(run), clock), clock)


def test_a_lock_that_changes_hands_meanwhile_is_no_request(run, monkeypatch):
    lock = Lock.take(run)

    def refuse(*_):
        lock.release()
        Lock.take(run)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(control, "publish_json", refuse)
    with pytest.raises(RunHeld, match="is changing hands; ask again"):
        ask_to_stop(run)
    assert [path.name for path in run.iterdir()] == [LOCK_FILE]


def test_a_request_does_not_reach_whoever_takes_the_run_up_later(run):
    first = Lock.take(run)
    ask_to_stop(run)
    first.release()
    clock = Clock()
    assert not later(Control(Lock.take(run), clock), clock)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"stop": 3}', '{"stop": null}', "x" * 5000])
def test_what_is_no_request_is_none(run, text):
    clock, lock = Clock(), Lock.take(run)
    (run / CONTROL_FILE).write_text(text)
    assert not later(Control(lock, clock), clock)


def test_a_link_is_no_request(run, tmp_path):
    clock, lock = Clock(), Lock.take(run)
    (tmp_path / "elsewhere").write_text(json.dumps({"stop": lock.holder.nonce}))
    (run / CONTROL_FILE).symlink_to(tmp_path / "elsewhere")
    assert not later(Control(lock, clock), clock)


def test_only_what_is_written_can_be_stopped(run, tmp_path, monkeypatch):
    with pytest.raises(NotWritten, match="run 'run' is not being trained"):
        ask_to_stop(run)
    with pytest.raises(NotARun):
        ask_to_stop(tmp_path / "none")
    (run / LOCK_FILE).write_text("{}")
    with pytest.raises(RunHeld, match="cannot be asked to stop"):
        ask_to_stop(run)
    (run / LOCK_FILE).unlink()
    Lock.take(run)

    refusing(monkeypatch, FileNotFoundError())
    with pytest.raises(RunHeld, match="is changing hands; ask again"):
        ask_to_stop(run)
    refusing(monkeypatch, PermissionError(errno.EACCES, "Permission denied"))
    monkeypatch.setattr(Path, "hardlink_to", link_refused)
    with pytest.raises(StoreFailed, match=r"left for proc.*: permission denied; Ctrl-C or `kill"):
        ask_to_stop(run)


def link_refused(*_):
    raise OSError(errno.EPERM, "Operation not permitted")
