"""Analysis: measures of stored runs, computed once and kept in the run."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from grokscope.errors import BadConfig, GrokscopeError, MissingData, listed, nearest
from grokscope.events import Moment
from grokscope.kinds import Measure, Network, Parameter, find
from grokscope.measures import MEASURES
from grokscope.store.api.tree import open_run, to_group
from grokscope.store.curves.analysis import write_analysis
from grokscope.store.schema import canonical


@dataclass(frozen=True)
class Request:
    """A measure with every one of its parameters chosen."""

    measure: Measure
    values: Mapping[str, Any]

    @property
    def key(self) -> str:
        """The name its result is stored under."""
        return self.measure.key(self.values)

    @property
    def usual(self) -> bool:
        """Whether every parameter has its default."""
        return all(self.values[p.name] == p.default for p in self.measure.parameters)


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
    requests = requested(names, choices or {})
    subject = _Subject(run, device)
    results = []
    for request in requests:
        result = None if again else subject.kept(request)
        results.append(subject.compute(request) if result is None else result)
    return results


def requested(names: Iterable[str], choices: Mapping[str, Any]) -> list[Request]:
    """Return measures by name with parameters chosen or at their defaults.

    Raises
    ------
    UnknownName, BadConfig
        See `measure`.
    """
    wanted = [find(MEASURES, name, "measure") for name in names]
    known = {parameter.name: parameter for one in wanted for parameter in one.parameters}
    for name, value in choices.items():
        if name not in known:
            raise BadConfig(
                f"{listed(one.name for one in wanted)} has no parameter {name!r}"
                f"{nearest(name, known)}; accepted: {listed(known)}"
            )
        _check(known[name], value)
    return [
        Request(one, {p.name: choices.get(p.name, p.default) for p in one.parameters})
        for one in wanted
    ]


def _check(parameter: Parameter, value: Any) -> None:
    if parameter.choices:
        if value not in parameter.choices:
            raise BadConfig(
                f"{parameter.name} must be one of {listed(map(str, parameter.choices))}, "
                f"got {value!r}"
            )
    elif not isinstance(value, int) or isinstance(value, bool) or value < parameter.least:
        raise BadConfig(
            f"{parameter.name} must be a whole number of at least {parameter.least}, got {value!r}"
        )


class _Subject:
    """One run being measured: what is read of it, or computed for several measures, once."""

    def __init__(self, run: Path, device: str) -> None:
        self.run = run
        self.device = device
        self.prepared: dict[str, Any] = {}

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
        split = experiment.split()
        data = {
            f"{part}_{what}": _examples(getattr(split, f"{part}_{what}"), part)
            for part in ("train", "test")
            for what in ("inputs", "labels")
        }
        tree = self.tree.assign({"data": xr.DataTree(xr.Dataset(data))})
        return tree, network

    def compute(self, request: Request) -> xr.DataArray:
        """Return a result, kept in the run from now on.

        Raises
        ------
        MissingData
            If the run lacks what it needs, or would lose what it cannot compute again.
        """
        self._refuse_to_lose(request)
        one = request.measure
        inputs: tuple[Any, ...] = self.network if one.reads == "network" else (self.tree,)
        if one.prepare is None:
            result = one.function(*inputs, **request.values)
        else:
            shared = f"{one.prepare.__qualname__} {canonical(request.values)}"
            if shared not in self.prepared:
                self.prepared[shared] = one.prepare(*inputs, **request.values)
            result = one.function(self.prepared[shared])
        result = _labelled(request, result, self._recipe(request))
        group, moments = to_group(result.rename(one.name)), _moments(one, result)
        write_analysis(self.run, request.key, group, moments, request.usual)
        return result

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
        now = _checkpoints(self.tree["trajectory"].to_dataset())
        return result if now <= _checkpoints(result) else None

    def _stored(self, request: Request) -> xr.DataArray | None:
        """Return what the run holds under a result's name, however old."""
        results = self.tree["analysis"].children if "analysis" in self.tree.children else {}
        if request.key not in results or request.measure.name not in results[request.key]:
            return None
        return results[request.key].to_dataset()[request.measure.name].rename(request.key)

    def _recipe(self, request: Request) -> str:
        """Return a digest of all but the checkpoints that decides a result."""
        one = request.measure
        parts: dict[str, Any] = {
            "measure": one.name,
            "version": one.version,
            "parameters": dict(request.values),
        }
        if one.reads == "curves":
            parts["curves"] = self._curves_digest
            parts["yardstick"] = {
                name: self.tree.attrs.get(name)
                for name in ("chance", "n_test", "train_ceiling", "test_ceiling", "time_unit")
            }
        if one.reads == "network":
            parts |= {name: self.config.get(name) for name in ("task", "model", "seed")}
            training = self.config.get("training")
            noisy = isinstance(training, Mapping) and training.get("label_noise")
            parts["label_noise"] = noisy or 0
        return hashlib.sha256(canonical(parts).encode()).hexdigest()

    @cached_property
    def _curves_digest(self) -> str:
        digest = hashlib.sha256()
        curves = self.tree["metrics"].to_dataset().reset_coords().drop_vars("wall_time")
        for name, curve in sorted(curves.items()):
            digest.update(str(name).encode() + np.ascontiguousarray(curve.values).tobytes())
        return digest.hexdigest()


def _checkpoints(labelled: xr.Dataset | xr.DataArray) -> set[tuple[int, str]]:
    """Return step and digest of each checkpoint that something was made of."""
    return set(zip(labelled["checkpoint"].values, labelled["digest"].values, strict=True))


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
