"""Who writes a run: a lock file that names its process, so that a dead one can be told."""

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import platform
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Literal

from grokscope.errors import NotARun, RunHeld, Unreadable
from grokscope.store.files.texts import parse_json, read_small, readable
from grokscope.store.schema import LOCK_FILE, SUMMARY_FILE

Life = Literal["alive", "dead", "unknown"]

LOCK_BYTES = 1 << 16
"""Bytes beyond which a file is no lock."""
MACHINE_ID = Path("/etc/machine-id")
LINKLESS = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EXDEV})
"""Refusals of file systems that know no hard links."""


@dataclass(frozen=True)
class Holder:
    """A process, told apart from every other one that ever had its number."""

    host: str
    """For people: hosts share names, and change them."""
    pid: int
    started: str
    """The process's start time as its system tells it; empty where it does not."""
    boot: str
    """The boot of the machine, which no other boot of any machine shares; empty if not known."""
    namespace: str
    """The set of processes `pid` counts in; two containers of one host have two."""
    nonce: str
    """Drawn for each lock taken."""
    machine: str = ""
    """The machine over all its boots; empty where it is not known."""

    def life(self) -> Life:
        """Return whether the process lives; "unknown" where it cannot be seen from here."""
        here = _here()
        if self.namespace != here.namespace:
            return "unknown"
        if not self.boot or self.boot != here.boot:
            rebooted = self.boot and self.machine and self.machine == here.machine
            return "dead" if rebooted else "unknown"
        return "alive" if process_start(self.pid) == self.started else "dead"

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}" if self.pid else "a process that is not named"


NAMELESS = Holder("", 0, "", "", "", "")
"""Who holds a run whose lock cannot be understood: somebody out of sight."""


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
    """Return who holds a run, None where nobody does.

    An empty lock is one whose process died while it took it. What is no lock of ours, or one of
    a later version that lacks what is needed here, is held by somebody out of sight.

    Raises
    ------
    OSError
        If the lock is there and cannot be read now.
    """
    return _holder_in(run / LOCK_FILE)


def _holder_in(path: Path) -> Holder | None:
    try:
        text = read_small(path, LOCK_BYTES)
    except FileNotFoundError:
        return None
    except Unreadable:
        return NAMELESS
    if not text.strip():
        return None
    try:
        data = parse_json(text)
        known = {field.name: data[field.name] for field in fields(Holder) if field.name in data}
        words = {name: readable(word) for name, word in known.items() if name != "pid"}
        return Holder(pid=int(known["pid"]), **words)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return NAMELESS


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
        NotARun
            If there is no such directory.
        OSError
            If the store does not take it.
        """
        if not run.is_dir():
            raise NotARun(f"there is no run {run.name!r} in {str(run.parent)!r}")
        lock = cls(run, new_holder())
        with _one_taker(run):
            if not lock._create():
                lock._evict(force)
                if not lock._create():
                    raise RunHeld(f"run {run.name!r} was taken by {read_lock(run)} just now")
        return lock

    @property
    def held(self) -> bool:
        """Whether the lock is still this one's; False once another process took it over.

        Raises
        ------
        OSError
            If that cannot be told now.
        """
        holder = read_lock(self.run)
        return holder is not None and holder.nonce == self.holder.nonce

    def release(self) -> None:
        """Give the run back; does nothing where another process took it over."""
        if self.held:
            (self.run / LOCK_FILE).unlink(missing_ok=True)

    @contextlib.contextmanager
    def released_on_error(self) -> Iterator[None]:
        """Give the run back where the block inside fails."""
        try:
            yield
        except BaseException:
            with contextlib.suppress(OSError):
                self.release()
            raise

    def _create(self) -> bool:
        """Put the lock in place, whole from the first moment; return whether there was none."""
        path = self.run / LOCK_FILE
        text = json.dumps(asdict(self.holder)).encode()
        with _aside(self.run, self.holder) as whole:
            try:
                _write(whole, text)
                os.link(whole, path)
            except (FileExistsError, FileNotFoundError) as error:
                # it is taken, or who holds the run swept its directory just now
                if isinstance(error, FileNotFoundError) and not path.exists():
                    raise
                return False
            except OSError as error:
                if error.errno not in LINKLESS:
                    raise
                return _create_there(path, text)
        return True

    def _evict(self, force: bool) -> None:
        path = self.run / LOCK_FILE
        holder = read_lock(self.run)
        life = "dead" if holder is None else holder.life()
        if life == "alive" or (life == "unknown" and not force):
            raise RunHeld(_refusal(self.run, holder, life))
        with _aside(self.run, self.holder) as moved, contextlib.suppress(FileNotFoundError):
            path.rename(moved)
            found = _holder_in(moved)
            if found != holder:
                # somebody on another machine was faster, and has the run now
                with contextlib.suppress(OSError):
                    os.link(moved, path)
                raise RunHeld(f"run {self.run.name!r} was taken by {found} just now")


def new_holder() -> Holder:
    """Return this process as the holder of one more lock."""
    start = process_start(os.getpid()) or ""
    return Holder(pid=os.getpid(), started=start, nonce=secrets.token_hex(8), **asdict(_here()))


def _refusal(run: Path, holder: Holder | None, life: Life) -> str:
    heard = ""
    with contextlib.suppress(OSError):
        age = max(time.time() - (run / SUMMARY_FILE).stat().st_mtime, 0.0)
        heard = f", last heard of {age:.0f} s ago"
    told = f"run {run.name!r} is being written by {holder}{heard}"
    if life == "alive":
        return told
    return (
        f"{told}, which cannot be seen from this machine; if that process is known to be gone,"
        f" `grokscope resume {run.name} --force` takes the run over"
    )


@dataclass(frozen=True)
class _Place:
    host: str
    boot: str
    namespace: str
    machine: str


@lru_cache(maxsize=1)
def _here() -> _Place:
    boot = namespace = machine = ""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
            namespace = str(Path("/proc/self/ns/pid").readlink())
        with contextlib.suppress(OSError):
            name = MACHINE_ID.read_bytes().strip()
            # the id itself is not to be told; an image may hold "uninitialized" in its place
            machine = hashlib.sha256(b"grokscope " + name).hexdigest() if len(name) == 32 else ""
    else:
        command = ["sysctl", "-n", "kern.bootsessionuuid"]
        with contextlib.suppress(OSError):
            boot = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return _Place(platform.node(), boot.strip(), namespace, machine)


@contextlib.contextmanager
def _aside(run: Path, holder: Holder) -> Iterator[Path]:
    """Give a name beside the lock that nobody else has; nothing is left under it."""
    path = run / f".{LOCK_FILE}.{holder.nonce}.tmp"
    try:
        yield path
    finally:
        with contextlib.suppress(OSError):
            path.unlink()


def _write(path: Path, text: bytes) -> None:
    place = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        os.write(place, text)
        os.fsync(place)
    finally:
        os.close(place)


def _create_there(path: Path, text: bytes) -> bool:
    try:
        _write(path, text)
    except FileExistsError:
        return False
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return True


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
