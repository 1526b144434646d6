"""Modular addition: from the pair (a, b), predict a + b mod p."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from grokscope.errors import BadConfig
from grokscope.kinds import Signature, Split, Task, Tokens


@dataclass(frozen=True, kw_only=True)
class ModularAddition(Task):
    """Addition in the cyclic group of order `p`, every ordered pair seen exactly once."""

    name: ClassVar[str] = "modular_addition"
    summary: ClassVar[str] = "predict a + b mod p from the pair (a, b)"
    source: ClassVar[str] = "arXiv:2301.02679; arXiv:2502.01739 section 2"
    time_unit: ClassVar[Literal["epoch", "step"]] = "epoch"

    p: int = 113
    """Modulus, at least 2; the table has p² examples."""
    train_fraction: float = 0.7
    """Share of the table used for training, in (0, 1)."""

    def __post_init__(self) -> None:
        if self.p < 2:
            raise BadConfig(f"task.p must be a whole number of at least 2, got {self.p}")
        if not 0 < self.train_fraction < 1 or not 0 < self.n_train < self.p**2:
            raise BadConfig(
                "task.train_fraction must lie in (0, 1) and leave an example on either side, "
                f"got {self.train_fraction} of {self.p**2} examples"
            )

    @property
    def n_train(self) -> int:
        """Number of training examples: the share of p², rounded down."""
        return int(self.train_fraction * self.p**2)

    @property
    def signature(self) -> Signature:
        """Two tokens in [0, p) to one of p labels."""
        return Signature(Tokens(positions=2, vocabulary=self.p), self.p)

    def split(self, rng: np.random.Generator) -> Split:
        """Shuffle the p² pairs and cut them at `train_fraction`.

        Returns
        -------
        Split
            Inputs int64 (example, 2), the pair; labels int64 (example,), its sum mod p.
        """
        pairs = np.stack(np.divmod(rng.permutation(self.p**2), self.p), axis=1)
        labels = pairs.sum(axis=1) % self.p
        n = self.n_train
        return Split(pairs[:n], labels[:n], pairs[n:], labels[n:])
