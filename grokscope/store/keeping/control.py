"""What others ask of the process that writes a run: to stop, through a small file beside it.

A request names the lock it is meant for, so that it never reaches a process that takes the run
up later. The writer looks now and then, and removes what it has taken note of. Where a disk is so
full that it takes no byte, a second name of the lock itself is the request.
"""

import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path

from grokscope.errors import NotARun, NotWritten, RunHeld, StoreFailed
from grokscope.store.files.patience import reason
from grokscope.store.files.publish import publish, publish_json
from grokscope.store.files.texts import parse_json, read_small
from grokscope.store.lock import Holder, Lock, read_lock
from grokscope.store.schema import LOCK_FILE

CONTROL_FILE = "control.json"
LARGEST = 1 << 12
"""Bytes beyond which a file is no request."""
LOOK = 1.0
"""Seconds between two looks at a run's requests."""


def ask_to_stop(run: Path) -> Holder:
    """Ask who writes a run to leave it as interrupted, and return who that is.

    Raises
    ------
    NotARun
        If there is no such directory.
    NotWritten
        If nobody writes it.
    RunHeld
        If its lock cannot be understood, or is changing hands.
    StoreFailed
        If the store takes no request.
    """
    if not run.is_dir():
        raise NotARun(f"there is no run {run.name!r} in {str(run.parent)!r}")
    holder = read_lock(run)
    if holder is None or holder.life() == "dead":
        raise NotWritten(f"run {run.name!r} is not being trained; only a live run can be stopped")
    if not holder.nonce:
        raise RunHeld(f"run {run.name!r} is held by {holder}, which cannot be asked to stop")
    try:
        _leave_request(run, holder)
    except FileNotFoundError as error:
        # whoever takes a run up sweeps its directory
        raise RunHeld(f"run {run.name!r} is changing hands; ask again") from error
    except OSError as error:
        told = (
            f"run {run.name!r}: no request can be left for {holder}: {reason(error)};"
            f" Ctrl-C or `kill -INT {holder.pid}` there stops all that it trains"
        )
        raise StoreFailed(told) from error
    return holder


def _leave_request(run: Path, holder: Holder) -> None:
    path = run / CONTROL_FILE
    try:
        publish_json(path, {"stop": holder.nonce})
    except FileNotFoundError:
        raise
    except OSError as full:

        def link(aside: Path) -> None:
            aside.hardlink_to(run / LOCK_FILE)
            if holder.nonce not in _asked(aside):
                raise FileNotFoundError("the lock is another one by now")
            # two names of one file cannot be renamed to each other
            path.unlink(missing_ok=True)

        try:
            publish(path, link, durable=False)
        except FileNotFoundError:
            raise
        except OSError:
            raise full from None


def _asked(path: Path) -> set[object]:
    """Return the locks that a request is meant for.

    Raises
    ------
    OSError, ValueError, RecursionError, TypeError
        If it is none.
    """
    asked = parse_json(read_small(path, LARGEST))
    return {asked.get("stop"), asked.get("nonce")} if isinstance(asked, dict) else set()


class Control:
    """What the holder of a lock is asked; the writer's side."""

    def __init__(self, lock: Lock, clock: Callable[[], float] = time.monotonic) -> None:
        self.stop = False
        """Whether somebody asked for this run's end."""
        self._lock = lock
        self._clock = clock
        self._due = clock() + LOOK

    def asked(self) -> bool:
        """Return whether this run's end was asked for by now."""
        self.look()
        return self.stop

    def look(self) -> None:
        """See whether something is asked, at most once in `LOOK` seconds; never fails."""
        if self._clock() < self._due:
            return
        self._due = self._clock() + LOOK
        path = f"{self._lock.run}/{CONTROL_FILE}"
        with contextlib.suppress(OSError, ValueError, RecursionError, TypeError):
            os.stat(path)  # noqa: PTH116  a thousand paths would cost more than what they ask
            if self._lock.holder.nonce in _asked(Path(path)):
                self.stop = True
                Path(path).unlink()
