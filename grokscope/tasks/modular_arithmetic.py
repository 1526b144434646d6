"""Modular arithmetic: from the pair (x, y), predict x ∘ y mod p by one of ten operations."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from grokscope.errors import BadConfig, listed
from grokscope.operation import MOST, BinaryOperation

Elements = NDArray[np.int64]
Operation = Literal[
    "addition",
    "subtraction",
    "multiplication",
    "division",
    "conditional",
    "x^2+y^2",
    "x^2+xy+y^2",
    "x^2+xy+y^2+x",
    "x^3+xy",
    "x^3+xy^2+y",
]

FORMULAS: dict[Operation, Callable[[Elements, Elements, Elements], Elements]] = {
    "addition": lambda x, y, _: x + y,
    "subtraction": lambda x, y, _: x - y,
    "multiplication": lambda x, y, _: x * y,
    "division": lambda x, y, inverse: x * inverse[y],
    "conditional": lambda x, y, inverse: np.where(y % 2 == 1, x * inverse[y], x - y),
    "x^2+y^2": lambda x, y, _: x**2 + y**2,
    "x^2+xy+y^2": lambda x, y, _: x**2 + x * y + y**2,
    "x^2+xy+y^2+x": lambda x, y, _: x**2 + x * y + y**2 + x,
    "x^3+xy": lambda x, y, _: x**3 + x * y,
    "x^3+xy^2+y": lambda x, y, _: x**3 + x * y**2 + y,
}
"""Each operation before it is reduced mod p, from x, y and the inverses of 0 to p - 1."""


@dataclass(frozen=True, kw_only=True)
class ModularArithmetic(BinaryOperation):
    """The modular operations of arXiv:2201.02177, every ordered pair seen exactly once.

    Addition, subtraction, division and conditional give every label equally often. Of products
    (2p - 1) / p² are 0 where p is prime, and the polynomials too prefer some label.
    """

    name: ClassVar[str] = "modular_arithmetic"
    summary: ClassVar[str] = f"predict x ∘ y mod p, where ∘ is {listed(FORMULAS)}"
    source: ClassVar[str] = "arXiv:2201.02177"
    time_unit: ClassVar[Literal["epoch", "step"]] = "step"

    p: int = 97
    """Modulus, from 2 to 4096; prime for division and conditional. The table has p² examples,
    p(p - 1) under division."""
    operation: Operation = "division"
    """By name, or by formula where it has none. Division leaves out y = 0; conditional is
    x / y mod p where y is odd and x - y where it is even."""

    def __post_init__(self) -> None:
        if self.operation not in FORMULAS:
            known = listed(FORMULAS)
            raise BadConfig(f"task.operation must be one of {known}, got {self.operation!r}")
        if not 2 <= self.p <= MOST:
            raise BadConfig(f"task.p must be a whole number from 2 to {MOST}, got {self.p}")
        if self.operation in ("division", "conditional") and not inverses(self.p)[1:].all():
            raise BadConfig(f"task.p must be prime for {self.operation}, got {self.p}")
        super().__post_init__()

    @property
    def n_elements(self) -> int:
        """The modulus p."""
        return self.p

    @property
    def divides(self) -> bool:
        """Whether the operation is division; conditional divides by odd y alone."""
        return self.operation == "division"

    def apply(self, x: Elements, y: Elements) -> Elements:
        """Return x ∘ y mod p, int64 (example,)."""
        return FORMULAS[self.operation](x, y, inverses(self.p)) % self.p


def inverses(p: int) -> Elements:
    """Return what each of 0 to p - 1 gives 1 with when multiplied mod p.

    Returns
    -------
    ndarray, int64 (element,)
        0 where there is no inverse; p is prime where only 0 has none.
    """
    return np.array([pow(y, -1, p) if math.gcd(y, p) == 1 else 0 for y in range(p)], np.int64)
