"""A training session in which everything that happens in hours happens in a second.

`tell` hears what the writer acknowledges, once it is acknowledged: rows that outlive the process
("acked"), rows that outlive the machine ("durable"), resume points, stored measures, endings.
"""

import functools
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grokscope.store import wal
from grokscope.store.checkpoints import segments
from grokscope.store.curves.analysis import write_analysis
from grokscope.store.probes import batches
from grokscope.store.schema import Group, Variable
from grokscope.store.wal import Log
from grokscope.store.writing import budget, writer
from grokscope.store.writing.budget import PublishBudget
from grokscope.store.writing.presence import Presence
from grokscope.store.writing.writer import RunWriter

Tell = Callable[..., None]

EXPERIMENT = """
name = "tiny"
task = { name = "modular_addition", p = 5 }
model = { name = "mlp", hidden = [3] }
optimizer = { name = "adam", lr = 1e-2 }
training = { epochs = 24, batch_size = 8 }
record = { dense_until = 24 }
"""

PROBE = "steps"


def hurry(pause: float = 0.02) -> None:
    """Let heartbeats, publishes, syncs and resume points come every few epochs.

    Training waits for the writing thread, so that both see the same moments on any machine.
    """
    from grokscope.train import recording, session

    segments.MOST_BATCHED = 4
    batches.MOST_FILES = 3
    wal.SYNC = 0.03
    writer.LOG_BYTES = 200
    budget.HEARTBEAT = (0.1, 0.2)
    recording.TICK, recording.REST = 0.005, 0.0
    recording.RESUME_INTERVAL = (0.1, 0.1)
    hurried = functools.partial(PublishBudget, share=1.0, interval=0.1, growth=0.0)
    session.PublishBudget = hurried  # type: ignore[misc]

    def in_step(result: None, this: recording.Recording, *rest: Any) -> None:
        time.sleep(pause)
        while this.error is None and not this.jobs.empty():
            time.sleep(0.001)

    after(recording.Recording, "log", in_step)


def listen(tell: Tell) -> None:
    """Tell what is acknowledged from now on."""
    newest = {"step": -1}

    def logged(result: Any, this: RunWriter, step: int, *rest: Any) -> None:
        newest["step"] = step
        tell("acked", step)

    def synced(*rest: Any) -> None:
        tell("durable", newest["step"])

    def saved(result: Any, this: RunWriter, arrays: Any, counters: Any) -> None:
        tell("saved", counters["step"])

    def ended(result: Any, this: RunWriter, state: str, *rest: Any) -> None:
        tell("ended", state)

    after(RunWriter, "log", logged)
    after(Log, "sync", synced)
    after(Presence, "publish", synced)
    after(RunWriter, "save_resume", saved)
    after(RunWriter, "finish", ended)
    reopen = RunWriter.reopen.__func__  # type: ignore[attr-defined]

    def reopening(cls: type[RunWriter], run: Path, **more: Any) -> Any:
        tell("reopening", run.name)
        return reopen(cls, run, **more)

    RunWriter.reopen = classmethod(reopening)  # type: ignore[assignment,method-assign]


def after(owner: Any, name: str, then: Callable[..., None]) -> None:
    """Call `then` with the result and the arguments of a method, once it returned."""
    method = getattr(owner, name)

    @functools.wraps(method)
    def whole(*args: Any, **more: Any) -> Any:
        result = method(*args, **more)
        then(result, *args)
        return result

    setattr(owner, name, whole)


def probe(writer: RunWriter, step: int, epoch: float, *rest: Any) -> None:
    """Probe a writer's run at every fourth step."""
    if step % 4 == 0:
        writer.probes.add(PROBE, step, epoch, probed(step))


def probed(step: int) -> NDArray[np.int64]:
    """Return what the probe holds at a step, (2,)."""
    return np.array([step, step * step], np.int64)


def measure(run: Path, key: str, value: float) -> None:
    """Store a result as `grokscope measure` does."""
    speed = Variable(("checkpoint",), np.full(4, value), {"units": "1", "long_name": "speed"})
    write_analysis(run, key, Group({"speed": speed}))
