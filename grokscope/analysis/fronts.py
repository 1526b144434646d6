"""Final networks between two wishes: a small loss, and being compressible."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import xarray as xr

from grokscope.analysis.requests import written
from grokscope.analysis.stored import measure
from grokscope.errors import BadConfig, MissingData, listed
from grokscope.store.api.tree import open_run
from grokscope.trade_off import pareto_front


def loss_compression(
    runs: Sequence[Path],
    *,
    loss: str = "test_loss",
    compressibility: str = "compressibility every=1000",
    device: str = "auto",
) -> xr.Dataset:
    """Return the end of runs in loss and compressibility, and which of them are not dominated.

    Parameters
    ----------
    runs : sequence of Path
        Directories of runs.
    loss : str
        A recorded curve; its last value counts.
    compressibility : str
        A measure with one value for each checkpoint, larger is better; its last one counts. It is
        computed where a run does not hold it.

    Returns
    -------
    Dataset, (run,)
        The two, under their own names, and `front`: no other run has as small a loss and as much
        compressibility, and one of them better. False where one of them is NaN.

    Raises
    ------
    MissingData, UnknownName, BadConfig
        As `analysis.measure` does.
    """
    request = written(compressibility)
    if request.measure.dims != ("checkpoint",):
        raise BadConfig(
            f"{request.measure.name} has dims {', '.join(request.measure.dims) or 'none'}; "
            "a front takes one value for each checkpoint, such as compressibility"
        )
    found: dict[str, list[xr.DataArray]] = {loss: [], request.measure.name: []}
    for run in runs:
        (result,) = measure(run, [request.measure.name], request.values, device=device)
        curves = open_run(run)["metrics"].to_dataset()
        if loss not in curves:
            raise MissingData(
                f"run {run.name!r} recorded no {loss!r}; it has {listed(map(str, curves))}"
            )
        found[loss].append(_last(curves[loss]))
        found[request.measure.name].append(_last(result))
    ends = {name: xr.concat(values, "run") for name, values in found.items()}
    front = pareto_front(*(end.values for end in ends.values()))
    return xr.Dataset(
        ends | {"front": ("run", front, {"long_name": "not dominated", "units": "1"})},
        {"run": [run.name for run in runs]},
    )


def _last(values: xr.DataArray) -> xr.DataArray:
    """Return the last value that is none of NaN, without its place."""
    there = np.flatnonzero(~np.isnan(values.values))
    end = values[there[-1]] if there.size else values[-1]
    return end.reset_coords(drop=True)
