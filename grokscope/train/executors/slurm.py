"""SLURM: planned runs as one job array through submitit, which is given paths and no objects.

Every task of the array takes its shard of the order, a JSON file in the store. A task that is
preempted or out of time is queued again, and goes on from its runs' resume points.
"""

import json
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grokscope.config import Experiment
from grokscope.errors import BadConfig, MissingPackage
from grokscope.store.files.publish import publish_json
from grokscope.train.admission import admit
from grokscope.train.executors.local import execute
from grokscope.train.plan import plan
from grokscope.train.stop import Stop

ORDERS = ".slurm"
"""Directory of a store with the orders given, and what submitit writes beside them."""
COMMON = frozenset({"name", "timeout_min", "mem_gb", "nodes", "cpus_per_task", "gpus_per_node"})
"""Options that submitit has for every cluster; others are for SLURM and named as by sbatch."""
INSTALL = "pip install 'grokscope[slurm]'"


@dataclass(frozen=True)
class Work:
    """What one task of the array does; all that is pickled of it is three words."""

    order: str
    """Path of the order."""
    part: int
    parts: int

    def __call__(self) -> list[str]:
        """Train this task's shard and return the ids of its runs."""
        told = json.loads(Path(self.order).read_text("utf-8"))
        experiments = [Experiment.from_config(config) for config in told["experiments"]]
        store = Path(told["store"])
        plans = plan(experiments, store, shard=(self.part, self.parts))
        work = [p for p in plans if p.trains]
        with Stop() as stop:
            if work:
                execute(work, store, device=told["device"], jobs=None, stop=stop, notify=print)
        return [p.id for p in plans]

    def checkpoint(self) -> Any:
        """Return what is to be queued in place of this task, which is being preempted."""
        from submitit.helpers import DelayedSubmission

        return DelayedSubmission(self)


def submit(
    experiments: Sequence[Experiment],
    store: Path,
    *,
    tasks: int,
    device: str = "auto",
    options: Mapping[str, Any] | None = None,
    cluster: str = "slurm",
) -> list[Any]:
    """Queue experiments as one array of so many tasks, and return submitit's jobs.

    Parameters
    ----------
    options : dict, optional
        Of submitit and sbatch: `timeout_min`, `gpus_per_node`, `partition`, `account`, ...
    cluster : str
        Of submitit: "slurm", or "local" and "debug" to try it out.

    Raises
    ------
    MissingPackage
        If submitit is not installed.
    UnknownName, BadConfig
        If an experiment could not be trained, an option is unknown, or there is no such cluster
        here.
    """
    for one in experiments:
        admit([one])
    executor = _executor(store, options or {}, cluster)
    order = store / ORDERS / f"{time.strftime('%Y%m%dT%H%M%S')}-{secrets.token_hex(3)}.json"
    configs = [one.as_config() for one in experiments]
    told = {"experiments": configs, "store": str(store.resolve()), "device": device}
    publish_json(order, told, durable=True)
    tasks = min(tasks, len(experiments))
    work = [Work(str(order.resolve()), part, tasks) for part in range(tasks)]
    with executor.batch():
        return [executor.submit(each) for each in work]


def _executor(store: Path, options: Mapping[str, Any], cluster: str) -> Any:
    try:
        import submitit
    except ImportError as error:
        raise MissingPackage(f"--executor slurm needs submitit: {INSTALL}") from error
    (store / ORDERS).mkdir(exist_ok=True)
    named = {
        k if k in COMMON or k.startswith("slurm_") else f"slurm_{k}": v for k, v in options.items()
    }
    try:
        executor = submitit.AutoExecutor(folder=store.resolve() / ORDERS / "%j", cluster=cluster)
        executor.update_parameters(**({"name": "grokscope", "timeout_min": 240} | named))
    except (RuntimeError, ValueError, NameError, TypeError) as error:
        raise BadConfig(f"{cluster} takes no such job: {' '.join(str(error).split())}") from error
    return executor
