"""Spectra over a cyclic group: weights of a perceptron seen in its Fourier basis."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from grokscope.errors import MissingData, listed
from grokscope.kinds import Parameter
from grokscope.steps import checkpoints_of, section_of

if TYPE_CHECKING:
    import xarray as xr

Side = Literal["input", "output"]
SIDE = Parameter(
    name="side",
    default="output",
    choices=("input", "output"),
    meaning="weights into a neuron, or out of it",
)
LAYERS = ("hidden1.weight", "output.weight")
CYCLIC = ("modular_addition", "modular_arithmetic")
BLOCK = 2**22
"""Weights transformed at once."""


def fourier_basis(p: int) -> NDArray[np.float64]:
    """Return the orthonormal real Fourier basis of the integers mod `p`, (component, element).

    Rows are 1/√p, then √(2/p) cos(2πkx/p) and √(2/p) sin(2πkx/p) for k = 1, 2, ...; for even p
    the last one is (−1)ˣ/√p.
    """
    x = np.arange(p)
    rows = [np.full(p, p**-0.5)]
    for k in range(1, (p - 1) // 2 + 1):
        angle = 2 * np.pi * k * x / p
        rows += [np.sqrt(2 / p) * np.cos(angle), np.sqrt(2 / p) * np.sin(angle)]
    if p % 2 == 0:
        rows.append((1 - 2 * (x % 2)) * p**-0.5)
    return np.array(rows)


def pooled(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return power per frequency from power per component: cosine and sine added.

    Parameters
    ----------
    power : ndarray, (..., component)
        In the order of `fourier_basis`.

    Returns
    -------
    ndarray, (..., frequency)
        Frequencies 0 to p // 2.
    """
    p = power.shape[-1]
    pairs = power[..., 1 : 1 + 2 * ((p - 1) // 2)]
    both = pairs.reshape(*pairs.shape[:-1], -1, 2).sum(-1)
    return np.concatenate([power[..., :1], both, power[..., 1 + pairs.shape[-1] :]], axis=-1)


def inverse_participation(power: NDArray[np.float64]) -> NDArray[np.float64]:
    r"""Return :math:`\sum_\nu P_\nu^2 / (\sum_\nu P_\nu)^2` over the last axis.

    From 1 / length, where all components have the same power, to 1, where one has it all; NaN
    where there is none.
    """
    total = power.sum(-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > 0, (power**2).sum(-1) / total**2, np.nan)


def neuron_powers(run: "xr.DataTree", side: Side) -> Iterator[tuple[slice, NDArray[np.float64]]]:
    """Yield the power of each neuron's weights in the Fourier basis, some checkpoints at a time.

    Parameters
    ----------
    run : DataTree
        Holds /trajectory of a perceptron with one hidden layer on tokens.
    side : "input" or "output"
        Weights into a neuron, one block for each token, or out of it, one block.

    Yields
    ------
    slice
        Of the checkpoints.
    ndarray, (checkpoint, neuron, block, component)

    Raises
    ------
    MissingData
        If the run has no such weights, or its task is on no cyclic group.
    """
    trajectory = checkpoints_of(run)
    p = _order(run, trajectory)
    name = "hidden1.weight" if side == "input" else "output.weight"
    tensor, basis = trajectory[name], fourier_basis(p).T
    size = max(BLOCK // int(np.prod(tensor.shape[1:])), 1)
    for start in range(0, len(tensor), size):
        at = slice(start, min(start + size, len(tensor)))
        weight = tensor.isel(checkpoint=at).values.astype(float)
        if side == "input":
            blocks = weight.reshape(len(weight), -1, p, weight.shape[-1])
            yield at, (np.moveaxis(blocks, -1, 1) @ basis) ** 2
        else:
            yield at, (weight @ basis)[:, :, None] ** 2


def check_cyclic(run: "xr.DataTree") -> None:
    """Make sure that a run's task, where one is told, is on a cyclic group.

    Raises
    ------
    MissingData
        If it is another.
    """
    task = section_of(run, "task").get("name")
    if task is not None and task not in CYCLIC:
        raise MissingData(
            f"Fourier measures need a task on a cyclic group, {listed(CYCLIC)}; "
            f"this run's is {task}"
        )


def _order(run: "xr.DataTree", trajectory: "xr.Dataset") -> int:
    """Return the order of the cyclic group that a run's task is on."""
    check_cyclic(run)
    shapes = {name: trajectory[name].shape[1:] for name in LAYERS if name in trajectory}
    if len(shapes) == 2:
        (width, hidden), (below, p) = shapes.values()
        if hidden == below and width % p == 0:
            return int(p)
    raise MissingData(
        "Fourier measures need a perceptron with one hidden layer on tokens: hidden1.weight "
        "(positions x p, hidden) and output.weight (hidden, p); this run has "
        f"{listed(map(str, trajectory))}"
    )
