"""Who writes a run: a lock file that names its process, so that a dead one can be told."""

import contextlib
import fcntl
import json
import os
import platform
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from grokscope.errors import RunHeld
from grokscope.store.schema import LOCK_FILE

Life = Literal["alive", "dead", "unknown"]


@dataclass(frozen=True)
class Holder:
    """A process, told apart from every other one that ever had its number."""

    host: str
    pid: int
    started: str
    """The process's start time as its system tells it; empty where it does not."""
    boot: str
    """The boot of the machine; empty where it is not known."""
    namespace: str
    """The set of processes `pid` counts in; two containers of one host have two."""
    nonce: str
    """Drawn for each lock taken."""

    def life(self) -> Life:
        """Return whether the process lives; "unknown" where it cannot be seen from here."""
        here = _here()
        if self.host != here.host:
            return "unknown"
        if self.boot != here.boot:
            return "dead"
        if self.namespace != here.namespace:
            return "unknown"
        return "alive" if process_start(self.pid) == self.started else "dead"

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}"


def process_start(pid: int) -> str | None:
    """Return when a process of this machine started, or None where it runs no more."""
    if sys.platform == "linux":
        try:
            stat = Path(f"/proc/{pid}/stat").read_bytes()
        except OSError:
            return None
        fields = stat.rpartition(b")")[2].split()
        return None if fields[0] in (b"Z", b"X") else fields[19].decode()
    command = ["ps", "-o", "stat=,lstart=", "-p", str(pid)]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
    return None if not told or told[0].startswith("Z") else " ".join(told[1:])


def read_lock(run: Path) -> Holder | None:
    """Return who holds a run; None where nobody does or the lock is no lock of ours."""
    try:
        return Holder(**json.loads((run / LOCK_FILE).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


class Lock:
    """A run held by this process until `release`."""

    def __init__(self, run: Path, holder: Holder) -> None:
        self.run = run
        self.holder = holder

    @classmethod
    def take(cls, run: Path, force: bool = False) -> "Lock":
        """Take the lock of a run, from a dead process too.

        Parameters
        ----------
        force : bool
            Take it also from a process that cannot be seen from this machine.

        Raises
        ------
        RunHeld
            If a process holds it that lives, or that lives elsewhere, for all one can see.
        """
        lock = cls(run, new_holder())
        with _one_taker(run):
            if not lock._create():
                lock._evict(force)
                if not lock._create():
                    raise RunHeld(f"run {run.name!r} was taken by {read_lock(run)} just now")
        return lock

    @property
    def held(self) -> bool:
        """Whether the lock is still this one's; False once another process took it over."""
        holder = read_lock(self.run)
        return holder is not None and holder.nonce == self.holder.nonce

    def release(self) -> None:
        """Give the run back; does nothing where another process took it over."""
        if self.held:
            (self.run / LOCK_FILE).unlink(missing_ok=True)

    def _create(self) -> bool:
        text = json.dumps(asdict(self.holder))
        try:
            place = os.open(self.run / LOCK_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        except FileExistsError:
            return False
        try:
            with os.fdopen(place, "w") as file:
                file.write(text)
        except OSError:
            (self.run / LOCK_FILE).unlink(missing_ok=True)
            raise
        return True

    def _evict(self, force: bool) -> None:
        path = self.run / LOCK_FILE
        holder = read_lock(self.run)
        life = "dead" if holder is None else holder.life()
        if life == "alive" or (life == "unknown" and not force):
            doubt = "" if life == "alive" else ", which cannot be seen from this machine"
            raise RunHeld(f"run {self.run.name!r} is being written by {holder}{doubt}")
        path.unlink(missing_ok=True)


def new_holder() -> Holder:
    """Return this process as the holder of one more lock."""
    here = _here()
    start = process_start(os.getpid()) or ""
    nonce = secrets.token_hex(8)
    return Holder(here.host, os.getpid(), start, here.boot, here.namespace, nonce)


@dataclass(frozen=True)
class _Place:
    host: str
    boot: str
    namespace: str


@lru_cache(maxsize=1)
def _here() -> _Place:
    boot = namespace = ""
    with contextlib.suppress(OSError):
        if sys.platform == "linux":
            boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
            namespace = str(Path("/proc/self/ns/pid").readlink())
        else:
            command = ["sysctl", "-n", "kern.boottime"]
            boot = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return _Place(platform.node(), boot.strip(), namespace)


@contextlib.contextmanager
def _one_taker(run: Path) -> Iterator[None]:
    """Let one process of this machine at a time look at a lock and replace it."""
    place = os.open(run, os.O_RDONLY)
    try:
        # some network file systems lock no directories; O_EXCL alone stands there
        with contextlib.suppress(OSError):
            fcntl.flock(place, fcntl.LOCK_EX)
        yield
    finally:
        os.close(place)
