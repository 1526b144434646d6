"""Admission: what no process could train is refused before any run begins."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from grokscope.config import Experiment
from grokscope.errors import BadConfig
from grokscope.train import flight
from grokscope.train.forks import start_of
from grokscope.train.plan import Plan


def admit(experiments: Sequence[Experiment]) -> int:
    """Return the bytes that the flight recorders of one process hold, once all can be trained.

    Raises
    ------
    UnknownName, BadConfig
        If a measure cannot be taken while training, or checkpoints held take too much.
    """
    if any(one.record.measures for one in experiments):
        # measuring needs xarray, which few runs do
        from grokscope.train import in_situ

        in_situ.memory(experiments)
    return flight.memory(experiments)


def rehearse(parcels: Sequence[Sequence[Plan]], store: Path, processes: int) -> int:
    """Refuse what processes would that are dealt these plans, and train nothing.

    Returns
    -------
    int
        Bytes that the flight recorders of so many processes hold at most.

    Raises
    ------
    GrokscopeError
        The one that training would raise.
    """
    held = []
    for parcel in parcels:
        held.append(admit([plan.experiment for plan in parcel]))
        for plan in parcel:
            if plan.action == "train" and plan.experiment.fork is not None:
                start_of(plan.experiment, store)
    return sum(sorted(held)[-processes:])


@contextlib.contextmanager
def memory_told(experiment: Experiment) -> Iterator[None]:
    """Refuse an experiment whose making takes more memory than there is."""
    try:
        yield
    except MemoryError as error:
        raise BadConfig(
            f"{experiment.name} does not fit into memory ({error}); make task or model smaller"
        ) from error
