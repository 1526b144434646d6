"""Results: measures computed, described so that a file of one explains itself, and kept."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xarray as xr

from grokscope.analysis.requests import Request
from grokscope.events import Moment
from grokscope.kinds import Measure, Split
from grokscope.network import Network
from grokscope.store.api.tree import to_group
from grokscope.store.curves.analysis import write_analysis
from grokscope.store.schema import canonical

Prepared = dict[str, Any]
"""Work that several measures share, by what it is and with which parameters."""


def computed(
    request: Request, tree: xr.DataTree, network: Network | None, prepared: Prepared
) -> xr.DataArray:
    """Return what a measure finds, as its function gives it.

    Parameters
    ----------
    tree : DataTree
        See `Measure.function`.
    network : Network, optional
        For measures of the network.
    prepared : dict
        Looked up, and added to.
    """
    one = request.measure
    inputs = (tree, network) if one.reads == "network" else (tree,)
    if one.prepare is None:
        return one.function(*inputs, **request.values)
    shared = f"{one.prepare.__qualname__} {canonical(request.values)}"
    if shared not in prepared:
        prepared[shared] = one.prepare(*inputs, **request.values)
    return one.function(prepared[shared])


def keep(
    run: Path, request: Request, result: xr.DataArray, recipe: str, merge: bool = True
) -> xr.DataArray:
    """Return a result named and described as it is kept in the run from now on.

    Parameters
    ----------
    recipe : str
        From `recipe`.
    merge : bool
        See `write_analysis`.
    """
    one = request.measure
    result = _labelled(request, result, recipe)
    group, moments = to_group(result.rename(one.name)), _moments(one, result)
    write_analysis(run, request.key, group, moments, request.usual, merge=merge)
    return result


def recipe(
    request: Request, config: Mapping[str, Any], curves: Mapping[str, Any] | None = None
) -> str:
    """Return a digest of all but the checkpoints that decides a result.

    Parameters
    ----------
    config : dict
        The run's configuration, nested.
    curves : dict, optional
        What decides measures of curves.
    """
    one = request.measure
    parts: dict[str, Any] = {
        "measure": one.name,
        "version": one.version,
        "parameters": dict(request.values),
    }
    if one.reads == "curves":
        parts |= curves or {}
    if one.reads == "network":
        parts |= {name: config.get(name) for name in ("task", "model", "seed")}
        training = config.get("training")
        noisy = isinstance(training, Mapping) and training.get("label_noise")
        parts["label_noise"] = noisy or 0
    return hashlib.sha256(canonical(parts).encode()).hexdigest()


def data_of(split: Split) -> xr.Dataset:
    """Return what measures of the network find in /data."""
    arrays = {
        f"{part}_{what}": (part, getattr(split, f"{part}_{what}"))
        for part in ("train", "test")
        for what in ("inputs", "labels")
    }
    return xr.Dataset({name: _examples(array, part) for name, (part, array) in arrays.items()})


def _examples(array: Any, part: str) -> tuple[tuple[str, ...], Any]:
    """Return dimensions and values of inputs or labels."""
    return (f"{part}_example", *(f"axis_{i}" for i in range(1, array.ndim))), array


def _labelled(request: Request, result: xr.DataArray, recipe: str) -> xr.DataArray:
    """Return a result named and described so that a file of it explains itself."""
    one = request.measure
    attrs = {
        "long_name": one.title(request.values),
        "units": one.units,
        "unit_label": result.attrs.get("unit_label", one.unit_label),
        "references": one.source,
        "comment": result.attrs.get("comment", ""),
        "measure": one.name,
        "version": one.version,
        "parameters": canonical(request.values),
        "recipe": recipe,
    }
    named = result.rename(request.key)
    named.attrs = {name: value for name, value in attrs.items() if value != ""}
    return named


def _moments(one: Measure, result: xr.DataArray) -> dict[str, Moment]:
    found = one.moments(result) if one.moments else {}
    return {
        name: Moment(int(result["checkpoint"][at]), float(result["epoch"][at]))
        for name, at in found.items()
        if at is not None
    }
