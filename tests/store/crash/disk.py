"""A disk that remembers what was asked of it, and what of that a power cut may take back.

The model is stricter than any file system that a store is likely to lie on:

- A process that dies takes nothing back: the state is that after some system call, or within a
  write, of which any part may be done.
- A power cut keeps of each file what it held when it was last synced, and of the writes and
  truncations since any subset, each one whole, cut or missing; a gap reads as zeros.
- It keeps of each directory the names it had when that directory was last synced, and of the
  changes since the first few: changes within one directory stay in order, a rename is one
  change, and different directories do not wait for each other. Syncing a file brings its bytes
  to disk and not its name.

ext4 keeps the order of names across directories too, and mostly that of bytes before names; XFS,
btrfs and network file systems promise less. What stands here stands there.
"""

import hashlib
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from tests.store.crash.strace import Operation

State = Mapping[str, bytes | None]
"""Paths and what lies there; None is a directory."""


@dataclass(eq=False)
class File:
    """Bytes, those that are known to be on disk, and what was done since."""

    content: bytes = b""
    safe: bytes = b""
    pending: list[Operation] = field(default_factory=list)

    def do(self, operation: Operation) -> None:
        """Change the bytes."""
        self.content = changed(self.content, operation)
        self.pending.append(operation)

    def sync(self) -> None:
        """Bring all bytes to disk."""
        self.safe, self.pending = self.content, []

    def cut(self, chance: random.Random, keep: float) -> bytes:
        """Return what a power cut leaves, each change since the sync kept with some probability."""
        content = self.safe
        for operation in self.pending:
            if chance.random() < keep:
                data = operation.data
                if chance.random() < 0.3:
                    data = data[: chance.randrange(len(data) + 1)]
                content = changed(
                    content, Operation(operation.kind, "", "", operation.offset, data)
                )
        return content


@dataclass(eq=False)
class Directory:
    """Names, those that are known to be on disk, and the changes since, in order."""

    names: dict[str, "File | Directory"] = field(default_factory=dict)
    safe: dict[str, "File | Directory"] = field(default_factory=dict)
    pending: list[dict[str, "File | Directory | None"]] = field(default_factory=list)

    def change(self, names: dict[str, "File | Directory | None"]) -> None:
        """Give or take names, all at once."""
        self.names = renamed(self.names, names)
        self.pending.append(names)

    def sync(self) -> None:
        """Bring all names to disk."""
        self.safe, self.pending = dict(self.names), []

    def cut(self, chance: random.Random) -> dict[str, "File | Directory"]:
        """Return the names that a power cut leaves."""
        names = dict(self.safe)
        for change in self.pending[: chance.randrange(len(self.pending) + 1)]:
            names = renamed(names, change)
        return names


class Disk:
    """A directory tree under a sequence of operations."""

    def __init__(self) -> None:
        self.root = Directory()
        self._do: dict[str, Callable[[Operation], None]] = {
            "create": self._create, "mkdir": self._mkdir, "rename": self._rename,
            "link": self._link, "unlink": self._remove, "rmdir": self._remove,
            "write": self._bytes, "truncate": self._bytes, "sync": self._sync,
        }  # fmt: skip

    def do(self, operation: Operation) -> None:
        """Carry an operation out."""
        self._do[operation.kind](operation)

    def state(self) -> dict[str, bytes | None]:
        """Return what a process that starts now finds."""
        return _walk(self.root, lambda d: d.names, lambda f: f.content)

    def with_part(self, write: Operation, part: bytes) -> dict[str, bytes | None]:
        """Return what a process that starts now would find, had it died within a write."""
        state = self.state()
        before = state[write.path]
        assert before is not None
        offset = write.offset if write.offset >= 0 else len(before)
        torn = Operation("write", write.path, offset=offset, data=part)
        return state | {write.path: changed(before, torn)}

    def after_power_cut(self, chance: random.Random) -> dict[str, bytes | None]:
        """Return what the machine may find when it starts again."""
        keep = chance.choice((0.0, 0.5, 0.9, 1.0))
        return _walk(self.root, lambda d: d.cut(chance), lambda f: f.cut(chance, keep))

    def _find(self, path: str) -> "File | Directory":
        here: File | Directory = self.root
        for part in PurePosixPath(path).parts:
            assert isinstance(here, Directory)
            here = here.names[part]
        return here

    def _parent(self, path: str) -> tuple[Directory, str]:
        whole = PurePosixPath(path)
        parent = self._find(str(whole.parent))
        assert isinstance(parent, Directory)
        return parent, whole.name

    def _create(self, operation: Operation) -> None:
        parent, name = self._parent(operation.path)
        if name not in parent.names:
            parent.change({name: File()})

    def _mkdir(self, operation: Operation) -> None:
        parent, name = self._parent(operation.path)
        parent.change({name: Directory()})

    def _rename(self, operation: Operation) -> None:
        (old, was), (new, becomes) = self._parent(operation.path), self._parent(operation.other)
        assert old is new, f"{operation}: between directories, a rename is not one change"
        old.change({was: None, becomes: old.names[was]})

    def _link(self, operation: Operation) -> None:
        (old, was), (new, becomes) = self._parent(operation.path), self._parent(operation.other)
        new.change({becomes: old.names[was]})

    def _remove(self, operation: Operation) -> None:
        parent, name = self._parent(operation.path)
        parent.change({name: None})

    def _bytes(self, operation: Operation) -> None:
        file = self._find(operation.path)
        assert isinstance(file, File)
        if operation.offset < 0:
            end = len(file.content)
            operation = Operation("write", operation.path, offset=end, data=operation.data)
        file.do(operation)

    def _sync(self, operation: Operation) -> None:
        self._find(operation.path).sync()


def changed(content: bytes, operation: Operation) -> bytes:
    """Return bytes after a write or a truncation; a gap is filled with zeros."""
    at, data = operation.offset, operation.data
    if operation.kind == "truncate":
        return content[:at].ljust(at, b"\0")
    return content[:at].ljust(at, b"\0") + data + content[at + len(data) :]


def renamed(
    names: Mapping[str, File | Directory], change: Mapping[str, File | Directory | None]
) -> dict[str, File | Directory]:
    """Return the names of a directory after one change."""
    after = dict(names) | dict(change)
    return {name: thing for name, thing in after.items() if thing is not None}


def digest(state: State) -> str:
    """Return what tells two states apart."""
    told = hashlib.sha256()
    for path, content in sorted(state.items()):
        told.update(f"{path} {-1 if content is None else len(content)}\n".encode())
        told.update(content or b"")
    return told.hexdigest()


def lay_out(state: State, place: Path) -> None:
    """Write a state to a real directory."""
    for path, content in sorted(state.items()):
        if content is None:
            (place / path).mkdir(parents=True)
        else:
            (place / path).write_bytes(content)


def _walk(
    root: Directory,
    names: Callable[[Directory], Mapping[str, File | Directory]],
    content: Callable[[File], bytes],
) -> dict[str, bytes | None]:
    found: dict[str, bytes | None] = {}
    waiting = [("", root)]
    while waiting:
        path, directory = waiting.pop()
        for name, thing in names(directory).items():
            if isinstance(thing, Directory):
                found[path + name] = None
                waiting.append((f"{path}{name}/", thing))
            else:
                found[path + name] = content(thing)
    return found
