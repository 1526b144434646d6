"""Symmetric group: from the permutations (x, y), predict a product of them."""

from dataclasses import dataclass
from functools import cache
from itertools import permutations
from math import factorial
from typing import ClassVar, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from grokscope.errors import BadConfig, listed
from grokscope.operation import BinaryOperation

Elements = NDArray[np.int64]
Operation = Literal["composition", "conjugation", "xyx"]
OPERATIONS = listed(get_args(Operation))


@dataclass(frozen=True, kw_only=True)
class SymmetricGroup(BinaryOperation):
    """Permutations of n things; every ordered pair of them seen exactly once.

    Tokens number the permutations in lexicographic order, so that 0 is the identity. In xy, y
    acts first: (xy)(i) = x(y(i)). Every label is equally frequent, whatever the operation.
    """

    name: ClassVar[str] = "symmetric_group"
    summary: ClassVar[str] = f"predict x ∘ y of two permutations, where ∘ is {OPERATIONS}"
    source: ClassVar[str] = "arXiv:2201.02177"
    time_unit: ClassVar[Literal["epoch", "step"]] = "step"

    n: int = 5
    """Things permuted, from 2 to 6; the table has (n!)² examples."""
    operation: Operation = "composition"
    """Composition is xy, conjugation xyx⁻¹, and xyx what it says."""

    def __post_init__(self) -> None:
        if self.operation not in get_args(Operation):
            raise BadConfig(f"task.operation must be one of {OPERATIONS}, got {self.operation!r}")
        if not 2 <= self.n <= 6:
            raise BadConfig(f"task.n must be a whole number from 2 to 6, got {self.n}")
        super().__post_init__()

    @property
    def n_elements(self) -> int:
        """The order of the group, n!."""
        return factorial(self.n)

    def apply(self, x: Elements, y: Elements) -> Elements:
        """Return the product of permutations that `operation` names, int64 (example,)."""
        product = products(self.n)
        xy = product[x, y]
        if self.operation == "composition":
            return xy
        last = x if self.operation == "xyx" else product.argmin(axis=1)[x]
        return product[xy, last]


@cache
def products(n: int) -> Elements:
    """Return the multiplication table of the permutations of n things.

    Returns
    -------
    ndarray, int64 (n!, n!), not writable
        [x, y] is the number of xy, where y acts first. An inverse of x is where row x is 0.
    """
    elements = np.array(list(permutations(range(n))))
    digits = n ** np.arange(n)[::-1]
    # lexicographic order is that of the numbers whose digits are the images
    numbers = np.searchsorted(elements @ digits, elements[:, elements] @ digits)
    numbers.setflags(write=False)
    return numbers
