"""Sections: how an experiment trains, what it records and which seeds it draws from."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from grokscope.errors import BadConfig

Purpose = Literal["init", "split", "order", "noise"]
PURPOSES: tuple[Purpose, ...] = ("init", "split", "order", "noise")


@dataclass(frozen=True, kw_only=True)
class Optimizer:
    """The update rule."""

    name: Literal["sgd", "adam", "adamw"] = "adamw"
    """`adam` couples weight decay into the gradient (L2), `adamw` decouples it."""
    lr: float = 1e-3
    """Learning rate, > 0."""
    weight_decay: float = 0.0
    """>= 0."""
    betas: tuple[float, float] = (0.9, 0.999)
    """Decay of the two moment averages of `adam` and `adamw`, each in [0, 1)."""
    eps: float = 1e-8
    """Added to the root of the second moment, > 0."""
    momentum: float = 0.0
    """Of `sgd`, in [0, 1)."""

    def __post_init__(self) -> None:
        _require(self.lr > 0, "optimizer.lr must be greater than 0", self.lr)
        _require(
            self.weight_decay >= 0, "optimizer.weight_decay must be at least 0", self.weight_decay
        )
        _require(
            all(0 <= beta < 1 for beta in self.betas),
            "optimizer.betas must lie in [0, 1)",
            list(self.betas),
        )
        _require(self.eps > 0, "optimizer.eps must be greater than 0", self.eps)
        _require(0 <= self.momentum < 1, "optimizer.momentum must lie in [0, 1)", self.momentum)


@dataclass(frozen=True, kw_only=True)
class Training:
    """How long, in which batches, and on which labels."""

    epochs: int = 200
    """Passes over the training set, at least 1."""
    batch_size: int = 0
    """Examples per step; 0 for the full training set. The last batch of an epoch may be smaller."""
    shuffle: bool = False
    """Whether each epoch draws a new order; otherwise one order holds throughout."""
    label_noise: float = 0.0
    """Share of training labels replaced by uniformly drawn ones, in [0, 1]."""

    def __post_init__(self) -> None:
        _require(self.epochs >= 1, "training.epochs must be at least 1", self.epochs)
        _require(
            self.batch_size >= 0,
            "training.batch_size must be at least 1, or 0 for full batch",
            self.batch_size,
        )
        _require(
            0 <= self.label_noise <= 1, "training.label_noise must lie in [0, 1]", self.label_noise
        )


@dataclass(frozen=True, kw_only=True)
class Record:
    """Which checkpoints are kept: densely at first, then in geometrically spaced triples.

    A triple e, e + interval, e + 2 interval is what two consecutive steps need, so that
    speeds and cosines exist wherever checkpoints do.
    """

    interval: int = 1
    """Epochs between neighbouring checkpoints (f of arXiv:2502.01739), at least 1."""
    dense_until: int = 200
    """Last epoch of the dense window, in which every `interval`-th epoch is kept."""
    ratio: float = 1.1
    """Ratio of the first epochs of successive triples after the dense window, > 1."""

    def __post_init__(self) -> None:
        _require(self.interval >= 1, "record.interval must be at least 1 epoch", self.interval)
        _require(self.dense_until >= 0, "record.dense_until must be at least 0", self.dense_until)
        _require(self.ratio > 1, "record.ratio must be greater than 1", self.ratio)


@dataclass(frozen=True, kw_only=True)
class Seeds:
    """Where each kind of randomness comes from; those left out follow `root`."""

    root: int = 0
    """At least 0."""
    init: int | None = None
    """Initial parameters."""
    split: int | None = None
    """Which examples are train and which test."""
    order: int | None = None
    """Order of examples in an epoch."""
    noise: int | None = None
    """Label noise."""

    def __post_init__(self) -> None:
        for name in ("root", *PURPOSES):
            value = getattr(self, name)
            _require(value is None or value >= 0, f"seed.{name} must be at least 0", value)

    def rng(self, purpose: Purpose, *key: int) -> np.random.Generator:
        """Return the generator of one purpose, and of one epoch or the like where `key` names it.

        It depends on the seed and the purpose alone, never on a run's place in a sweep.
        """
        own = getattr(self, purpose)
        seed = self.root if own is None else own
        sequence = np.random.SeedSequence(seed, spawn_key=(PURPOSES.index(purpose), *key))
        return np.random.default_rng(sequence)


def _require(holds: bool, rule: str, got: object) -> None:
    if not holds:
        raise BadConfig(f"{rule}, got {got}")
