"""Ising phases: from a snapshot of spins, tell whether its temperature was below the critical."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from grokscope.errors import BadConfig
from grokscope.kinds import DrawnTask, Features, Labelled, Signature, Split
from grokscope.lattice import (
    CRITICAL_TEMPERATURE,
    Update,
    domains,
    energy,
    magnetisation,
    sample,
    walls,
)

VERSION = 1
"""Raised when the same settings would give other lattices."""
MOST_SITES = 1 << 30
"""Sites of a data set, a byte each."""


@dataclass(frozen=True, kw_only=True)
class IsingPhases(DrawnTask):
    """Ordered (1) or disordered (0), by the temperature that a lattice was quenched to.

    Lattices start at T = ∞ and get too few sweeps to reach equilibrium: some of the ordered ones
    are left with stripes, which energy tells and magnetisation does not. With 200 sweeps of random
    sites, or 100 of a checkerboard, the best threshold on the energy is right for 95 % of them and
    the best one on |magnetisation| for 91 %; with fewer the two are further apart.
    """

    name: ClassVar[str] = "ising_phases"
    summary: ClassVar[str] = "tell ordered from disordered spin lattices"
    source: ClassVar[str] = "arXiv:2502.01739 section 2 and appendix B"
    time_unit: ClassVar[Literal["epoch", "step"]] = "epoch"
    test_ceiling: ClassVar[float] = 0.95
    needs: ClassVar[tuple[str, ...]] = ("spin", "temperature")

    size: int = 16
    """Length of a side, from 4; even where `update` is "checkerboard"."""
    temperatures: int = 50
    """Number of temperatures, evenly from `span` below to `span` above the critical one."""
    span: float = 1.0
    """Half the range of temperatures, in units of J / k_B, in (0, 2.2]."""
    per_temperature: int = 1000
    """Lattices sampled at each temperature; a run draws its examples from all of them."""
    sweeps: int = 200
    """Updates of every spin since T = ∞."""
    update: Update = "random"
    """Which spins are updated after each other; see `lattice.sample`."""
    data_seed: int = 0
    """Of the lattices, which all runs share; a run's `seed.split` draws its examples from them."""
    n_train: int = 300
    """Training examples."""
    n_test: int = 1000
    """Test examples."""
    balanced: bool = False
    """Whether exactly half of the training examples are ordered, as the paper's text has it; its
    code draws them from all."""

    def __post_init__(self) -> None:
        if self.size < 4 or (self.update == "checkerboard" and self.size % 2):
            raise BadConfig(
                "task.size must be at least 4, and even for a checkerboard, "
                f"got {self.size} with update {self.update!r}"
            )
        if not 0 < self.span <= 2.2:
            raise BadConfig(f"task.span must lie in (0, 2.2], got {self.span}")
        least = {"temperatures": 2, "per_temperature": 1, "sweeps": 0, "data_seed": 0}
        least |= {"n_train": 2, "n_test": 1}
        for key, number in least.items():
            if getattr(self, key) < number:
                raise BadConfig(f"task.{key} must be at least {number}, got {getattr(self, key)}")
        if self.n_samples * self.size**2 > MOST_SITES:
            raise BadConfig(
                f"task asks for {self.n_samples} lattices of {self.size}² sites; "
                f"a data set may have {MOST_SITES} sites"
            )
        if self.n_train + self.n_test > self.n_samples:
            raise BadConfig(
                f"task.n_train + task.n_test must be at most {self.n_samples}, the lattices there "
                f"are, got {self.n_train} + {self.n_test}"
            )
        # the middle one of an odd number is critical, and counts as disordered
        ordered = self.temperatures // 2 * self.per_temperature
        if self.balanced and self.n_train // 2 > ordered:
            raise BadConfig(
                f"task.balanced takes at most {2 * ordered} training examples, as {ordered} "
                f"lattices are ordered, got task.n_train = {self.n_train}"
            )

    @property
    def n_samples(self) -> int:
        """Lattices in the data set."""
        return self.temperatures * self.per_temperature

    @property
    def signature(self) -> Signature:
        """One plane of spins, ±1, to two labels."""
        return Signature(Features((1, self.size, self.size)), 2)

    @property
    def recipe(self) -> dict[str, Any]:
        """What decides the data set."""
        keys = ("size", "temperatures", "span", "per_temperature", "sweeps", "update", "data_seed")
        return {"task": self.name, "version": VERSION} | {key: getattr(self, key) for key in keys}

    def generate(self) -> dict[str, Labelled]:
        """Sample the lattices; each temperature has noise of its own.

        Returns
        -------
        dict
            `spin` uint8 (sample, row, column), 1 for up; `temperature`, `energy` per bond,
            `magnetisation` per site, `n_domains`, `largest_domain` and the `walls` along columns
            and rows, (sample,) or (sample, direction).
        """
        seeds = np.random.SeedSequence(self.data_seed).spawn(self.temperatures)
        low, high = CRITICAL_TEMPERATURE - self.span, CRITICAL_TEMPERATURE + self.span
        temperatures = np.linspace(low, high, self.temperatures)
        parts = [
            sample(
                np.random.default_rng(seed),
                count=self.per_temperature,
                size=self.size,
                temperature=float(temperature),
                sweeps=self.sweeps,
                update=self.update,
            )
            for seed, temperature in zip(seeds, temperatures, strict=True)
        ]
        return _described(np.concatenate(parts), temperatures.repeat(self.per_temperature), parts)

    def cut(self, data: Mapping[str, NDArray[Any]], rng: np.random.Generator) -> Split:
        """Draw training and test examples.

        Returns
        -------
        Split
            Inputs float32 (example, 1, row, column), ±1; labels int64 (example,), 1 for ordered.
        """
        ordered = (data["temperature"] < CRITICAL_TEMPERATURE).astype(np.int64)
        order = rng.permutation(len(ordered))
        if self.balanced:
            order = _balanced(order, ordered, self.n_train)
        chosen = order[: self.n_train + self.n_test]
        inputs = data["spin"][chosen].astype(np.float32)[:, None] * 2 - 1
        labels, n = ordered[chosen], self.n_train
        return Split(inputs[:n], labels[:n], inputs[n:], labels[n:])

    def stand_in(self) -> "IsingPhases":
        """Return a task of the same shapes whose data take no time: lattices at T = ∞."""
        least = math.ceil((self.n_train + self.n_test) / (self.temperatures // 2 * 2))
        return replace(self, sweeps=0, per_temperature=least)


def _described(
    spins: NDArray[np.int8], temperature: NDArray[np.float64], parts: list[NDArray[np.int8]]
) -> dict[str, Labelled]:
    counted = [domains(part) for part in parts]
    per_sample: dict[str, tuple[NDArray[Any], str]] = {
        "temperature": (temperature, "temperature in units of J / k_B"),
        "energy": (energy(spins), "energy per bond"),
        "magnetisation": (magnetisation(spins), "mean spin"),
        "n_domains": (np.concatenate([n for n, _ in counted]), "number of domains"),
        "largest_domain": (
            np.concatenate([share for _, share in counted]),
            "share of sites in the largest domain",
        ),
    }
    data = {
        name: Labelled(("sample",), values, told) for name, (values, told) in per_sample.items()
    }
    up = (spins > 0).astype(np.uint8)
    data["spin"] = Labelled(("sample", "row", "column"), up, "1 where a spin is up")
    told = "share of unlike neighbours, along columns and along rows"
    return data | {"walls": Labelled(("sample", "direction"), walls(spins).T, told)}


def _balanced(
    order: NDArray[np.int64], ordered: NDArray[np.int64], n_train: int
) -> NDArray[np.int64]:
    """Return a permutation whose first `n_train` examples are half ordered, rest as they come."""
    sides = [order[ordered[order] == label] for label in (1, 0)]
    half = [sides[0][: n_train // 2], sides[1][: n_train - n_train // 2]]
    train = order[np.isin(order, np.concatenate(half))]
    return np.concatenate([train, order[~np.isin(order, train)]])
