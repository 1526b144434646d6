"""Ahead: an ensemble that trains in blocks of epochs, and is seen after it went on."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np
import torch
from numpy.typing import NDArray

from grokscope.store.schema import Attribute
from grokscope.train.course import Course, Due, View
from grokscope.train.cuda.freezing import Freezer
from grokscope.train.cuda.graphs import WITHOUT, Graphs, Plain, Replayer
from grokscope.train.cuda.lanes import Beside, Event, Lane
from grokscope.train.cuda.ring import Ring
from grokscope.train.cuda.snapshots import Snapshot, Snapshots
from grokscope.train.cuda.windows import Window
from grokscope.train.ensemble import METRICS, Ensemble, State

STEPS = 64
"""Steps of a block at most, where an epoch has fewer."""
WORK = 2**28
"""Parameters updated in a block at most, lest it take long, and be seen late."""
LONGEST = 4096
"""Steps of an epoch beyond which it is not captured: a graph takes memory for every kernel."""
SLOTS = 256
"""Evaluations that may wait to be seen."""
UPDATES = 256
"""Updates whose numbers are sent at once."""
BLOCKS = 4
"""Blocks that may wait to be seen."""


@dataclass
class Waits:
    """How often, and for how long, training waited for copies of checkpoints."""

    count: int = 0
    seconds: float = 0.0


@dataclass
class Late:
    """What is seen of an epoch after training went on; see `course.View`."""

    course: "Ahead"
    epoch: int
    step: int
    slot: int | None = None
    snapshot: Snapshot | None = None

    def evaluate(self) -> list[dict[str, float]]:
        """Return each run's metrics."""
        assert self.slot is not None, f"epoch {self.epoch} is not evaluated"
        rows = self.course.ring.read(self.slot)
        return [dict(zip(METRICS, values, strict=True)) for values in rows]

    def weights(self, run: int) -> NDArray[np.float32]:
        """Return a copy of one run's parameters."""
        return self.snapshot.row(run) if self.snapshot else self.state(run).theta

    def state(self, run: int) -> State:
        """Return where a run stood that has just come to its early end."""
        assert self.course.freezer is not None, "no run may end early"
        slots = self.course.freezer.state(run)
        return State(self.epoch, self.step, slots.pop("theta"), slots)


@dataclass
class Block:
    """Epochs that the device was given at once."""

    reached: Event
    """When they are trained."""
    arrived: Event
    """When what is to be seen of them is on the host."""
    views: list[Late] = field(default_factory=list)
    snapshot: Snapshot | None = None


class Ahead(Course):
    """Trains in blocks of epochs that ask nothing of the host, one given out after another.

    A block ends where parameters are wanted, and takes at most `STEPS` steps. Whatever is to be
    seen of it is copied to the host meanwhile, and seen in order when it is there. When
    `BLOCKS` of them, all slots of the ring or all buffers for snapshots are taken, training waits
    for the oldest; nothing is dropped. Bits are those of the ordinary loop on the same device.

    Parameters
    ----------
    replayer : Replayer
        Does a block; blocks of one length are the same work.
    waits : Waits, optional
        Counts on, where this ensemble is what is left of another.
    """

    late = True

    def __init__(
        self,
        ensemble: Ensemble,
        due: Due,
        replayer: Replayer,
        lane: Lane,
        waits: Waits | None = None,
    ) -> None:
        super().__init__(ensemble, due)
        self.replayer, self.lane = replayer, lane
        self.waits = waits or Waits()
        replayer.forget()
        device, optimiser, batches = ensemble.theta.device, ensemble.optimiser, ensemble.batches
        self.steps = len(batches)
        self.most = max(1, min(STEPS, WORK // ensemble.theta.numel()) // self.steps)
        self.ring = Ring(max(SLOTS, 2 * self.most), len(ensemble.theta), len(METRICS), device, lane)
        self.snapshots = Snapshots(ensemble.theta, lane)
        self.numbers = Window(
            max(UPDATES, self.most * self.steps),
            ensemble.step,
            ensemble.step + (due.epochs - ensemble.epoch) * self.steps,
            lambda first, count: optimiser.table(first + 1, count),
            device,
            lane,
        )
        self.orders = None
        if batches.shuffle:
            self.orders = Window(
                self.most,
                ensemble.epoch,
                due.epochs,
                lambda first, count: torch.stack([batches.orders(first + k) for k in range(count)]),
                device,
                lane,
            )
        self._blocks: deque[Block] = deque()

    @cached_property
    def freezer(self) -> Freezer | None:
        """What decides early ends on the device, where there may be any.

        It is made when training begins, for the evaluation before that counts too.
        """
        if all(one.training.stop_beyond is None for one in self.due.early):
            return None
        state = {"theta": self.ensemble.theta, **self.ensemble.slots}
        return Freezer(self.due.early, state, self.ensemble.epoch)

    @property
    def told(self) -> dict[str, Attribute]:
        """How it went so far; see `Course.told`."""
        waits: dict[str, Attribute] = {}
        if self.waits.count:
            waits = {
                "waits_for_copies": self.waits.count,
                "waited_for_copies_seconds": self.waits.seconds,
            }
        return {"execution": self.replayer.execution, **waits}

    def advance(self) -> Iterator[View]:
        """Give out a block, once there is room for what is to be seen of it."""
        now, length = self.ensemble.epoch, self._length()
        evaluated = [k for k in range(1, length + 1) if self.due.evaluated(now + k)]
        wanted = self.due.weights(now + length)
        while not self._room(len(evaluated), wanted):
            self._wait()
            yield from self._oldest()
        self.numbers.reach(length * self.steps)
        if self.orders:
            self.orders.reach(length)
        key = (length, *evaluated)
        self.replayer.run(key, partial(self._train, length, frozenset(evaluated)))
        self.ensemble.passed(length)
        self._blocks.append(self._block(length, evaluated, wanted))
        while self._blocks and self._blocks[0].arrived.query():
            yield from self._oldest()

    def rest(self) -> Iterable[View]:
        """Yield what has not been seen yet; see `Course.rest`."""
        while self._blocks:
            yield from self._oldest()

    def _length(self) -> int:
        """Return how many epochs the next block takes.

        As many as there are between evaluations, or else a power of two: so there are few
        different blocks, and each comes again.
        """
        now, every = self.ensemble.epoch, self.due.every
        until = min(now + self.most, self.due.epochs)
        for epoch in range(now + 1, until):
            if self.due.weights(epoch) or (every > 1 and self.due.evaluated(epoch)):
                until = epoch
                break
        left = until - now
        return left if left == every else 1 << (left.bit_length() - 1)

    def _train(self, length: int, evaluated: frozenset[int]) -> None:
        """Train a block; work of the device alone."""
        for k in range(1, length + 1):
            batches = self.ensemble.prepared(self.orders.take() if self.orders else None)
            self.ensemble.take(batches, [self.numbers.take() for _ in range(self.steps)])
            if self.freezer:
                self.freezer.passed()
            if k in evaluated:
                scores = self.ensemble.scores()
                self.ring.write(scores)
                if self.freezer:
                    self.freezer.look(scores)

    def _block(self, length: int, evaluated: list[int], wanted: bool) -> Block:
        """Have what is to be seen of the block just given out brought to the host."""
        end, views = self.ensemble.epoch, {}
        block = Block(self.lane.reached(), self.lane.reached())
        if evaluated:
            slots, block.arrived = self.ring.bring(len(evaluated))
            views = {
                k: self._late(end - length + k, slot)
                for k, slot in zip(evaluated, slots, strict=True)
            }
        if wanted:
            block.snapshot = self.snapshots.take()
            block.arrived = block.snapshot.arrived
            views.setdefault(length, self._late(end)).snapshot = block.snapshot
        block.views = [views[k] for k in sorted(views)]
        return block

    def _late(self, epoch: int, slot: int | None = None) -> Late:
        step = self.ensemble.step - (self.ensemble.epoch - epoch) * self.steps
        return Late(self, epoch, step, slot)

    def _room(self, evaluations: int, wanted: bool) -> bool:
        """Return whether there is room for what is to be seen of a block."""
        few = len(self._blocks) < BLOCKS
        return few and self.ring.free >= evaluations and self.snapshots.free >= wanted

    def _wait(self) -> None:
        """Wait for the oldest block; that counts where the device has nothing else to do."""
        oldest, newest = self._blocks[0], self._blocks[-1]
        idle = newest.reached.query() and not oldest.arrived.query()
        start = time.perf_counter()
        oldest.arrived.synchronize()
        if idle:
            self.waits.count += 1
            self.waits.seconds += time.perf_counter() - start

    def _oldest(self) -> Iterator[View]:
        """Yield what is to be seen of the oldest block, and wait for it where it is not there."""
        block = self._blocks[0]
        block.arrived.synchronize()
        yield from block.views
        self._blocks.popleft()
        self.ring.release(sum(view.slot is not None for view in block.views))
        if block.snapshot:
            self.snapshots.give_back(block.snapshot)


class OnCuda:
    """Gives ensembles on a CUDA device their courses, one after another."""

    def __init__(self, device: torch.device, notify: Callable[[str], None]) -> None:
        torch.cuda.set_device(device)
        self.lane = Beside(device)
        self.graphs: Replayer = Graphs(device, notify)
        self.notify = notify
        self.waits = Waits()

    def __call__(self, ensemble: Ensemble, due: Due) -> Ahead:
        """Return the course of an ensemble."""
        steps = len(ensemble.batches)
        if steps > LONGEST and not isinstance(self.graphs, Plain):
            reason = f"an epoch of {steps} steps is too long for one"
            self.notify(WITHOUT.format(reason))
            self.graphs = Plain(reason)
        return Ahead(ensemble, due, self.graphs, self.lane, self.waits)
