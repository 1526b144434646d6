"""Storing: what recording costs a training loop, and what reading and listing cost."""

import hashlib
import shutil
import tempfile
import time
from pathlib import Path

import h5py
import numpy as np
import xarray as xr

from grokscope.events import Yardstick
from grokscope.layout import Layout, ParameterSpec
from grokscope.store.curves.history import History
from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.writing.writer import RunWriter

LAYOUT = Layout(
    (
        ParameterSpec("hidden1.weight", ("input", "hidden"), (226, 512)),
        ParameterSpec("hidden1.bias", ("hidden",), (512,)),
        ParameterSpec("output.weight", ("hidden", "class"), (512, 113)),
        ParameterSpec("output.bias", ("class",), (113,)),
    )
)
"""Of the MLP that learns addition modulo 113: 174,193 parameters."""
CALLS, RUNS, METRICS = 5000, 1000, 30
CHECKPOINTS, DISTINCT = 300, 64


def begin(store, name):
    """Return a writer of a run of nothing in particular."""
    config = {"name": name, "task": {"name": "t"}, "model": {"name": "m"}, "seed": {"root": 0}}
    return RunWriter.create(
        store, name, config=config, yardstick=Yardstick(0.01, 1000), layout=LAYOUT
    )


def cpu(action, times=5):
    """Return the fewest CPU seconds of this process that an action took."""
    spent = []
    for _ in range(times):
        start = time.process_time()
        action()
        spent.append(time.process_time() - start)
    return min(spent)


def logging(store):
    """Time calls of `log`."""
    writer = begin(store, "logged")
    values = {f"metric{i}": float(i) for i in range(METRICS)}
    times = []
    for step in range(CALLS):
        start = time.perf_counter()
        writer.log(step, step, values)
        times.append(time.perf_counter() - start)
    writer.finish("finished")
    yield "log call, 30 metrics, median", 1e6 * np.median(times), "µs", ""
    yield "log call, 30 metrics, 99 % of calls", 1e6 * np.quantile(times, 0.99), "µs", "<= 200"


def checkpointing(store):
    """Time checkpoints through the writer to the disk, beside their digests alone."""
    rows = np.random.default_rng(0).normal(size=(DISTINCT, LAYOUT.size)).astype(np.float32)
    size = rows.nbytes / DISTINCT / 1e6
    alone = cpu(lambda: [hashlib.sha256(row).digest() for row in rows]) / DISTINCT
    spent = []
    for number in range(5):
        writer = begin(store, f"checkpoints{number}")
        start = time.process_time()
        for step in range(CHECKPOINTS):
            writer.checkpoint(step, step, rows[step % DISTINCT])
        writer.save_resume({"theta": rows[0]}, {"step": CHECKPOINTS})
        spent.append((time.process_time() - start) / CHECKPOINTS)
        writer.abandon()
        # a virtual machine pays dearly for memory that it has not used before
        shutil.rmtree(writer.path)
    yield "sha256 alone: how fast the machine is just now", size / alone, "MB/CPU-s", ""
    yield "checkpoints, checksummed and digested", size / min(spent), "MB/CPU-s", ">= 500"


def history(rows):
    """Return so many evaluations of 30 metrics, in memory."""
    found = History()
    found._settled, found._step = rows, np.arange(rows)
    found._epoch, found._wall = np.arange(rows) / 10, np.arange(rows) / 100
    draw = np.random.default_rng(0)
    found._values = {f"metric{i}": draw.normal(size=rows) for i in range(METRICS)}
    return found


def publishing(store):
    """Time publishing whole runs, and opening what was published."""
    writer = begin(store, "published")
    for rows, target in ((100_000, "<= 50"), (1_000_000, "")):
        writer._presence.history = history(rows)
        spent = 1e3 * cpu(lambda: writer._presence.publish("running"))
        yield f"publishing 30 metrics x {rows:,} rows", spent, "CPU-ms", target
    path = writer.path / "run.h5"

    def curve():
        with h5py.File(path) as file:
            file["metrics/metric7"][()]

    yield "  a curve of 1,000,000 rows, h5py", 1e3 * cpu(curve), "CPU-ms", "<= 20"
    yield from opening(path)
    writer.abandon()


def opening(path):
    """Time xarray's opening a published file, beside one that xarray wrote of the same curves."""
    own = path.with_name("own.h5")
    # chunks and checksums are as they were read
    with xr.load_dataset(path, group="metrics", engine="h5netcdf") as curves:
        curves.to_netcdf(own, group="metrics", engine="h5netcdf")
    for engine, target in (("h5netcdf", "<= 100"), ("netcdf4", "<= 20")):

        def opened(which, engine=engine):
            return cpu(lambda: xr.open_dataset(which, group="metrics", engine=engine).close(), 1)

        # in turns, for a busy neighbour slows this machine at any moment
        ours, theirs = zip(*((opened(path), opened(own)) for _ in range(15)), strict=True)
        yield f"  xarray opens it, {engine}", 1e3 * min(ours), "CPU-ms", target
        beside = f"  the same, beside a file by xarray itself, {engine}"
        yield beside, np.median(np.divide(ours, theirs)), "x", "<= 1"


def figures():
    """Yield (name, value, unit, target) for each figure."""
    with tempfile.TemporaryDirectory() as place:
        for part in (logging, checkpointing, publishing):
            yield from part(Path(place))
    with tempfile.TemporaryDirectory() as place:
        store = Path(place)
        for i in range(RUNS):
            begin(store, f"run{i}").finish("finished")
        catalogue = Catalogue(store)
        for name in ("first", "again"):
            start = time.perf_counter()
            catalogue.refresh()
            yield f"listing 1,000 runs, {name}", time.perf_counter() - start, "s", ""
