"""Every state that a crash may leave of a traced session, and what was acknowledged by then."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from tests.store.crash.disk import Disk, State, digest
from tests.store.crash.strace import Operation

MARKS = "marks"
"""The file beside the store in which a session tells what it acknowledged."""


@dataclass(frozen=True)
class Promise:
    """What a session said up to some moment."""

    acked: int = -1
    """Newest step that outlives the process; -1 where there is none."""
    durable: int = -1
    """Newest step that outlives the machine."""
    saved: int = -1
    """Step of the newest resume point."""
    analysed: tuple[str, ...] = ()
    ended: str = ""
    begun: bool = False

    def told(self, line: str) -> "Promise":
        """Return the promise with one more mark."""
        word, _, rest = line.partition(" ")
        if word in ("acked", "durable", "saved"):
            begun = self.begun or word == "acked"
            return replace(self, begun=begun, **{word: int(rest)})
        if word == "analysed":
            return replace(self, analysed=(*self.analysed, rest))
        if word == "ended":
            return replace(self, ended=rest)
        # what was recorded past the resume point may be dropped from here on
        assert word == "reopening", line
        low = {name: min(getattr(self, name), self.saved) for name in ("acked", "durable")}
        return replace(self, ended="", **low)


@dataclass(frozen=True)
class Crash:
    """One state, how it came about, and what had been promised."""

    after: str
    state: State = field(repr=False)
    promise: Promise
    rows: int
    """Newest step that must be there."""


def crashes(operations: Sequence[Operation], cuts: int, seed: int = 0) -> Iterator[Crash]:
    """Yield each different state once.

    A process may die after any operation and within any write; the machine may lose power at any
    time, of which `cuts` outcomes are drawn after each operation.
    """
    chance = random.Random(seed)
    disk, promise, seen = Disk(), Promise(), set()

    def fresh(after: str, state: State, rows: int) -> Iterator[Crash]:
        state = {path: content for path, content in state.items() if path != MARKS}
        told = (digest(state), promise)
        if told not in seen:
            seen.add(told)
            yield Crash(after, state, promise, rows)

    for number, operation in enumerate(operations):
        what = f"{number}, {operation.kind} {operation.path} {operation.other}".rstrip()
        if operation.path == MARKS:
            for line in operation.data.decode().splitlines():
                promise = promise.told(line)
        elif operation.kind == "write" and operation.data:
            part = operation.data[: chance.randrange(len(operation.data))]
            yield from fresh(f"within {what}", disk.with_part(operation, part), promise.acked)
        disk.do(operation)
        yield from fresh(f"after {what}", disk.state(), promise.acked)
        for _ in range(cuts):
            state = disk.after_power_cut(chance)
            yield from fresh(f"power cut after {what}", state, promise.durable)
