"""Modular addition: from the pair (a, b), predict a + b mod p."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from grokscope.errors import BadConfig
from grokscope.operation import MOST, BinaryOperation


@dataclass(frozen=True, kw_only=True)
class ModularAddition(BinaryOperation):
    """Addition in the cyclic group of order `p`, every ordered pair seen exactly once."""

    name: ClassVar[str] = "modular_addition"
    summary: ClassVar[str] = "predict a + b mod p from the pair (a, b)"
    source: ClassVar[str] = "arXiv:2301.02679; arXiv:2502.01739 section 2"
    time_unit: ClassVar[Literal["epoch", "step"]] = "epoch"

    p: int = 113
    """Modulus, from 2 to 4096; the table has p² examples."""
    train_fraction: float = 0.7
    """Share of the table used for training, in (0, 1)."""

    def __post_init__(self) -> None:
        if not 2 <= self.p <= MOST:
            raise BadConfig(f"task.p must be a whole number from 2 to {MOST}, got {self.p}")
        super().__post_init__()

    @property
    def n_elements(self) -> int:
        """The order of the group, p."""
        return self.p

    def apply(self, x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return x + y mod p, int64 (example,)."""
        return (x + y) % self.p
