"""Measures taken while a run trains, so that the checkpoints they need are not stored."""

import contextlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from grokscope.analysis.requests import Request, written
from grokscope.analysis.results import Prepared, computed, data_of, keep, recipe
from grokscope.config import Experiment
from grokscope.config.sections import Record
from grokscope.errors import BadConfig, MissingData, listed
from grokscope.kinds import Split
from grokscope.measures import MEASURES
from grokscope.models.network import TorchNetwork
from grokscope.store.api.contents import checkpoint_labels, held_contents
from grokscope.store.api.tree import assembled, open_run
from grokscope.store.listing.room import human
from grokscope.store.schema import ANALYSIS
from grokscope.train.checkpoints import kept_epochs
from grokscope.train.ensemble import Sample

HELD = 2**22
"""Parameters of one run that are held before its measures are taken, all at once."""
MOST = 256
"""Checkpoints that are held so at most, beside those still needed."""
HELD_BYTES = 1 << 29
"""Memory that the checkpoints held so take in a process; where it is less, measures come sooner."""
MOST_BYTES = 1 << 30
"""Memory that the checkpoints still needed may take in a process."""
FREE = 4
"""Checkpoints of each run that do not count for that: training itself takes as many."""
GAPS = "windows of the flight recorder are not measured in training; `grokscope measure` adds them"
"""What is told with a result that lacks them."""


@dataclass
class Series:
    """One measure's values so far, by epoch."""

    request: Request
    recipe: str
    values: dict[int, tuple[int, str, float]] = field(default_factory=dict)
    """Step, digest and value of each checkpoint."""
    settled: int = -1
    """Epoch up to which nothing that is still to come changes a value."""

    @property
    def span(self) -> int:
        """Epochs before and after a checkpoint that its value depends on."""
        return int(self.request.values.get("interval", 0))

    def recall(self, found: xr.DataArray, until: int) -> None:
        """Take over what an earlier session measured, up to the epoch it is taken up at."""
        if found.attrs.get("recipe") != self.recipe:
            return
        labels = (found[name].values.tolist() for name in ("epoch", "checkpoint", "digest"))
        for epoch, step, digest, value in zip(*labels, found.values.tolist(), strict=True):
            if epoch <= until:
                self.values[round(epoch)] = step, digest, value
        self.settled = until - self.span

    def take(self, found: xr.DataArray, newest: int) -> None:
        """Take values over that are not settled, where `newest` is the last epoch known."""
        labels = (found[name].values.tolist() for name in ("epoch", "checkpoint", "digest"))
        for epoch, step, digest, value in zip(*labels, found.values.tolist(), strict=True):
            if epoch > self.settled:
                self.values[round(epoch)] = step, digest, value
        self.settled = newest - self.span

    def result(self) -> xr.DataArray:
        """Return all values, in order of time."""
        epochs = sorted(self.values)
        steps, digests, values = zip(*(self.values[epoch] for epoch in epochs), strict=True)
        labels = assembled(checkpoint_labels(steps, epochs, digests)).set_coords(
            ["epoch", "digest"]
        )
        return xr.DataArray(np.array(values), labels.coords, ["checkpoint"])


class Observer:
    """Takes the measures of one run from checkpoints that pass by.

    Parameters
    ----------
    samples : sequence of Sample
        Checkpoints that were still needed when the run was left.
    runs : int
        How many are observed in this process, which share the memory.
    """

    def __init__(
        self,
        experiment: Experiment,
        split: Split,
        device: str = "cpu",
        samples: Sequence[Sample] = (),
        runs: int = 1,
    ) -> None:
        self.experiment, self.split, self.device = experiment, split, device
        config = experiment.as_config()
        self.series = [Series(one, recipe(one, config)) for one in wanted(experiment.record)]
        self.samples = list(samples)
        self._every = experiment.record.measure_every
        self._gaps = experiment.record.flight > 0 and self._every > 1
        self.seconds = 0.0
        """Time that measuring took."""
        self._kept = set(kept_epochs(experiment.record, experiment.training.epochs))
        self._spans = {one.span for one in self.series}
        size = experiment.layout.size
        fitting = min(HELD // size, MOST, HELD_BYTES // (4 * size * runs))
        self._most = needed(experiment.record, experiment.training.epochs) + max(fitting, 1)

    def recall(self, run: Path, until: int) -> None:
        """Take over what the run holds of earlier sessions, up to the epoch it is taken up at."""
        tree = open_run(run)
        for one in self.series:
            with contextlib.suppress(KeyError):
                found = tree[f"{ANALYSIS}/{one.request.key}"].to_dataset()
                one.recall(found[one.request.measure.name], until)

    def wants(self, epoch: int) -> bool:
        """Return whether a measure needs the checkpoint of an epoch."""
        return any(self._due(epoch + d) for f in self._spans for d in (-f, 0, f))

    def see(self, step: int, epoch: int, row: NDArray[np.float32], kept: bool = False) -> None:
        """Take a checkpoint, which must not change afterwards; measure once enough are held.

        Parameters
        ----------
        kept : bool
            Whether the run keeps it too, so that its value is wanted in any case.
        """
        if kept:
            self._kept.add(epoch)
        if not self.samples or epoch > self.samples[-1].epoch:
            self.samples.append(Sample(step, epoch, row))
        if len(self.samples) >= self._most:
            self.measure()

    def measure(self) -> None:
        """Measure at every checkpoint held, and forget those that no later value needs.

        Where the step that leaves a checkpoint is still to come, its value is NaN until then.
        """
        if not self.samples:
            return
        start = time.perf_counter()
        epochs = [sample.epoch for sample in self.samples]
        rows = np.stack([sample.row for sample in self.samples])
        steps = [sample.step for sample in self.samples]
        held = assembled(held_contents(self.experiment.layout, steps, epochs, rows))
        tree = xr.DataTree.from_dict({"/trajectory": held, "/data": self._data})
        due = [k for k, epoch in enumerate(epochs) if self._due(epoch)]
        prepared: Prepared = {}
        for one in self.series:
            one.take(self._found(one.request, tree, prepared)[due], epochs[-1])
        self.samples = [sample for sample in self.samples if self._needed(sample.epoch, epochs[-1])]
        self.seconds += time.perf_counter() - start

    def results(self, run: Path) -> Callable[[], None]:
        """Return what writes all results into the run, as they stand now."""
        told = {"comment": GAPS} if self._gaps else {}
        jobs = [
            partial(keep, run, one.request, one.result().assign_attrs(told), one.recipe)
            for one in self.series
            if one.values
        ]

        def write() -> None:
            for job in jobs:
                job()

        return write

    def _due(self, epoch: int) -> bool:
        return epoch in self._kept or (epoch >= 0 and epoch % self._every == 0)

    def _needed(self, epoch: int, newest: int) -> bool:
        """Return whether a value that later epochs decide needs the checkpoint of this one."""
        return any(
            self._due(centre) and centre > newest - f
            for f in self._spans
            for centre in (epoch, epoch + f)
        )

    def _found(self, request: Request, tree: xr.DataTree, prepared: Prepared) -> xr.DataArray:
        try:
            return computed(request, tree, self._network, prepared)
        except MissingData:
            # no two checkpoints are a step apart yet
            return xr.full_like(tree["trajectory"].to_dataset()["epoch"], np.nan)

    @cached_property
    def _network(self) -> TorchNetwork:
        one = self.experiment
        return TorchNetwork(one.model, one.task.signature, self.device)

    @cached_property
    def _data(self) -> xr.Dataset:
        return data_of(self.split)


def wanted(record: Record) -> list[Request]:
    """Return the measures that are to be taken while a run trains.

    Raises
    ------
    UnknownName, BadConfig
        If there is no such measure or parameter, or it needs more than a few checkpoints.
    """
    requests = {one.key: one for one in map(written, record.measures)}
    for one in requests.values():
        if one.every > 1:
            raise BadConfig(
                f"record.measures: {one.measure.name} with every={one.every}; which checkpoints"
                " are measured while training, record.measure_every says"
            )
        if not one.measure.local:
            known = listed(m.name for m in MEASURES.values() if m.local)
            raise BadConfig(
                f"record.measures: {one.measure.name} needs the whole run; it can be measured once"
                f" there is one, and while training: {known}"
            )
    return list(requests.values())


@lru_cache(maxsize=256)
def needed(record: Record, epochs: int) -> int:
    """Return how many checkpoints of a run are held at once at most, for values to come.

    A value of a measure with an interval needs the checkpoints one interval before and after.
    """
    # what lies beyond either end of the run is never there, however far
    spans = {min(Series(one, "").span, epochs + 1) for one in wanted(record)}
    longest = max(spans, default=0)
    due = np.zeros(epochs + 2 * longest + 1, bool)
    due[longest : longest + epochs + 1 : record.measure_every] = True
    due[[longest + epoch for epoch in kept_epochs(record, epochs)]] = True
    wants = np.zeros_like(due)
    for shift in {sign * span for span in spans for sign in (-1, 0, 1)}:
        wants |= np.roll(due, shift)
    # of those in any two intervals in a row, all may be
    count = np.concatenate([[0], np.cumsum(wants)])
    apart = min(2 * longest, len(wants))
    return int((count[apart:] - count[: len(count) - apart]).max())


def memory(experiments: Iterable[Experiment]) -> int:
    """Return the bytes of checkpoints that measures of runs in one process need at most.

    Raises
    ------
    BadConfig
        If that is more than they may take.
    """
    asking = [one for one in experiments if one.record.measures]
    held = [(one, needed(one.record, one.training.epochs)) for one in asking]
    total = sum(4 * one.layout.size * max(rows - FREE, 0) for one, rows in held)
    if total > MOST_BYTES:
        most = max(rows for _, rows in held)
        raise BadConfig(
            f"record.measures need {most} checkpoints of a run at once, {human(total)} of memory"
            f" for {len(held)} runs, and {human(MOST_BYTES)} is all they may take; ask for shorter"
            " intervals, a larger record.measure_every or fewer runs at once"
        )
    return total
