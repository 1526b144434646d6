"""Recording a training loop of one's own, PyTorch, JAX or numpy, into a store."""

import os
import time
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from grokscope.store.checkpoints.resume import ResumePoint
from grokscope.store.curves.reader import read_attrs
from grokscope.store.identifiers import config_digest, run_id
from grokscope.store.location import create_store, named_store
from grokscope.store.recording.arguments import (
    TimeUnit,
    attributes,
    configuration,
    epochs_ahead,
    whole_step,
    yardstick,
)
from grokscope.store.recording.arrays import numbers, to_numpy, type_name
from grokscope.store.recording.attempts import begin, go_on, saved_state, watched
from grokscope.store.recording.block import Block
from grokscope.store.recording.names import MetricNames
from grokscope.store.recording.parameters import layout_of, parameters, row_of
from grokscope.store.recording.states import pack_state
from grokscope.store.schema import Attribute
from grokscope.store.writing.budget import PublishBudget

SHARE = 0.003
"""Most of a loop's time that may go into publishing what it recorded."""
TICK = 0.25
"""Seconds between two looks at whether publishing, a sign of life or the like is due."""


class Recorder(Block):
    """Writes one run of a loop that is not grokscope's; use it as a context manager.

    A block that ends finishes the run. One that raises leaves it as failed, with the reason, and
    Ctrl-C as interrupted. Threads may share a recorder; a forked process may not use it.

    Parameters
    ----------
    name : str
        Of the experiment; the run's id is made of it, the seed and the configuration.
    chance, n_test : float in [0, 1], int
        Test accuracy of guessing, and the number of test examples.
    train_ceiling, test_ceiling : float, in (0, 1]
        Best accuracies that can be reached.
    time_unit : str
        What event times are told in, "epoch" or "step"; with "step", epochs need not be given.
    config : dict
        Whatever decides the run, nested tables of JSON values.
    task, model : str
        Names that listings show.
    store : path, optional
        By default the store that the command line would use.
    total_epochs : float, optional
        How far the run is to go; gives the time left.
    attrs : dict of texts and numbers, optional
        Further attributes of the run.
    resume : bool
        Go on with the newest run of this name, seed and configuration where `save_resume` last
        saved it; what was recorded past that is dropped. Begin one where none was saved.

    Attributes
    ----------
    id, path : str, Path
        The run's id and its directory.
    state : dict or None
        What `save_resume` saved, where the run goes on; None where it begins.
    start : int
        The step to begin the loop at: 0, or the one after that of the saved state.
    stop_requested : bool
        Whether `grokscope stop` asked for the run's end.

    Raises
    ------
    RunHeld, Unreadable
        If the run that is to go on is being written, or cannot be read.
    ValueError
        If an argument, or a place in `config` or `attrs`, is out of its range or cannot be stored.

    Examples
    --------
    >>> import numpy as np
    >>> from grokscope import Recorder, open_run
    >>> weight = np.zeros((3, 4))
    >>> with Recorder("descent", time_unit="step", config={"lr": 0.1}) as rec:
    ...     for step in range(100):
    ...         weight -= 0.1 * (weight - 1)
    ...         rec.log(step, train_loss=np.square(weight - 1).mean())
    ...         if step % 10 == 0:
    ...             rec.checkpoint({"weight": weight})
    ...             rec.probe("gradient", weight - 1, dims=("input", "hidden"))
    >>> run = open_run(rec.path)
    >>> run["metrics"].train_loss.sizes["step"]
    100
    >>> run["trajectory"].weight.sizes["checkpoint"]
    10
    >>> run["probe/gradient"].gradient.dims
    ('step', 'input', 'hidden')
    """

    def __init__(
        self,
        name: str,
        *,
        chance: float = 0.0,
        n_test: int = 1,
        train_ceiling: float = 1.0,
        test_ceiling: float = 1.0,
        time_unit: TimeUnit = "epoch",
        config: Mapping[str, Any] | None = None,
        task: str = "own",
        model: str = "own",
        store: str | os.PathLike[str] | None = None,
        seed: int = 0,
        total_epochs: float | None = None,
        attrs: Mapping[str, Attribute] | None = None,
        resume: bool = False,
    ) -> None:
        measure = yardstick(chance, n_test, train_ceiling, test_ceiling, time_unit)
        root, whole = configuration(name, seed, task, model, config)
        options: dict[str, Any] = {
            "attrs": {"source": "recorder"} | attributes(attrs),
            "total_epochs": epochs_ahead(total_epochs),
            "budget": PublishBudget(share=SHARE),
        }
        place = create_store(named_store(store))
        wanted = run_id(name, root, config_digest(whole))
        found = go_on(place, wanted, **options) if resume else None
        writer, point = found or (begin(place, wanted, whole, measure, **options), None)
        super().__init__(writer)
        options["budget"].spent = 0.0  # beginning is not the loop's time; first rows show soon
        self._watch = watched(self.path)
        self._described, self._due = False, 0.0
        self._names = MetricNames(read_attrs(self.path) if found else {})
        self._step, self._epoch, self._steps_are_epochs = 0, 0.0, True
        self.start = 0
        self.state: dict[str, Any] | None = None
        if point is not None:
            self._restore(point)

    def log(self, step: int, epoch: float | None = None, **metrics: Any) -> None:
        """Record an evaluation; on return it outlives this process.

        Parameters
        ----------
        step : int
            Optimiser steps taken; greater than at the call before.
        epoch : float, optional
            Passes over the training set; `step` where it is not given.
        **metrics
            One number each, or an array or tensor of one. `train_accuracy` and `test_accuracy` give
            event times and a regime. '/' is kept as '.', the name in attribute `metric_names`.

        Raises
        ------
        ValueError
            If a step does not follow, or a time, a name or a value cannot be stored.
        RecorderClosed, RunHeld
            If the run was ended; in a process forked from that of the recorder.
        """
        with self._recording:
            at = whole_step(step)
            passed, values = at if epoch is None else epoch, numbers(metrics)
            fresh = self._names.new(metrics)
            self._writer.log(at, passed, values)
            self._step, self._epoch, self._steps_are_epochs = at, float(passed), epoch is None
            if fresh:
                self._writer.set_attrs(self._names.keep(fresh))
            if (now := time.monotonic()) >= self._due:
                self._due = now + TICK
                self._writer.tick()
            self._watch.look()

    def checkpoint(self, model: Any, step: int | None = None) -> None:
        """Keep the parameters as they are now, at the step last logged.

        They are kept as float32, whatever they were: of float64 the last digits are lost. The
        type they had is an attribute, `torch_dtype`. Arrays that are not floating point (whole
        numbers, truth values) are left out, with one warning that names them; `probe` keeps such.
        Two names of one tensor are kept once.

        Parameters
        ----------
        model : module, mapping or sequence
            Anything with a `state_dict()`, or names and arrays, nested as may be: PyTorch, JAX
            or numpy. '/' in a name is kept as '.', and the name itself in the run's attribute
            `parameter_names`.
        step : int, optional
            Where it is not the step last logged.

        Raises
        ------
        ValueError
            If names or shapes are not the first checkpoint's, or nothing in it is a float.
        """
        with self._recording:
            found = parameters(model)
            if self._writer.layout is None:
                self._writer.layout = layout_of(found)
            row = row_of(found, self._writer.layout)
            if not self._described:
                self._described = True
                self._writer.set_attrs(found.attrs)
                if found.left_out:
                    warnings.warn(found.warning, UserWarning, stacklevel=2)
            at = self._step if step is None else whole_step(step)
            self._writer.checkpoint(at, self._epoch_at(at), row)
            self._writer.tick()

    def probe(
        self,
        name: str,
        array: Any,
        dims: Sequence[str] | None = None,
        coords: Mapping[str, Any] | None = None,
        long_name: str | None = None,
        units: str = "1",
        step: int | None = None,
    ) -> None:
        """Keep an array of any shape at the step last logged: `/probe/<name>`, (step, *dims).

        Parameters
        ----------
        name : str
            Letters, digits, '.', '_', '+', '-'; '/' becomes '.'.
        array : array or tensor of numbers
            Of the same shape at every call. Real numbers of less than 32 bits become float32.
        dims : sequence of str, optional
            Names of its axes; `<name>__0`, ... by default. The first call decides.
        coords : dict, optional
            Labels of axes, a sequence of numbers or texts by the axis's name.
        long_name, units : str
            What it is, for people, and its unit in UDUNITS; the first call decides.
        step : int, optional
            Where it is not the step last logged.

        Raises
        ------
        ValueError
            If it is not like the first one, its step does not follow, or it cannot be stored.
        """
        with self._recording:
            values, kind = to_numpy(array), type_name(array)
            attrs: dict[str, Attribute] = {"long_name": long_name or name, "units": units}
            if values.dtype.name != kind:
                attrs["torch_dtype"] = kind
            at = self._step if step is None else whole_step(step)
            self._writer.probes.add(name, at, self._epoch_at(at), values, dims, coords, attrs)
            self._writer.tick()

    def save_resume(self, step: int, **state: Any) -> None:
        """Save all that the loop needs to go on; call it last in step `step` of the loop.

        A recorder made with `resume=True` gives it back as `state`, and `start` is the next step.
        What is recorded at that step only afterwards goes to disk at once, which takes longer.

        Parameters
        ----------
        step : int
            The step that is over.
        **state
            Models, optimisers and whatever has a `state_dict()`, arrays and tensors, numbers,
            texts, and dicts, lists and tuples of these. Nothing is pickled.

        Raises
        ------
        ValueError
            If something in it is none of these.

        Examples
        --------
        >>> def train(steps):
        ...     with Recorder("walk", time_unit="step", resume=True) as rec:
        ...         weight = rec.state["weight"] if rec.state else 0.0
        ...         for step in range(rec.start, steps):
        ...             weight += 1
        ...             rec.log(step, weight_norm=weight)
        ...             rec.save_resume(step, weight=weight)
        ...         return rec.start, weight
        >>> train(3), train(5)
        ((0, 3.0), (3, 5.0))
        """
        with self._recording:
            at = whole_step(step)
            self._writer.save_resume(pack_state(state), {"step": at, "epoch": self._epoch_at(at)})

    def _epoch_at(self, step: int) -> float:
        return float(step) if self._steps_are_epochs else self._epoch

    def _restore(self, point: ResumePoint) -> None:
        try:
            self.state, self._step, self._epoch = saved_state(point, self.id)
        except BaseException:
            self._writer.abandon()
            raise
        self._steps_are_epochs, self.start = self._epoch == point.step, point.step + 1
