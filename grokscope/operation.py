"""Binary operations: what the tasks share that fill in the table of one (arXiv:2201.02177)."""

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grokscope.errors import BadConfig
from grokscope.kinds import Signature, Split, Task, Tokens

MOST = 4096
"""Elements that a set may have: 2²⁴ pairs, which take 256 MiB."""


@dataclass(frozen=True, kw_only=True)
class BinaryOperation(Task):
    """x ∘ y on a finite set, learned from a share of its table.

    Elements are the tokens 0, 1, ...; every ordered pair that has a result is one example.
    """

    train_fraction: float = 0.5
    """Share of the table used for training, in (0, 1)."""

    def __post_init__(self) -> None:
        if not 0 < self.train_fraction < 1 or not 0 < self.n_train < self.n_examples:
            raise BadConfig(
                "task.train_fraction must lie in (0, 1) and leave an example on either side, "
                f"got {self.train_fraction} of {self.n_examples} examples"
            )

    @property
    @abstractmethod
    def n_elements(self) -> int:
        """Number of elements of the set, from 2 to `MOST`."""

    @abstractmethod
    def apply(self, x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return x ∘ y, element by element; all three int64 (example,)."""

    @property
    def divides(self) -> bool:
        """Whether y = 0 is left out, for nothing can be divided by it."""
        return False

    @property
    def n_examples(self) -> int:
        """Number of pairs that have a result."""
        return self.n_elements * (self.n_elements - self.divides)

    @property
    def n_train(self) -> int:
        """Number of training examples: the share of all, rounded down."""
        return int(self.train_fraction * self.n_examples)

    @property
    def signature(self) -> Signature:
        """Two tokens, each an element, to one of as many labels."""
        return Signature(Tokens(positions=2, vocabulary=self.n_elements), self.n_elements)

    @property
    def chance(self) -> float:
        """Accuracy of the best constant guess: the largest share of the table that one label has.

        It is 1 / elements where every label is equally frequent. Where one is not, a network that
        has learned nothing but the labels' frequencies reaches this, and that is no more than luck.
        """
        _, labels = self.table()
        return int(np.bincount(labels).max()) / self.n_examples

    def table(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the whole table, row by row: ordered by x, then by y.

        Returns
        -------
        inputs : ndarray, int64 (example, 2)
            The pairs (x, y).
        labels : ndarray, int64 (example,)
            Their results x ∘ y. `labels.reshape(n_elements, -1)` is the table as a square,
            without the column y = 0 where the operation divides by y.
        """
        columns = self.n_elements - self.divides
        x, y = np.divmod(np.arange(self.n_examples), columns)
        y += self.divides
        return np.stack([x, y], axis=1), self.apply(x, y)

    def split(self, rng: np.random.Generator) -> Split:
        """Shuffle the table and cut it at `train_fraction`.

        Returns
        -------
        Split
            Inputs int64 (example, 2), the pair; labels int64 (example,), its result.
        """
        inputs, labels = self.table()
        order = rng.permutation(self.n_examples)
        train, test = order[: self.n_train], order[self.n_train :]
        return Split(inputs[train], labels[train], inputs[test], labels[test])
