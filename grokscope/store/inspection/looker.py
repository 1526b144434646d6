"""The parent's end of the process that looks at files first: begun, asked, given up, ended."""

import atexit
import contextlib
import json
import os
import signal
import socket
import subprocess
import threading
import time

from grokscope import errors
from grokscope.errors import Damaged, GrokscopeError, Unreadable
from grokscope.store.inspection.isolation import command, environment

START = 60.0
"""Seconds that the process may take to begin; machines under load are slow."""
DEADLINE = 25.0
"""Seconds after which no answer is waited for; the process gives up a little earlier."""
ANSWER = 1 << 16
"""Most bytes of an answer."""
PROGRAM = "grokscope.store.inspection.child"


class Overlong(Unreadable):
    """A file that took too long or whose look could not begin: another time it may pass."""


class _Ended(Exception):
    """The process is gone; its exit status is the argument."""


class Looker:
    """One child process, begun when it is first needed; safe to use from threads.

    It reads a socket whose other end only this process holds, so it ends when this process does,
    however that comes about. It has its own session: an interrupt from the terminal passes it by.
    """

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None

    def look(self, place: int, called: str) -> GrokscopeError | None:
        """Return why an open file is refused, None where it passes.

        Parameters
        ----------
        place : int
            Descriptor of the file.
        called : str
            What the answer calls it.
        """
        with self._lock:
            for _ in range(2):
                fresh = self._process is None
                try:
                    return self._ask(place, called)
                except _Ended as ended:
                    # one that was there before may have ended for another reason
                    if fresh:
                        return _told(called, ended.args[0])
                except TimeoutError:
                    self._drop()
                    return Overlong(f"{called} takes too long to read; not opened")
                except OSError as error:
                    self._drop()
                    why = error.strerror or "unknown reason"
                    return Overlong(f"{called} cannot be looked at before it is opened: {why}")
                except BaseException:
                    # an interrupted question leaves its answer behind
                    self._drop()
                    raise
        return Overlong(f"{called} cannot be looked at before it is opened")

    def close(self) -> None:
        """End the process; the next look begins another one."""
        with self._lock:
            self._drop()

    def _ask(self, place: int, called: str) -> GrokscopeError | None:
        there = self._ready()
        try:
            socket.send_fds(there, [called.encode()[:4096]], [place])
            answer = json.loads(_line(there, DEADLINE))
        except (ConnectionError, EOFError):
            raise _Ended(self._drop(wait=True)) from None
        if not answer:
            return None
        if "ended" in answer:
            return _told(called, int(answer["ended"]))
        kind = getattr(errors, str(answer["refused"]), Unreadable)
        return kind(answer["told"])

    def _ready(self) -> socket.socket:
        if self._socket is not None:
            return self._socket
        ours, theirs = socket.socketpair()
        self._socket = ours
        with theirs:
            self._process = subprocess.Popen(
                _command(),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment(),
                cwd="/",
                start_new_session=True,
            )
        try:
            _line(ours, START)
        except (ConnectionError, EOFError):
            status = self._drop(wait=True)
            raise OSError(0, f"its reader ended at once with status {status}") from None
        return ours

    def _drop(self, wait: bool = False) -> int:
        """Let go of the process and return its exit status; it ends by itself or is ended."""
        process, there = self._process, self._socket
        self._process = self._socket = None
        if there is not None:
            there.close()
        if process is None:
            return 0
        with contextlib.suppress(subprocess.TimeoutExpired):
            if wait:
                return process.wait(1.0)
        process.kill()
        return process.wait()

    def forget(self) -> None:
        """Leave the process to the one this one was forked from."""
        process, there = self._process, self._socket
        self._begin()
        if there is not None:
            there.close()
        if process is not None:
            process.returncode = 0


def _told(called: str, status: int) -> GrokscopeError:
    if status in (-signal.SIGXCPU, -signal.SIGALRM):
        return Overlong(f"{called} takes too long to read; not opened")
    if status < 0:
        return Damaged(f"{called} made its reader crash (signal {-status}); not opened")
    return Unreadable(f"{called} made its reader end with status {status}; not opened")


def _line(there: socket.socket, seconds: float) -> bytes:
    """Return what comes up to the end of a line.

    Raises
    ------
    TimeoutError
        If it takes too long.
    EOFError
        If the other end is gone.
    """
    until, data = time.monotonic() + seconds, b""
    while not data.endswith(b"\n"):
        there.settimeout(max(until - time.monotonic(), 1e-3))
        more = there.recv(ANSWER)
        if not more or len(data) > ANSWER:
            raise EOFError
        data += more
    return data


def _command() -> list[str]:
    return command(PROGRAM)


LOOKER = Looker()
"""The one of this process."""
atexit.register(LOOKER.close)
os.register_at_fork(after_in_child=LOOKER.forget)
