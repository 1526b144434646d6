"""Storing: what recording costs a training loop, and what listing costs a reader."""

import tempfile
import time
from pathlib import Path

import numpy as np

from grokscope.events import Yardstick
from grokscope.layout import Layout, ParameterSpec
from grokscope.store.catalogue import Catalogue
from grokscope.store.writer import RunWriter

LAYOUT = Layout((ParameterSpec("w", ("row", "column"), (512, 340)),))
CALLS, CHECKPOINTS, RUNS = 5000, 200, 1000


def begin(store, name):
    """Return a writer of a run of nothing in particular."""
    config = {"name": name, "task": {"name": "t"}, "model": {"name": "m"}, "seed": {"root": 0}}
    return RunWriter.create(
        store, name, config=config, yardstick=Yardstick(0.01, 1000), layout=LAYOUT
    )


def figures():
    """Yield (name, value, unit, target) for each figure."""
    with tempfile.TemporaryDirectory() as place:
        store = Path(place)
        writer = begin(store, "logged")
        values = {f"metric{i}": float(i) for i in range(30)}
        times = []
        for step in range(CALLS):
            start = time.perf_counter()
            writer.log(step, step, values)
            times.append(time.perf_counter() - start)
        yield "log call, 30 metrics, median", 1e6 * np.median(times), "µs", ""
        yield "log call, 30 metrics, 99 % of calls", 1e6 * np.quantile(times, 0.99), "µs", "<= 200"
        rows = np.random.default_rng(0).normal(size=(4, LAYOUT.size)).astype(np.float32)
        start = time.thread_time()
        for step in range(CHECKPOINTS):
            writer.checkpoint(step, step, rows[step % 4].copy())
        writer.save_resume({"theta": rows[0]}, {"step": CALLS})
        spent = time.thread_time() - start
        size = CHECKPOINTS * LAYOUT.size * 4 / 1e6
        yield "checkpoints, with digests", size / spent, "MB/CPU-s", ">= 500"
        writer.finish("finished")
    with tempfile.TemporaryDirectory() as place:
        store = Path(place)
        for i in range(RUNS):
            begin(store, f"run{i}").finish("finished")
        catalogue = Catalogue(store)
        for name in ("first", "again"):
            start = time.perf_counter()
            catalogue.refresh()
            yield f"listing 1,000 runs, {name}", time.perf_counter() - start, "s", ""
