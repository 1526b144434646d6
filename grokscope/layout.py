"""The layout of a network's parameters: where each tensor lies in one flat row."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class ParameterSpec:
    """One parameter tensor: its name in the file, the names of its axes, its shape."""

    name: str
    dims: tuple[str, ...]
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """Number of elements."""
        return math.prod(self.shape)


@dataclass(frozen=True)
class Layout:
    """Where each parameter tensor lies in a flat row of parameters."""

    parameters: tuple[ParameterSpec, ...]

    @cached_property
    def size(self) -> int:
        """Length of a row."""
        return sum(p.size for p in self.parameters)

    @cached_property
    def offsets(self) -> dict[str, int]:
        """Start of each tensor in the row."""
        starts = np.cumsum([0, *(p.size for p in self.parameters)])
        return {p.name: int(start) for p, start in zip(self.parameters, starts, strict=False)}

    def views(self, rows: Any) -> dict[str, Any]:
        """Return each tensor as a view into `rows`.

        Parameters
        ----------
        rows : ndarray or Tensor, (..., parameter)

        Returns
        -------
        dict of name to the same kind of array, (..., *shape)
        """
        lead = tuple(rows.shape[:-1])
        return {
            p.name: rows[..., start : start + p.size].reshape(lead + p.shape)
            for p, start in zip(self.parameters, self.offsets.values(), strict=True)
        }

    def pack(self, tensors: Mapping[str, NDArray[Any]], lead: tuple[int, ...] = ()) -> NDArray[Any]:
        """Return the tensors laid end to end, (*lead, parameter); the inverse of `views`."""
        return np.concatenate(
            [np.reshape(tensors[p.name], (*lead, p.size)) for p in self.parameters], axis=-1
        )
