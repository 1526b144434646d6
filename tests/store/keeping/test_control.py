"""Requests to the writer of a run: seen in time, meant for one holder alone, harmless otherwise."""

import json

import pytest

from grokscope.errors import NotARun, NotWritten, RunHeld, StoreFailed
from grokscope.store.keeping import control
from grokscope.store.keeping.control import CONTROL_FILE, LOOK, Control, ask_to_stop
from grokscope.store.lock import Lock
from grokscope.store.schema import LOCK_FILE


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

    for error, kind, told in (
        (FileNotFoundError(), RunHeld, "is changing hands; ask again"),
        (
            PermissionError(13, "Permission denied"),
            StoreFailed,
            r"no request can be left for proc.*; Ctrl-C or `kill -INT \d+`",
        ),
    ):

        def refuse(*_, error=error):
            raise error

        monkeypatch.setattr(control, "publish_json", refuse)
        with pytest.raises(kind, match=told):
            ask_to_stop(run)
