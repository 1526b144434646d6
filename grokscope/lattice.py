"""The Ising model on a periodic square lattice: heat-bath sampling from T = ∞, and observables.

Spins are ±1, J = k_B = 1, and H = -Σ s_i s_j over neighbours; a spin of a side of length 2 meets
the same neighbour twice.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

CRITICAL_TEMPERATURE = float(2 / np.log1p(np.sqrt(2)))
"""Onsager's: 2 / ln(1 + √2), about 2.269."""

Update = Literal["checkerboard", "random"]
Bits = NDArray[np.uint8]
"""1 where a spin is up, 0 where it is down; samples along the last axis."""


def up_probability(field: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    """Return the probability that a heat bath leaves a spin up.

    It flips a spin with probability 1 / (1 + exp(ΔE / T)) (Glauber 1963, doi:10.1063/1.1703954;
    arXiv:2502.01739 section 2).

    Parameters
    ----------
    field : ndarray
        Sum of the spin's four neighbours, in [-4, 4].
    temperature : float
        In units of J / k_B, > 0.
    """
    return 1 / (1 + np.exp(-2 * np.asarray(field, float) / temperature))


def sample(
    rng: np.random.Generator,
    *,
    count: int,
    size: int,
    temperature: float,
    sweeps: int,
    update: Update = "checkerboard",
) -> NDArray[np.int8]:
    """Return lattices that were quenched from T = ∞ and left in a heat bath for some sweeps.

    Parameters
    ----------
    count : int
        Number of lattices.
    size : int
        Length of a side, >= 2; even for "checkerboard".
    temperature : float
        In units of J / k_B, > 0.
    sweeps : int
        Updates of every spin, >= 0; 0 leaves them as they were drawn.
    update : {"checkerboard", "random"}
        Which spins are updated after each other: all of one colour, then all of the other; or one
        that is drawn anew each time (a sweep is then as many updates as there are spins, and the
        lattices, which have their own noise, share the order).

    Returns
    -------
    ndarray, int8 (sample, row, column)

    Raises
    ------
    ValueError
        If the lattice has no checkerboard, or a number is out of range.
    """
    if size < 2 or count < 1 or sweeps < 0 or not temperature > 0:
        raise ValueError(f"cannot sample {count} x {size}² at T = {temperature}, {sweeps} sweeps")
    if update == "checkerboard" and size % 2:
        raise ValueError(f"a periodic checkerboard needs an even side, got {size}")
    bits = rng.integers(0, 2, (size, size, count), np.uint8)
    thresholds = _thresholds(temperature)
    run = _checkerboard if update == "checkerboard" else _random_sites
    run(rng, bits, thresholds, sweeps)
    return (2 * np.moveaxis(bits, 2, 0).astype(np.int8)) - 1


def energy(spins: NDArray[np.int8]) -> NDArray[np.float64]:
    """Return the energy per bond, -⟨s_i s_j⟩ over neighbours, in [-1, 1].

    Parameters
    ----------
    spins : ndarray, (..., row, column)
    """
    return walls(spins).sum(0) - 1


def magnetisation(spins: NDArray[np.int8]) -> NDArray[np.float64]:
    """Return the mean spin of lattices, (..., row, column), in [-1, 1]."""
    return np.asarray(spins, np.float64).mean((-2, -1))


def walls(spins: NDArray[np.int8]) -> NDArray[np.float64]:
    """Return the share of unlike neighbours along columns and along rows, (2, ...), in [0, 1].

    A stripe has walls across one of the two alone.
    """
    spins = np.asarray(spins)
    return np.stack([(spins != np.roll(spins, 1, axis)).mean((-2, -1)) for axis in (-2, -1)])


def domains(spins: NDArray[np.int8]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the number of domains of each lattice, and the share of sites in its largest.

    A domain is a set of like spins that are connected through neighbours, across the edges too.

    Parameters
    ----------
    spins : ndarray, (sample, row, column)

    Returns
    -------
    count : ndarray, int64 (sample,)
    largest : ndarray, float64 (sample,), in (0, 1]
    """
    # slow to import, and tasks are listed by every command
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    samples, n_sites = len(spins), spins[0].size
    sites = np.arange(spins.size).reshape(spins.shape)
    edges = []
    for axis in (1, 2):
        other, alike = np.roll(sites, 1, axis), spins == np.roll(spins, 1, axis)
        edges.append(np.stack([sites[alike], other[alike]]))
    start, end = np.concatenate(edges, axis=1)
    ones = np.ones(start.size, np.int8)
    graph = coo_array((ones, (start, end)), shape=(spins.size, spins.size))
    total, label = connected_components(graph, directed=False)
    sizes = np.bincount(label, minlength=total)
    # a domain lies in one sample, that of the first of its sites
    owner = np.empty(total, np.int64)
    owner[label] = np.arange(spins.size) // n_sites
    largest = np.zeros(samples, np.int64)
    np.maximum.at(largest, owner, sizes)
    return np.bincount(owner, minlength=samples), largest / n_sites


def _thresholds(temperature: float) -> NDArray[np.uint32]:
    """Return, by number of neighbours that are up, the draws below which a spin is up, (5,)."""
    probability = up_probability(np.arange(-4.0, 5.0, 2.0), temperature)
    return np.minimum(probability * 2**32, 2**32 - 1).astype(np.uint32)


def _checkerboard(
    rng: np.random.Generator, bits: Bits, thresholds: NDArray[np.uint32], sweeps: int
) -> None:
    """Update one colour, then the other; each has half of a row's columns, (row, half, sample)."""
    colours = np.arange(len(bits))[:, None] + np.arange(bits.shape[1])
    shape = len(bits), bits.shape[1] // 2, bits.shape[2]
    black, white = bits[colours % 2 == 0].reshape(shape), bits[colours % 2 == 1].reshape(shape)
    for _ in range(sweeps):
        for own, other, side in ((black, white, 1), (white, black, -1)):
            up = other + np.roll(other, 1, 0)
            up += np.roll(other, -1, 0)
            up[0::2] += np.roll(other[0::2], side, 1)
            up[1::2] += np.roll(other[1::2], -side, 1)
            np.less(_draws(rng, up.shape), thresholds.take(up), out=own.view(np.bool_))
    bits[colours % 2 == 0], bits[colours % 2 == 1] = (
        half.reshape(-1, bits.shape[2]) for half in (black, white)
    )


def _random_sites(
    rng: np.random.Generator, bits: Bits, thresholds: NDArray[np.uint32], sweeps: int
) -> None:
    size, _, count = bits.shape
    for _ in range(sweeps):
        sites = rng.integers(0, size, (size * size, 2)).tolist()
        for (row, column), draws in zip(sites, _draws(rng, (size * size, count)), strict=True):
            up = bits[row - 1, column] + bits[(row + 1) % size, column]
            up += bits[row, column - 1]
            up += bits[row, (column + 1) % size]
            np.less(draws, thresholds.take(up), out=bits[row, column].view(np.bool_))


def _draws(rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.uint32]:
    """Return uniform whole numbers from 0 to 2³² - 1."""
    n = int(np.prod(shape))
    raw = rng.bit_generator.random_raw(-(-n // 2))
    return np.asarray(raw, np.uint64).view(np.uint32)[:n].reshape(shape)
