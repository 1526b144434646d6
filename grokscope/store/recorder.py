"""Recording a training loop of one's own, PyTorch or not, into a store."""

import math
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from grokscope.events import Yardstick
from grokscope.layout import Layout, ParameterSpec
from grokscope.store.identifiers import config_digest, free_id, run_id
from grokscope.store.location import create_store, find_store
from grokscope.store.schema import Attribute
from grokscope.store.writer import RunWriter


class Recorder:
    """Writes one run of a loop that is not grokscope's; use it as a context manager.

    A block that ends finishes the run. One that raises leaves it as failed, with the reason, and
    Ctrl-C as interrupted.

    Parameters
    ----------
    name : str
        Of the experiment; the run's id is made of it, the seed and the configuration.
    chance : float, in [0, 1]
        Test accuracy of guessing.
    n_test : int
        Number of test examples.
    train_ceiling, test_ceiling : float, in (0, 1]
        Best accuracies that can be reached.
    time_unit : str
        What event times are told in, "epoch" or "step"; with "step", epochs need not be given.
    config : dict
        Whatever decides the run, nested tables of JSON values; views show and compare it.
    task, model : str
        Names that listings show.
    store : path, optional
        By default the store that the command line would use.
    total_epochs : float, optional
        How far the run is to go; gives the time left.

    Attributes
    ----------
    id : str
        The run's id.
    path : Path
        The run's directory.
    """

    def __init__(
        self,
        name: str,
        *,
        chance: float = 0.0,
        n_test: int = 1,
        train_ceiling: float = 1.0,
        test_ceiling: float = 1.0,
        time_unit: Literal["epoch", "step"] = "epoch",
        config: Mapping[str, Any] | None = None,
        task: str = "own",
        model: str = "own",
        store: str | Path | None = None,
        seed: int = 0,
        total_epochs: float | None = None,
        attrs: Mapping[str, Attribute] | None = None,
    ) -> None:
        yardstick = Yardstick(chance, n_test, train_ceiling, test_ceiling, time_unit)
        named = {"name": name, "task": {"name": task}, "model": {"name": model}}
        whole: dict[str, Any] = named | {"seed": {"root": seed}} | dict(config or {})
        place = create_store(find_store(None if store is None else str(store)))
        self.id = free_id(place, run_id(name, seed, config_digest(whole)))
        self._writer = RunWriter.create(
            place,
            self.id,
            config=whole,
            yardstick=yardstick,
            attrs={"source": "recorder"} | dict(attrs or {}),
            total_epochs=total_epochs,
        )
        self.path = self._writer.path
        self._step, self._epoch = 0, 0.0

    def __enter__(self) -> "Recorder":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self._writer.finish("finished")
        elif isinstance(error, KeyboardInterrupt):
            self._writer.finish("interrupted", "interrupted")
        else:
            self._writer.finish("failed", f"{type(error).__name__}: {error}".partition("\n")[0])

    def log(self, step: int, epoch: float | None = None, **metrics: Any) -> None:
        """Record an evaluation.

        Parameters
        ----------
        step : int
            Optimiser steps taken; greater than at the call before.
        epoch : float, optional
            Passes over the training set; `step` where it is not given.
        **metrics
            One number each: `train_accuracy` and `test_accuracy` give event times and a regime;
            `train_loss`, `test_loss`, `weight_norm` are known by name; others are welcome.

        Raises
        ------
        ValueError
            If a step does not follow, a time is not finite, or a name cannot be a metric's.
        """
        passed = step if epoch is None else epoch
        self._writer.log(step, passed, metrics)
        self._step, self._epoch = int(step), float(passed)
        self._writer.tick()

    def checkpoint(self, model: Any, step: int | None = None) -> None:
        """Keep the parameters as they are now, at the step last logged.

        Parameters
        ----------
        model : module or mapping
            Anything with a `state_dict()`, or a mapping of names to arrays.
        step : int, optional
            Where it is not the step last logged; epochs then follow the last one.

        Raises
        ------
        ValueError
            If names or shapes differ from the first checkpoint's, or nothing in it is a float.
        """
        tensors = parameters(model)
        if self._writer.layout is None:
            self._writer.layout = layout_of(tensors)
        layout = self._writer.layout
        found = {name: values.shape for name, values in tensors.items()}
        wanted = {p.name: p.shape for p in layout.parameters}
        if found != wanted:
            raise ValueError(f"a checkpoint of {found}, where the first one held {wanted}")
        row = layout.pack(tensors).astype(np.float32)
        self._writer.checkpoint(self._step if step is None else step, self._epoch, row)
        self._writer.tick()


def parameters(model: Any) -> dict[str, NDArray[Any]]:
    """Return a model's floating-point arrays by name; counters and the like are left out."""
    state = model.state_dict() if hasattr(model, "state_dict") else model
    tensors: dict[str, NDArray[Any]] = {}
    for name, value in state.items():
        array = value.detach().cpu().float().numpy() if _is_float_tensor(value) else value
        if hasattr(array, "detach"):
            continue
        array = np.asarray(array)
        if array.dtype.kind != "f":
            continue
        kept = str(name).replace("/", ".")
        if kept in tensors:
            raise ValueError(f"two parameters would be stored as {kept!r}")
        tensors[kept] = array
    return tensors


def layout_of(tensors: Mapping[str, NDArray[Any]]) -> Layout:
    """Return where tensors lie in a row, in their order; axes are `<tensor>__0`, `__1`, ...

    Raises
    ------
    ValueError
        If there are none.
    """
    if not sum(math.prod(values.shape) for values in tensors.values()):
        raise ValueError("nothing to checkpoint: no floating-point parameters")
    return Layout(
        tuple(
            ParameterSpec(
                name, tuple(f"{name}__{axis}" for axis in range(values.ndim)), values.shape
            )
            for name, values in tensors.items()
        )
    )


def _is_float_tensor(value: Any) -> bool:
    return hasattr(value, "detach") and bool(value.is_floating_point())
