"""What a process did to the files below one directory, in order, as strace saw it.

Every system call that can change a file is traced. One that touches the directory and is not
understood is an error: nothing that a writer does may go unseen.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

CALLS = (
    "open,openat,openat2,creat,write,pwrite64,writev,pwritev,pwritev2,truncate,ftruncate,fallocate"
    ",rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,mkdir,mkdirat,rmdir"
    ",mknod,mknodat,fsync,fdatasync,sync,syncfs,sync_file_range,msync,sendfile,splice"
    ",copy_file_range,io_uring_enter,io_submit,setxattr,fsetxattr,removexattr,fchmod,chmod"
    ",mmap,ioctl,lseek"
)
"""Every call of Linux that changes files, names or what is known to be on disk."""

UNCHECKED = "no crash of a session was enumerated, so that nothing here shows that runs survive one"
"""Begins the reason of a skip."""

LINE = re.compile(r"(\d+) +(\w+)\((.*)\)\s+= (-?\d+|\?|0x[0-9a-f]+)(.*)")
UNFINISHED = re.compile(r"(\d+) +(\w+)\((.*) <unfinished \.\.\.>")
RESUMED = re.compile(r"(\d+) +<\.\.\. (\w+) resumed>(.*)")
TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
VECTOR = re.compile(r"iov_base=(" + TEXT.pattern + r"), iov_len=\d+")
PLACE = re.compile(r"^(-?\w+)<((?:\\x[0-9a-f]{2})*)>(\(deleted\))?$")


@dataclass(frozen=True)
class Operation:
    """One change: to the bytes of a file, to a directory, or to what is known to be on disk."""

    kind: str
    """write, truncate, create, mkdir, rename, link, unlink, rmdir, sync."""
    path: str
    """Relative to the traced directory."""
    other: str = ""
    """The new name, of a rename or a link."""
    offset: int = 0
    """Where a write begins; -1 where it appends. The length, of a truncation."""
    data: bytes = b""


def require_strace() -> None:
    """Skip where processes cannot be traced."""
    if sys.platform != "linux" or shutil.which("strace") is None:
        pytest.skip(f"{UNCHECKED}; it needs strace on Linux, which this machine does not have")
    probe = ["strace", "-f", "-o", os.devnull, "true"]
    tried = subprocess.run(probe, capture_output=True, text=True, check=False)
    if tried.returncode:
        told = tried.stderr.strip()[:80]
        pytest.skip(f"{UNCHECKED}; this machine does not allow tracing: {told}")


def traced(command: Sequence[str], below: Path, log: Path) -> list[Operation]:
    """Run a command and return what it did below a directory, which it names by absolute paths."""
    strace = ["strace", "--seccomp-bpf", "-f", "-y", "-xx", "-s", str(1 << 28), "-o", str(log)]
    root = Path(__file__).parents[3]
    environment = os.environ | {"PYTHONPATH": str(root), "OMP_NUM_THREADS": "1"}
    environment |= {"PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*strace, "-e", f"trace={CALLS}", *command],
        env=environment, cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return list(operations(log.read_text().splitlines(), below))


def operations(lines: Sequence[str], below: Path) -> Iterator[Operation]:
    """Read the calls that succeeded below a directory."""
    return Reader(below).read(lines)


class Reader:
    """Turns lines of strace into operations; keeps where each open file would be written next."""

    def __init__(self, below: Path) -> None:
        self.root = os.fspath(below)
        self.mark = "".join(f"\\x{byte:02x}" for byte in os.fsencode(self.root))
        self.at: dict[tuple[str, str], int] = {}

    def read(self, lines: Sequence[str]) -> Iterator[Operation]:
        """Yield the operations of a trace."""
        for call, arguments, result in whole_calls(lines):
            if self.mark not in arguments or result.startswith("-") or result == "?":
                continue
            reader = getattr(self, f"_{call}", None)
            if reader is None:
                raise AssertionError(f"{call} on the store is not understood: {arguments[:300]}")
            yield from reader(split(arguments), int(result, 0))

    def _inside(self, path: str) -> str | None:
        whole = os.path.normpath(path)
        if not whole.startswith(self.root + os.sep):
            return None
        return os.path.relpath(whole, self.root)

    def _at(self, directory: str, name: str) -> str:
        base = place(directory)[1]
        return os.path.join(base, os.fsdecode(text(name)))  # noqa: PTH118

    def _openat(self, a: list[str], fd: int) -> Iterator[Operation]:
        yield from self._opened(self._at(a[0], a[1]), a[2], fd)

    def _open(self, a: list[str], fd: int) -> Iterator[Operation]:
        yield from self._opened(os.fsdecode(text(a[0])), a[1], fd)

    def _opened(self, path: str, flags: str, fd: int) -> Iterator[Operation]:
        inside = self._inside(path)
        if inside is None:
            return
        words = flags.split("|")
        self.at[str(fd), path] = -1 if "O_APPEND" in words else 0
        if "O_CREAT" in words:
            yield Operation("create", inside)
        if "O_TRUNC" in words:
            yield Operation("truncate", inside)

    def _write(self, a: list[str], done: int) -> Iterator[Operation]:
        return self._put(a[0], text(a[1])[:done])

    def _put(self, target: str, data: bytes) -> Iterator[Operation]:
        fd, path, deleted = place(target)
        inside = self._inside(path)
        if inside is None or deleted:
            return
        offset = self.at[fd, path]
        self.at[fd, path] = offset if offset < 0 else offset + len(data)
        yield Operation("write", inside, offset=offset, data=data)

    def _writev(self, a: list[str], done: int) -> Iterator[Operation]:
        parts = VECTOR.finditer(", ".join(a[1:-1]))
        return self._put(a[0], b"".join(text(part[1]) for part in parts)[:done])

    def _lseek(self, a: list[str], where: int) -> Iterator[Operation]:
        fd, path, _ = place(a[0])
        self.at[fd, path] = where
        return iter(())

    def _pwrite64(self, a: list[str], done: int) -> Iterator[Operation]:
        _, path, deleted = place(a[0])
        inside = self._inside(path)
        if inside is not None and not deleted:
            yield Operation("write", inside, offset=int(a[3]), data=text(a[1])[:done])

    def _ftruncate(self, a: list[str], done: int) -> Iterator[Operation]:
        _, path, deleted = place(a[0])
        inside = self._inside(path)
        if inside is not None and not deleted:
            yield Operation("truncate", inside, offset=int(a[1]))

    def _fsync(self, a: list[str], done: int) -> Iterator[Operation]:
        _, path, deleted = place(a[0])
        if deleted or not (os.path.normpath(path) + os.sep).startswith(self.root + os.sep):
            return
        yield Operation("sync", os.path.relpath(path, self.root))

    _fdatasync = _fsync

    def _rename(self, a: list[str], done: int) -> Iterator[Operation]:
        yield from self._named("rename", *(os.fsdecode(text(name)) for name in a[:2]))

    def _link(self, a: list[str], done: int) -> Iterator[Operation]:
        yield from self._named("link", *(os.fsdecode(text(name)) for name in a[:2]))

    def _linkat(self, a: list[str], done: int) -> Iterator[Operation]:
        yield from self._named("link", self._at(a[0], a[1]), self._at(a[2], a[3]))

    def _named(self, kind: str, old: str, new: str) -> Iterator[Operation]:
        here, there = self._inside(old), self._inside(new)
        assert here is not None, f"{old} comes into the store from outside"
        assert there is not None, f"{new} leaves the store"
        yield Operation(kind, here, there)

    def _changed(self, kind: str, name: str) -> Iterator[Operation]:
        inside = self._inside(os.fsdecode(text(name)))
        if inside is not None:
            yield Operation(kind, inside)

    def _unlink(self, a: list[str], done: int) -> Iterator[Operation]:
        return self._changed("unlink", a[0])

    def _rmdir(self, a: list[str], done: int) -> Iterator[Operation]:
        return self._changed("rmdir", a[0])

    def _mkdir(self, a: list[str], done: int) -> Iterator[Operation]:
        return self._changed("mkdir", a[0])

    def _mmap(self, a: list[str], done: int) -> Iterator[Operation]:
        # a private or a read-only mapping changes no file
        assert "MAP_PRIVATE" in a[3] or "PROT_WRITE" not in a[2], f"a shared mapping: {a}"
        return iter(())

    def _ioctl(self, a: list[str], done: int) -> Iterator[Operation]:
        assert a[1] in ("TCGETS", "FIOCLEX"), f"an ioctl on the store: {a}"
        return iter(())


def whole_calls(lines: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield name, arguments and result of each call; of one that was cut in two, at its end."""
    begun: dict[str, str] = {}
    for line in lines:
        if match := UNFINISHED.fullmatch(line):
            begun[match[1]] = f"{match[1]} {match[2]}({match[3]}"
            continue
        if match := RESUMED.fullmatch(line):
            line = begun.pop(match[1]) + match[3]
        if match := LINE.fullmatch(line):
            yield match[2], match[3], match[4]
        elif not re.fullmatch(r"\d+ +(---|\+\+\+) .*", line):
            raise AssertionError(f"strace says what is not understood: {line[:300]}")


def split(arguments: str) -> list[str]:
    """Return the arguments of a call; texts and paths are written in hexadecimal."""
    return arguments.split(", ")


def text(argument: str) -> bytes:
    """Return the bytes of a quoted argument."""
    match = TEXT.fullmatch(argument)
    assert match is not None, f"no text: {argument[:80]}"
    assert not match[2], f"a text was cut: {argument[:80]}"
    return bytes.fromhex(match[1].replace("\\x", ""))


def place(argument: str) -> tuple[str, str, bool]:
    """Return number and path of an open file, and whether its name is gone."""
    match = PLACE.fullmatch(argument)
    assert match is not None, f"no place: {argument[:80]}"
    path = os.fsdecode(bytes.fromhex(match[2].replace("\\x", "")))
    return match[1], path, match[3] is not None
