"""Processes: `grokscope ...` started for the user; each outlives the explorer and has a log."""

import asyncio
import fcntl
import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from grokscope.store.files.cache import cache_directory

FOLDER = "started"
KEPT = 60
"""Most started processes that are remembered for a store; the oldest that ended go first."""
LONGEST_LINE = 4096
"""Bytes at the end of a log that its last line is looked for in."""
INTERRUPTED = 130
"""Exit code of a training that was stopped."""
SHELL = '( "$@"; echo $? >"$0" ) </dev/null &'
"""Starts a process that nobody waits for, and writes its exit code where `$0` tells."""
FIRST_LOOK, LAST_LOOK = 0.05, 1.0
"""Seconds from one look at whether a process ended to the next, to begin with and at most."""


@dataclass(frozen=True)
class Ending:
    """How a process ended."""

    code: int | None
    """Its exit code; None where it went without one, as with the machine."""
    line: str
    """The last line it wrote, without the program's name before it; empty where it wrote none."""

    def told(self) -> str:
        """Return it in one line."""
        if self.code == 0:
            return "done"
        if self.code == INTERRUPTED:
            return "interrupted after a checkpoint"
        how = "it was killed" if self.code is None else f"exit code {self.code}"
        return f"failed: {self.line or how}"


@dataclass(frozen=True)
class Started:
    """A process that was started."""

    words: tuple[str, ...]
    """What followed `grokscope` on its command line."""
    store: Path
    began: float
    """Seconds since 1970."""
    log: Path
    """Takes what it writes to standard output and standard error."""

    @property
    def command(self) -> str:
        """The command line, without the store."""
        return shlex.join(("grokscope", *self.words))

    def ending(self) -> Ending | None:
        """Return how it ended, None while it goes on."""
        code = self._code()
        if code is None and _held(self.log):
            return None
        # it may have ended between the two looks
        return Ending(self._code() if code is None else code, last_line(self.log))

    async def ended(self) -> Ending:
        """Wait until it ended, and return how."""
        pause = FIRST_LOOK
        while (ending := self.ending()) is None:
            await asyncio.sleep(pause)
            pause = min(1.5 * pause, LAST_LOOK)
        return ending

    def _code(self) -> int | None:
        try:
            return int(self.log.with_suffix(".code").read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None


@dataclass(frozen=True)
class Answer:
    """What a command printed."""

    code: int
    out: str
    problem: str
    """The last line of its standard error, without the program's name before it."""


def start(words: Sequence[str], store: Path) -> Started:
    """Start `grokscope WORDS` on a store, in a session of its own.

    It goes on when the explorer is left or the terminal hangs up.

    Raises
    ------
    OSError
        If it cannot be started, or its log cannot be written.
    """
    place = folder()
    _forget(store)
    began = time.time()
    log = place / f"{time.time_ns()}.log"
    store = store.absolute()
    told = {"words": list(words), "store": str(store), "began": began}
    with log.open("xb") as out:
        # whoever still has the log open holds this lock, so it tells whether the process lives
        fcntl.flock(out, fcntl.LOCK_EX)
        log.with_suffix(".json").write_text(json.dumps(told), encoding="utf-8")
        line = [*_program(store), *words]
        subprocess.run(
            ["/bin/sh", "-c", SHELL, str(log.with_suffix(".code")), *line],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            check=True,
        )
    return Started(tuple(words), store, began, log)


def started(store: Path) -> list[Started]:
    """Return what was started on a store and is remembered, newest first."""
    found = []
    for path in sorted(folder().glob("*.json"), reverse=True):
        with suppress(OSError, ValueError, KeyError, TypeError):
            told = json.loads(path.read_text(encoding="utf-8"))
            one = Started(
                tuple(map(str, told["words"])),
                Path(told["store"]),
                float(told["began"]),
                path.with_suffix(".log"),
            )
            if one.store == store.absolute():
                found.append(one)
    return found


async def answer(words: Sequence[str], store: Path) -> Answer:
    """Return what `grokscope WORDS` prints; it is killed where nobody waits for it any longer.

    Raises
    ------
    OSError
        If it cannot be started.
    """
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *_program(store.absolute()),
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=pipe,
        stderr=pipe,
        start_new_session=True,
    )
    try:
        out, err = await process.communicate()
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise
    return Answer(process.returncode or 0, out.decode("utf-8", "replace"), _last(err))


def last_line(log: Path) -> str:
    """Return the last line of a log that says something; empty where there is none."""
    try:
        with log.open("rb") as file:
            file.seek(max(file.seek(0, os.SEEK_END) - LONGEST_LINE, 0))
            return _last(file.read())
    except OSError:
        return ""


def _last(written: bytes) -> str:
    lines = [line.strip() for line in written.decode("utf-8", "replace").splitlines()]
    return next((line for line in reversed(lines) if line), "").removeprefix("grokscope: ")


def _program(store: Path) -> list[str]:
    return [sys.executable, "-m", "grokscope", "--store", str(store)]


def _held(log: Path) -> bool:
    """Return whether a process has the log open to write."""
    try:
        with log.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def folder(name: str = FOLDER) -> Path:
    """Return where logs lie, or something else of the explorer's, made where it is not there."""
    place = cache_directory()
    if place is None:
        return _passing()
    (place / name).mkdir(mode=0o700, exist_ok=True)
    return place / name


@cache
def _passing() -> Path:
    """Return a folder for one process that has no place of its user's."""
    return Path(tempfile.mkdtemp(prefix="grokscope-"))


def _forget(store: Path) -> None:
    for one in [one for one in started(store)[KEPT:] if one.ending() is not None]:
        for suffix in (".json", ".code", ".log"):
            one.log.with_suffix(suffix).unlink(missing_ok=True)
