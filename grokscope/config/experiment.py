"""Experiment: everything that decides a run, as one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from grokscope.config.fields import build, coerce
from grokscope.config.sections import Fork, Optimizer, Record, Seeds, Training
from grokscope.errors import BadConfig, listed, nearest
from grokscope.events import Yardstick
from grokscope.kinds import DrawnTask, Model, Split, Task, find
from grokscope.layout import Layout
from grokscope.models import MODELS
from grokscope.store.datasets import dataset
from grokscope.store.identifiers import config_digest, run_id
from grokscope.tasks import TASKS

SECTIONS: dict[str, type] = {
    "optimizer": Optimizer,
    "training": Training,
    "record": Record,
    "seed": Seeds,
    "fork": Fork,
}
KEYS = ("name", "title", "task", "model", *SECTIONS)


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """Task, model, optimiser, schedule, recording and seeds of one run."""

    name: str
    """Begins the run's id."""
    title: str = ""
    """One line for people; no part of what decides the numbers."""
    task: Task
    model: Model
    optimizer: Optimizer = field(default_factory=Optimizer)
    training: Training = field(default_factory=Training)
    record: Record = field(default_factory=Record)
    seed: Seeds = field(default_factory=Seeds)
    fork: Fork | None = None
    """None for a run that begins at step 0."""

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "Experiment":
        """Return the experiment that a nested mapping describes, as TOML or a run holds it.

        Raises
        ------
        BadConfig, UnknownName
            Naming the key, what it was given and what it accepts.
        """
        for key in config:
            if key not in KEYS:
                raise BadConfig(f"unknown key {key}{nearest(key, KEYS)}; accepted: {listed(KEYS)}")
        seed = config.get("seed", {})
        sections = dict(config) | {"seed": seed if isinstance(seed, Mapping) else {"root": seed}}
        built: dict[str, Any] = {
            key: build(kind, _table(sections[key], key), key)
            for key, kind in SECTIONS.items()
            if key in sections
        }
        return cls(
            name=coerce(_required(config, "name"), str, "name"),
            title=coerce(config.get("title", ""), str, "title"),
            task=_named(TASKS, config, "task"),
            model=_named(MODELS, config, "model"),
            **built,
        )

    def as_config(self, *, whole: bool = False) -> dict[str, Any]:
        """Return the nested mapping that `from_config` reads, of JSON values.

        Parameters
        ----------
        whole : bool
            Whether keys marked `LATER` are told even at their default. What is stored, and what
            has a digest, does without, so that a new key changes no run's identity.
        """
        return {
            "name": self.name,
            "title": self.title,
            "task": {"name": self.task.name, **_values(self.task, whole)},
            "model": {"name": self.model.name, **_values(self.model, whole)},
            **{
                key: _values(section, whole)
                for key in SECTIONS
                if (section := getattr(self, key)) is not None
            },
        }

    @property
    def digest(self) -> str:
        """sha256 of all that decides the numbers, as hex."""
        return config_digest(self.as_config())

    @property
    def run_id(self) -> str:
        """Name, seed and six digits of the digest."""
        return run_id(self.name, self.seed.root, self.digest)

    @property
    def layout(self) -> Layout:
        """The model's parameters for this task."""
        return self.model.layout(self.task.signature)

    @property
    def first_epoch(self) -> int:
        """Epoch that it begins at: 0, or that of the checkpoint it goes on from."""
        return 0 if self.fork is None else self.fork.epoch

    @property
    def own_epochs(self) -> int:
        """Epochs that the run itself trains."""
        return self.training.epochs - self.first_epoch

    @property
    def steps_per_epoch(self) -> int:
        """Optimiser updates in one pass over the training set."""
        n_train = self.task.n_train
        batch = self.training.batch_size or n_train
        return -(-n_train // batch)

    def total_steps(self, per_epoch: int) -> int:
        """Return the step at which the run ends, from the optimiser updates in one epoch."""
        return (0 if self.fork is None else self.fork.step) + self.own_epochs * per_epoch

    def split(self, store: Path | None = None) -> Split:
        """Return the run's data: the task's split, with label noise on the training labels.

        Parameters
        ----------
        store : Path, optional
            Where a data set that is shared by runs is kept; without it, it is made anew.
        """
        rng, task = self.seed.rng("split"), self.task
        if store is not None and isinstance(task, DrawnTask):
            split = task.cut(dataset(store, task), rng)
        else:
            split = task.split(rng)
        if not self.training.label_noise:
            return split
        rng = self.seed.rng("noise")
        hit = rng.random(len(split.train_labels)) < self.training.label_noise
        drawn = rng.integers(self.task.signature.n_classes, size=len(hit))
        return replace(split, train_labels=np.where(hit, drawn, split.train_labels))

    def yardstick(self, split: Split) -> Yardstick:
        """Return what this run's accuracies are held against."""
        return Yardstick(
            chance=self.task.chance,
            n_test=len(split.test_labels),
            train_ceiling=self.task.train_ceiling,
            test_ceiling=self.task.test_ceiling,
            time_unit=self.task.time_unit,
        )


def _required(config: Mapping[str, Any], key: str) -> Any:
    if key not in config:
        raise BadConfig(f"{key} is missing; an experiment needs name, task.name and model.name")
    return config[key]


def _table(value: Any, key: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise BadConfig(f"{key} must be a table such as [{key}], got {value!r}")
    return value


def _named(registry: Mapping[str, type], config: Mapping[str, Any], noun: str) -> Any:
    values = dict(_table(_required(config, noun), noun))
    if "name" not in values:
        raise BadConfig(f"{noun}.name is missing; known: {listed(registry)}")
    name = coerce(values.pop("name"), str, f"{noun}.name")
    return build(find(registry, name, noun), values, noun)


def _values(section: Any, whole: bool) -> dict[str, Any]:
    told = {
        key.name: getattr(section, key.name)
        for key in fields(section)
        if whole or "later" not in key.metadata or getattr(section, key.name) != key.default
    }
    return {name: list(v) if isinstance(v, tuple) else v for name, v in told.items()}
