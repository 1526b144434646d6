"""Stored runs: measures of them, computed once and kept in the run."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from grokscope.analysis.requests import Request, requested
from grokscope.analysis.results import Prepared, computed, data_of, keep, recipe
from grokscope.errors import GrokscopeError, MissingData, listed
from grokscope.frames import MOST
from grokscope.measures import MEASURES
from grokscope.network import Network
from grokscope.store.api.tree import open_run


def measure(
    run: Path,
    names: Iterable[str],
    choices: Mapping[str, Any] | None = None,
    *,
    device: str = "auto",
    again: bool = False,
) -> list[xr.DataArray]:
    """Return measures of one run, computing those it does not hold yet and keeping them there.

    A kept result counts as long as it was made by the same version of the measure with the same
    parameters from the same data, and covers every checkpoint the run has now; checkpoints may
    have been thinned since. What several measures share is computed once.

    Parameters
    ----------
    run : Path
        A run's directory.
    names : iterable of str
        Measures, as `MEASURES` lists them.
    choices : dict, optional
        Parameters by name; each goes to every measure that has it.
    device : str
        For measures of the network; see `models.device.choose`.
    again : bool
        Whether to compute what is kept too.

    Returns
    -------
    list of DataArray
        In the order of `names`, each named as it is stored.

    Raises
    ------
    UnknownName
        If there is no such measure.
    BadConfig
        If no measure asked for has such a parameter, or takes such a value.
    MissingData
        If the run did not record what a measure needs.
    """
    return Subject(run, device).measure(requested(names, choices or {}), again)


def network_of(run: Path, device: str = "auto") -> tuple[xr.DataTree, Network]:
    """Return a stored run with its data in /data, and its network.

    Raises
    ------
    MissingData
        If the network cannot be rebuilt.
    """
    return Subject(run, device).network


class Subject:
    """One run being measured, read once: what is stored of it later by others is not seen.

    Parameters
    ----------
    run : Path
        A run's directory.
    device : str
        For measures of the network; see `models.device.choose`.
    """

    def __init__(self, run: Path, device: str) -> None:
        self.run = run
        self.device = device
        self._made: dict[str, xr.DataArray] = {}

    def measure(self, requests: Sequence[Request], again: bool = False) -> list[xr.DataArray]:
        """Return results; see `measure`."""
        kept = [None if again else self.kept(request) for request in requests]
        missing = [i for i, result in enumerate(kept) if result is None]
        prepared: Prepared = {}
        for i in missing:
            kept[i] = self._compute(requests[i], prepared, merge=i == missing[-1])
        return [result for result in kept if result is not None]

    @cached_property
    def tree(self) -> xr.DataTree:
        """The run, without its data."""
        return open_run(self.run)

    @cached_property
    def config(self) -> Mapping[str, Any]:
        """The run's configuration, nested."""
        return dict(json.loads(str(self.tree.attrs["config"])))

    @cached_property
    def network(self) -> tuple[xr.DataTree, Network]:
        """The run with its data in /data, and its network."""
        from grokscope.config import Experiment
        from grokscope.models.device import choose
        from grokscope.models.network import TorchNetwork

        device = choose(self.device)
        others = [one.name for one in MEASURES.values() if one.reads != "network"]
        if self.tree.attrs.get("source") == "recorder":
            raise MissingData(
                f"run {self.run.name!r} was recorded by a loop of your own, whose network cannot "
                f"be rebuilt; what needs none can be computed: {listed(others)}"
            )
        try:
            experiment = Experiment.from_config(self.config)
        except GrokscopeError as error:
            raise MissingData(
                f"the network of run {self.run.name!r} cannot be rebuilt ({error}); what needs "
                f"none can be computed: {listed(others)}"
            ) from error
        network = TorchNetwork(experiment.model, experiment.task.signature, str(device))
        tree = self.tree.assign({"data": xr.DataTree(data_of(experiment.split(self.run.parent)))})
        return tree, network

    def _compute(self, request: Request, prepared: Prepared, merge: bool) -> xr.DataArray:
        """Return a result, kept in the run from now on.

        Raises
        ------
        MissingData
            If the run lacks what it needs, or would lose what it cannot compute again.
        """
        self._refuse_to_lose(request)
        tree, network = self.network if request.measure.reads == "network" else (self.tree, None)
        found = computed(request, _thinned(tree, request.every), network, prepared)
        result = self._with_lost(request, found)
        self._made[request.key] = keep(self.run, request, result, self._recipe(request), merge)
        return self._made[request.key]

    def _with_lost(self, request: Request, found: xr.DataArray) -> xr.DataArray:
        """Return a result with what training measured at checkpoints that were never stored."""
        stored = self._stored(request)
        if stored is None or not request.measure.local or "digest" not in found.coords:
            return found
        if stored.attrs.get("recipe") != self._recipe(request):
            return found
        return merged(stored, found)

    def _refuse_to_lose(self, request: Request) -> None:
        """Raise where a stored result was made of checkpoints that the run no longer has."""
        stored = self._stored(request)
        if stored is None or "digest" not in stored.coords:
            return
        trajectory = self.tree["trajectory"].to_dataset() if "trajectory" in self.tree else None
        left = set() if trajectory is None else _checkpoints(trajectory)
        made_of = _checkpoints(stored)
        if left < made_of:
            raise MissingData(
                f"{request.key} of run {self.run.name!r} was made of {len(made_of)} checkpoints, "
                f"of which {len(left)} remain; it is kept as it is (version "
                f"{stored.attrs.get('version', '?')}, now {request.measure.version})"
            )

    def kept(self, request: Request) -> xr.DataArray | None:
        """Return a result the run holds, unless it is out of date."""
        result = self._stored(request)
        if result is None or result.attrs.get("recipe") != self._recipe(request):
            return None
        if "checkpoint" not in result.dims or "trajectory" not in self.tree.children:
            return result
        now = _checkpoints(_thinned(self.tree, request.every)["trajectory"].to_dataset())
        have, most = _checkpoints(result), request.values.get(MOST.name)
        if most is None:
            return result if now <= have else None
        return result if max(now) in have and len(have) >= min(most, len(now)) else None

    def _stored(self, request: Request) -> xr.DataArray | None:
        """Return what the run holds under a result's name, however old."""
        if request.key in self._made:
            return self._made[request.key]
        results = self.tree["analysis"].children if "analysis" in self.tree.children else {}
        if request.key not in results or request.measure.name not in results[request.key]:
            return None
        return results[request.key].to_dataset()[request.measure.name].rename(request.key)

    def _recipe(self, request: Request) -> str:
        if request.measure.reads != "curves":
            return recipe(request, self.config)
        yardstick = ("chance", "n_test", "train_ceiling", "test_ceiling", "time_unit")
        curves = {
            "curves": self._curves_digest,
            "yardstick": {name: self.tree.attrs.get(name) for name in yardstick},
        }
        return recipe(request, self.config, curves)

    @cached_property
    def _curves_digest(self) -> str:
        digest = hashlib.sha256()
        curves = self.tree["metrics"].to_dataset().reset_coords().drop_vars("wall_time")
        for name, curve in sorted(curves.items()):
            digest.update(str(name).encode() + np.ascontiguousarray(curve.values).tobytes())
        return digest.hexdigest()


def merged(known: xr.DataArray, found: xr.DataArray) -> xr.DataArray:
    """Return values of all checkpoints of two results, dims (checkpoint,).

    What is known stays, for it was found beside neighbours that may be gone; what is NaN gives
    way. Where the two differ in the parameters of a step, what is known is of another trajectory.
    """
    steps = np.intersect1d(known["checkpoint"], found["checkpoint"])
    before, now = (one["digest"].sel(checkpoint=steps).values for one in (known, found))
    if not np.array_equal(before, now):
        return found
    known = known[np.isfinite(known.values)]
    new = found[~np.isin(found["checkpoint"], known["checkpoint"])]
    both = xr.concat([known, new], "checkpoint").sortby("checkpoint")
    both.attrs = found.attrs
    return both


def _thinned(tree: xr.DataTree, every: int) -> xr.DataTree:
    """Return a run with one of so many checkpoints, counted back from the last."""
    if every == 1 or "trajectory" not in tree.children:
        return tree
    trajectory = tree["trajectory"].to_dataset()
    some = np.arange(trajectory.sizes["checkpoint"])[::-every][::-1]
    return tree.assign({"trajectory": xr.DataTree(trajectory.isel(checkpoint=some))})


def _checkpoints(labelled: xr.Dataset | xr.DataArray) -> set[tuple[int, str]]:
    """Return step and digest of each checkpoint that something was made of."""
    return set(zip(labelled["checkpoint"].values, labelled["digest"].values, strict=True))
