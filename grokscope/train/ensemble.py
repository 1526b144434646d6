"""Ensemble: networks of equal shape, trained together on the leading axis of flat buffers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from grokscope.config import Experiment
from grokscope.kinds import Split
from grokscope.train.batches import Batches, stack
from grokscope.train.buffers import aligned
from grokscope.train.evaluation import Examined
from grokscope.train.flight import Flown
from grokscope.train.gradients import PATHS, choose
from grokscope.train.gradients.autograd import Bfloat16
from grokscope.train.losses import LOSSES
from grokscope.train.optimisers import OPTIMISERS

METRICS = ("train_loss", "test_loss", "train_accuracy", "test_accuracy", "weight_norm")


@dataclass(frozen=True)
class Sample:
    """A checkpoint in memory."""

    step: int
    epoch: int
    row: NDArray[np.float32]


@dataclass
class State:
    """What a run's future depends on, beside its experiment: numpy, one row of an ensemble."""

    epoch: int
    """Completed passes over the training set."""
    step: int
    """Completed optimiser updates."""
    theta: NDArray[np.float32]
    slots: dict[str, NDArray[np.float32]]
    """Optimiser state by name, each (parameter,)."""
    held_since: int | None = None
    """Epoch since which the condition for an early end has held."""
    flown: Flown | None = None
    """What its flight recorder needs to know, where there is one."""
    watched: tuple[Sample, ...] = ()
    """Checkpoints that measures taken while it trains still need."""


class Ensemble:
    """Runs of one shape, advanced epoch by epoch.

    Parameters
    ----------
    experiments : sequence of Experiment
        They share `shape_key`; seeds, init scale and optimiser settings may differ.
    splits : sequence of Split
        Their data, in the same order.
    states : sequence of State
        Where they stand, all at the same step.
    chunk : int
        How many runs advance per kernel. On the CPU a run's numbers do not depend on it.
    path : str, optional
        How gradients are taken, one of `PATHS`; chosen by model and device where not given.
    """

    def __init__(
        self,
        experiments: Sequence[Experiment],
        splits: Sequence[Split],
        states: Sequence[State],
        device: torch.device,
        chunk: int,
        path: object = None,
    ) -> None:
        self.experiments = experiments
        self.model = experiments[0].model
        self.layout = experiments[0].layout
        self.splits = splits
        self.epoch, self.step = states[0].epoch, states[0].step
        self.theta = aligned([s.theta for s in states], device)
        self.grad = aligned([np.zeros_like(s.theta) for s in states], device)
        self.batches = Batches(experiments, splits, device)
        self.optimiser = OPTIMISERS[experiments[0].optimizer.name](
            [e.optimizer for e in experiments],
            self.theta,
            total_steps=experiments[0].total_steps(len(self.batches)),
            initial=lambda run: initial_state(experiments[run]).theta,
            since=experiments[0].fork.optimizer_since if experiments[0].fork else 0,
        )
        self.slots = {
            name: aligned([s.slots[name] for s in states], device) for name in self.optimiser.slots
        }
        runs = len(experiments)
        self.chunk = chunk
        self.chunks = [slice(i, min(i + chunk, runs)) for i in range(0, runs, chunk)]
        self.views = [
            (self.layout.views(self.theta[rows]), self.layout.views(self.grad[rows]))
            for rows in self.chunks
        ]
        training = experiments[0].training
        name = str(path) if path in PATHS else choose(self.model, device)
        name = Bfloat16.name if training.precision == "bf16" else name
        signature = experiments[0].task.signature
        loss = LOSSES[training.loss](signature.n_classes, training.loss_dtype == "float64")
        self.path = PATHS[name](self.model, signature, loss)
        self._prepared: list[list[Any]] = []
        self.examined = [self._examined(splits[rows], device) for rows in self.chunks]

    def advance(self) -> None:
        """Train every run for one epoch, chunk after chunk, so that each stays in cache."""
        self.take(self.prepared(), range(self.step + 1, self.step + 1 + len(self.batches)))
        self.passed(1)

    def take(self, batches: Sequence[Sequence[Any]], updates: Sequence[int | Tensor]) -> None:
        """Take the updates of one epoch, by `batches` as `prepared` gives them.

        Parameters
        ----------
        updates : sequence of int or Tensor
            One per batch; see `RowOptimiser.update`.
        """
        for rows, (parameters, found), own in zip(self.chunks, self.views, batches, strict=True):
            theta, grad = self.theta[rows], self.grad[rows]
            state = [buffer[rows] for buffer in self.slots.values()]
            for t, batch in zip(updates, own, strict=True):
                self.path.gradient(parameters, found, batch)
                self.optimiser.update(rows, theta, grad, state, t)

    def passed(self, epochs: int) -> None:
        """Count epochs that were trained."""
        self.step += epochs * len(self.batches)
        self.epoch += epochs

    def evaluate(self) -> list[dict[str, float]]:
        """Return each run's metrics at the present weights: accuracies, losses, weight norm."""
        return [dict(zip(METRICS, values, strict=True)) for values in self.scores().tolist()]

    def scores(self) -> Tensor:
        """Return `METRICS` of each run on the device, float64 (run, metric)."""
        found = []
        for rows, (parameters, _), parts in zip(
            self.chunks, self.views, self.examined, strict=True
        ):
            (loss, right), (test_loss, test_right) = (
                parts[part].score(parameters) for part in ("train", "test")
            )
            norms = torch.linalg.vector_norm(self.theta[rows].double(), dim=1)
            found.append(torch.stack([loss, test_loss, right, test_right, norms], dim=1))
        return torch.cat(found)

    def only(self, runs: Sequence[int]) -> "Ensemble":
        """Return an ensemble of some of the runs, as they stand; their bits stay as they were."""
        return Ensemble(
            [self.experiments[i] for i in runs],
            [self.splits[i] for i in runs],
            [self.state(i) for i in runs],
            self.theta.device,
            self.chunk,
            self.path.name,
        )

    def state(self, run: int) -> State:
        """Return a copy of where one run stands."""
        slots = {name: buffer[run].cpu().numpy().copy() for name, buffer in self.slots.items()}
        return State(self.epoch, self.step, self.weights(run), slots)

    def weights(self, run: int) -> NDArray[np.float32]:
        """Return a copy of one run's parameters, float32 (parameter,)."""
        return self.theta[run].cpu().numpy().copy()

    def _examined(self, splits: Sequence[Split], device: torch.device) -> dict[str, Examined]:
        """Return what runs of one chunk are evaluated on, by part."""
        return {
            part: Examined(
                self.path,
                stack([getattr(split, f"{part}_inputs") for split in splits], device),
                stack([getattr(split, f"{part}_labels") for split in splits], device),
            )
            for part in ("train", "test")
        }

    def prepared(self, orders: Tensor | None = None) -> list[list[Any]]:
        """Return the batches of this epoch, chunk by chunk, as the path reads them.

        Parameters
        ----------
        orders : Tensor, optional
            See `Batches.epoch`.
        """
        if not self._prepared or self.batches.shuffle:
            batches = list(self.batches.epoch(self.epoch, orders))
            self._prepared = [
                [self.path.prepare(inputs[rows], labels[rows]) for inputs, labels in batches]
                for rows in self.chunks
            ]
        return self._prepared


def initial_state(experiment: Experiment) -> State:
    """Return a run's state at step 0, its parameters drawn from the init seed."""
    signature = experiment.task.signature
    theta = experiment.model.initial(signature, experiment.seed.rng("init"))
    slots = OPTIMISERS[experiment.optimizer.name].slots
    return State(0, 0, theta, {name: np.zeros_like(theta) for name in slots})


def shape_key(experiment: Experiment, split: Split) -> tuple[object, ...]:
    """Return what experiments must share to train in one ensemble."""
    training, began = experiment.training, experiment.fork
    return (
        replace(experiment.model, init_scale=1.0),
        experiment.task.signature,
        split.train_inputs.shape,
        split.test_inputs.shape,
        experiment.optimizer.name,
        training.epochs,
        training.batch_size,
        training.shuffle,
        training.loss,
        training.loss_dtype,
        training.precision,
        experiment.record.evaluate_every,
        began and (began.step, began.epoch, began.optimizer_since),
    )
