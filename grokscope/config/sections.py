"""Sections: how an experiment trains, what it records and which seeds it draws from."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from grokscope.errors import BadConfig
from grokscope.events import HOLD
from grokscope.kinds import LATER

Purpose = Literal["init", "split", "order", "noise"]
PURPOSES: tuple[Purpose, ...] = ("init", "split", "order", "noise")
Schedule = Literal["constant", "linear", "cosine", "exponential", "step"]
Metric = Literal["test_accuracy", "train_accuracy", "test_loss", "train_loss"]


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
    nesterov: bool = field(default=False, metadata=LATER)
    """Whether `sgd` looks ahead along its momentum."""
    warmup: int = field(default=0, metadata=LATER)
    """Updates over which the learning rate rises in equal parts to `lr`; 0 for none."""
    warmup_from: float = field(default=0.0, metadata=LATER)
    """Share of `lr` that the first update takes, in [0, 1]: 0 in arXiv:2301.05217."""
    schedule: Schedule = field(default="constant", metadata=LATER)
    """What the learning rate does after the warm-up: `linear`, `cosine` and `exponential` lead to
    `final_lr` at the end of the run, `step` multiplies it by `decay_factor` again and again."""
    final_lr: float = field(default=0.0, metadata=LATER)
    """Learning rate that a schedule leads to, >= 0; > 0 for `exponential`."""
    decay_every: int = field(default=0, metadata=LATER)
    """Updates between two decays of `step`, at least 1."""
    decay_factor: float = field(default=0.1, metadata=LATER)
    """Of `step`, > 0."""
    weight_decay_to: Literal["zero", "initial"] = field(default="zero", metadata=LATER)
    """What weight decay pulls to: zero, or the weights of step 0."""
    clip_norm: float = field(default=0.0, metadata=LATER)
    """L2 norm that a longer gradient of a run is scaled down to; 0 for no clipping."""
    keep_norm: bool = field(default=False, metadata=LATER)
    """Whether all weights are rescaled to their initial L2 norm after each update
    (arXiv:2210.01117)."""
    fixed_norm: float = field(default=0.0, metadata=LATER)
    """L2 norm that all weights are rescaled to after each update; 0 for none."""

    def __post_init__(self) -> None:
        _require(self.lr > 0, "optimizer.lr must be greater than 0", self.lr)
        for name in (
            "weight_decay",
            "warmup",
            "final_lr",
            "decay_every",
            "clip_norm",
            "fixed_norm",
        ):
            value = getattr(self, name)
            _require(value >= 0, f"optimizer.{name} must be at least 0", value)
        _require(
            all(0 <= beta < 1 for beta in self.betas),
            "optimizer.betas must lie in [0, 1)",
            list(self.betas),
        )
        _require(self.eps > 0, "optimizer.eps must be greater than 0", self.eps)
        _require(0 <= self.momentum < 1, "optimizer.momentum must lie in [0, 1)", self.momentum)
        share = self.warmup_from
        _require(0 <= share <= 1, "optimizer.warmup_from must lie in [0, 1]", share)
        factor = self.decay_factor
        _require(factor > 0, "optimizer.decay_factor must be greater than 0", factor)
        self._require_company()

    def _require_company(self) -> None:
        """Refuse keys that need others."""
        _require(
            self.momentum > 0 or not self.nesterov,
            "optimizer.nesterov needs optimizer.momentum greater than 0",
            self.momentum,
        )
        _require(
            self.final_lr > 0 or self.schedule != "exponential",
            "the exponential schedule needs optimizer.final_lr greater than 0",
            self.final_lr,
        )
        _require(
            self.decay_every > 0 or self.schedule != "step",
            "the step schedule needs optimizer.decay_every of at least 1",
            self.decay_every,
        )
        _require(
            not (self.keep_norm and self.fixed_norm),
            "optimizer.keep_norm and optimizer.fixed_norm exclude each other",
            f"keep_norm and fixed_norm = {self.fixed_norm}",
        )


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
    loss: Literal["cross_entropy", "mse"] = field(default="cross_entropy", metadata=LATER)
    """`mse` is the squared distance to the one-hot label, mean over classes and examples."""
    loss_dtype: Literal["float32", "float64"] = field(default="float32", metadata=LATER)
    """What logits are turned to before the loss is taken."""
    precision: Literal["highest", "tf32", "bf16"] = field(default="highest", metadata=LATER)
    """Of matrix products: float32 throughout; on CUDA in TF32, to about 3e-4; or in training in
    bfloat16, which is no precision for trajectories."""
    stop_metric: Metric = field(default="test_accuracy", metadata=LATER)
    """What an early end is decided by."""
    stop_beyond: float | None = field(default=None, metadata=LATER)
    """The run ends once an accuracy is at least, or a loss at most, this; None for never."""
    stop_hold: int = field(default=0, metadata=LATER)
    """Epochs for which that must hold, at least 0."""

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
        _require(self.stop_hold >= 0, "training.stop_hold must be at least 0", self.stop_hold)
        beyond, metric = self.stop_beyond, self.stop_metric
        if beyond is not None:
            _require(beyond >= 0, "training.stop_beyond must be at least 0", beyond)
            _require(
                beyond <= 1 or metric.endswith("loss"),
                f"training.stop_beyond must lie in [0, 1] for {metric}",
                beyond,
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
    evaluate_every: int = field(default=1, metadata=LATER)
    """Epochs between evaluations, at least 1; the first and the last epoch are always evaluated."""
    measures: tuple[str, ...] = field(default=(), metadata=LATER)
    """Measures taken while the run trains, each a name and its parameters, such as
    "fisher_speed score=model metric=full"; the checkpoints they need are not stored for it."""
    measure_every: int = field(default=1, metadata=LATER)
    """Epochs between checkpoints that are measured so, at least 1; those kept are measured too,
    but what the flight recorder keeps only by `grokscope measure`."""
    flight: int = field(default=0, metadata=LATER)
    """Epochs up to now that are held in memory, and kept where an event is found; 0 for none.
    Events: t_train, t_test, t_lost, spikes of the loss, turns of the speed, divergence."""
    flight_after: int = field(default=10, metadata=LATER)
    """Epochs that are kept after such an event is found, at least 0."""

    def __post_init__(self) -> None:
        _require(self.interval >= 1, "record.interval must be at least 1 epoch", self.interval)
        _require(self.dense_until >= 0, "record.dense_until must be at least 0", self.dense_until)
        _require(self.ratio > 1, "record.ratio must be greater than 1", self.ratio)
        every, flight = self.evaluate_every, self.flight
        _require(every >= 1, "record.evaluate_every must be at least 1 epoch", every)
        apart = self.measure_every
        _require(apart >= 1, "record.measure_every must be at least 1 epoch", apart)
        least = (HOLD - 1) * every + 1
        _require(
            flight == 0 or flight >= least,
            f"record.flight must be 0, or at least {least} epochs, in which an event is seen",
            flight,
        )
        after = self.flight_after
        _require(after >= 0, "record.flight_after must be at least 0", after)


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


@dataclass(frozen=True, kw_only=True)
class Fork:
    """Where a run began that goes on from a checkpoint of another; `grokscope fork` fills it in.

    Steps and epochs are counted on from there, so that curves lie over the parent's; epochs,
    schedules and kept checkpoints are those of the run's own configuration.
    """

    parent: str
    """Id of the run it goes on from."""
    parent_digest: str
    """Of the configuration that run had."""
    step: int
    """At which the checkpoint was taken, at least 0."""
    epoch: int
    """The same in epochs, at least 0."""
    checkpoint: str
    """sha256 of the checkpoint's parameters."""
    optimizer_since: int = 0
    """Step at which the optimiser's state was zero: `step` where it was reset."""

    def __post_init__(self) -> None:
        for name in ("step", "epoch", "optimizer_since"):
            value = getattr(self, name)
            _require(value >= 0, f"fork.{name} must be at least 0", value)


def _require(holds: bool, rule: str, got: object) -> None:
    if not holds:
        raise BadConfig(f"{rule}, got {got}")
