"""Flight recorder: the newest checkpoints of a run in memory, kept where something happens."""

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grokscope.config import Experiment
from grokscope.config.sections import Record
from grokscope.errors import BadConfig
from grokscope.events import Moment, Yardstick
from grokscope.store.curves.reader import read_metrics
from grokscope.store.listing.room import human
from grokscope.train.sightings import Crossings, Sighting, Spikes, Turns

MOST_BYTES = 1 << 30
"""Memory that the recorders of a process may take."""
MOST_WINDOWS = 32
"""Windows of a run beyond which none is kept."""


@dataclass
class Held:
    """A checkpoint in memory."""

    step: int
    epoch: int
    row: NDArray[np.float32]
    kept: bool
    """Whether it is to be written."""


@dataclass(frozen=True)
class Window:
    """Checkpoints that were kept because something happened among them."""

    event: str
    step: int
    epoch: float
    """When it happened."""
    first_epoch: int
    last_epoch: int
    """The epochs between which every one is kept, both included."""


@dataclass
class Flown:
    """What a recorder that goes on needs to know, beside its ring, which is lost."""

    windows: list[Window] = field(default_factory=list)
    waiting: list[Held] = field(default_factory=list)
    """Checkpoints that are to be written and follow on others which may be."""


class Flight:
    """The newest checkpoints of one run, one per epoch, in a ring.

    When an event is found, the whole ring is kept, and so are the next epochs. Steps rise along a
    trajectory, so that a checkpoint that is kept anyway waits in the ring for as long as one
    before it may still be; resume points hold those that wait. Else the ring is lost with the
    process: a window that opens soon after a resume begins with it.

    Parameters
    ----------
    write : callable
        Takes the step, epoch and parameters of a checkpoint that is kept, in order.
    tell : callable
        Takes the windows once there is another one.
    flown : Flown, optional
        Where the run was left.
    stored : int, optional
        Step up to which checkpoints are stored by now: a process that was killed may have written
        some of those that waited when it last saved where it stood.
    """

    def __init__(
        self,
        record: Record,
        yardstick: Yardstick,
        write: Callable[[int, int, NDArray[np.float32]], None],
        tell: Callable[[list[dict[str, Any]]], None],
        flown: Flown | None = None,
        stored: int = -1,
    ) -> None:
        self.record = record
        self.write, self.tell = write, tell
        flown = flown or Flown()
        self.windows = flown.windows
        self._ring: deque[Held] = deque()
        self._crossings, self._spikes = Crossings(yardstick), Spikes()
        self._turns = Turns({window.event for window in self.windows})
        self._found: list[Sighting] = []
        self._before: NDArray[np.float32] | None = None
        self._whole_since, self._newest = -1, -1
        """Epoch since which every checkpoint is held or written, and that of the newest."""
        for held in flown.waiting:
            if held.step > stored:
                write(held.step, held.epoch, held.row)

    @property
    def until(self) -> int:
        """Last epoch of the windows there are; -1 where there is none."""
        return max((window.last_epoch for window in self.windows), default=-1)

    @property
    def flown(self) -> Flown:
        """What is to be known where the run is left now."""
        return Flown(list(self.windows), [held for held in self._ring if held.kept])

    def evaluated(self, step: int, epoch: int, metrics: Mapping[str, float]) -> None:
        """Look at an evaluation; a window opens with the checkpoint that follows."""
        at = Moment(step, float(epoch))
        self._found += self._crossings.evaluated(at, metrics)
        self._found += self._spikes.evaluated(at, metrics["train_loss"])

    def recall(self, evaluations: Iterable[tuple[int, int, Mapping[str, float]]]) -> None:
        """Look at evaluations of the past, whose windows are there."""
        for step, epoch, metrics in evaluations:
            self.evaluated(step, epoch, metrics)
        self._found.clear()

    def take(self, step: int, epoch: int, row: NDArray[np.float32], kept: bool) -> None:
        """Take the checkpoint of an epoch, which must not change afterwards.

        Parameters
        ----------
        kept : bool
            Whether it is to be written in any case.
        """
        if self._before is not None:
            self._found += self._turns.moved(Moment(step, float(epoch)), apart(row, self._before))
        else:
            self._whole_since = epoch
        self._before, self._newest = row, epoch
        self._ring.append(Held(step, epoch, row, kept or epoch <= self.until))
        self._drain()
        self._open(epoch + self.record.flight_after)

    def diverged(self, step: int, epoch: int) -> None:
        """Keep what there is of a run that diverged."""
        self._found.append(Sighting("diverged", Moment(step, float(epoch))))
        self._open(epoch)
        self.land(ended=True)

    def land(self, ended: bool = False) -> None:
        """Write what is kept, for the run is left; the rest is lost.

        Parameters
        ----------
        ended : bool
            Whether the run does not go on, so that windows that are open end here.
        """
        self._ring = deque(held for held in self._ring if held.kept)
        self._drain()
        if ended and self._newest < self.until:
            self.windows = [
                replace(window, last_epoch=min(window.last_epoch, self._newest))
                for window in self.windows
            ]
            self.tell([asdict(window) for window in self.windows])

    def _open(self, last: int) -> None:
        """Keep the ring where something was found."""
        found = self._found[: MOST_WINDOWS - len(self.windows)]
        self._found = []
        if not found or self._newest < 0:
            return
        for held in self._ring:
            held.kept = True
        first = max(self._whole_since, self._newest + 1 - self.record.flight)
        self.windows += [Window(s.event, s.at.step, s.at.epoch, first, last) for s in found]
        self.tell([asdict(window) for window in self.windows])
        self._drain()

    def _drain(self) -> None:
        """Let go of what is older than the ring is long, and of what nothing can come before."""
        while self._ring and (self._ring[0].kept or len(self._ring) > self.record.flight):
            held = self._ring.popleft()
            if held.kept:
                self.write(held.step, held.epoch, held.row)
            else:
                self._whole_since = held.epoch + 1


def apart(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return the Euclidean distance of two rows; infinite where its square is beyond float32."""
    with np.errstate(over="ignore", invalid="ignore"):
        step = one - other
        return math.sqrt(float(np.dot(step, step)))


def evaluations(run: Path) -> Iterator[tuple[int, int, dict[str, float]]]:
    """Yield step, epoch and metrics of what was evaluated in a run so far."""
    metrics = read_metrics(run)
    for k, (step, epoch) in enumerate(zip(metrics.step, metrics.epoch, strict=True)):
        values = {name: float(curve.values[k]) for name, curve in metrics.curves.items()}
        yield int(step), int(epoch), values


def most_kept(record: Record) -> int:
    """Return how many checkpoints the windows of a run hold at most."""
    return MOST_WINDOWS * (record.flight + record.flight_after)


def memory(experiments: Iterable[Experiment]) -> int:
    """Return the bytes that the recorders of runs in one process take at most.

    Raises
    ------
    BadConfig
        If that is more than they may.
    """
    flying = [one for one in experiments if one.record.flight]
    total = sum(4 * one.layout.size * (one.record.flight + 1) for one in flying)
    if total > MOST_BYTES:
        fits = MOST_BYTES // sum(4 * one.layout.size for one in flying) - 1
        rest = f"{fits} would fit" if fits > 0 else "train fewer of them at once"
        raise BadConfig(
            f"record.flight = {max(one.record.flight for one in flying)} takes {human(total)} of"
            f" memory for {len(flying)} runs, and {human(MOST_BYTES)} is all it may; {rest}"
        )
    return total
