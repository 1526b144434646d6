"""Stop: the first signal asks, the second aborts, and handlers are given back."""

import os
import signal

import pytest

from grokscope.train.stop import Stop, orphaned_from


@pytest.fixture(autouse=True)
def _hangups():
    """Let hangups end the process, as in a terminal; under nohup they are ignored."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_asks_and_the_second_aborts(number):
    before = signal.getsignal(number)
    with Stop() as stop:
        assert not stop.requested
        os.kill(os.getpid(), number)
        assert stop.requested
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)
    assert signal.getsignal(number) is before


def test_a_terminal_that_goes_away_asks_and_never_aborts():
    with Stop() as stop:
        for _ in range(3):
            os.kill(os.getpid(), signal.SIGHUP)
        assert stop.requested
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_DFL


def test_a_hangup_that_is_ignored_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Stop() as stop:
            os.kill(os.getpid(), signal.SIGHUP)
            assert not stop.requested
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_further_source_can_ask():
    asked = False
    stop = Stop(also=lambda: asked)
    assert not stop.requested
    asked = True
    assert stop.requested


def test_a_process_knows_its_parent():
    assert not orphaned_from(os.getppid())()
    assert orphaned_from(-1)()


def test_the_first_signal_is_answered_and_no_later_one():
    told = []
    with Stop(tell=lambda: told.append("stopping")):
        for _ in range(3):
            os.kill(os.getpid(), signal.SIGHUP)
    assert told == ["stopping"]
