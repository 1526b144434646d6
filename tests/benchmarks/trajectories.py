"""Trajectories: compacting them, and reading a value through time or one checkpoint whole."""

import resource
import tempfile
from pathlib import Path

import h5py
import numpy as np
import xarray as xr

from grokscope.layout import Layout, ParameterSpec
from grokscope.store.api.tree import open_run
from grokscope.store.checkpoints.compaction import compact
from grokscope.store.checkpoints.merging import Merging
from grokscope.store.checkpoints.segments import batch_size, write_segment
from grokscope.store.checkpoints.trajectory import open_trajectory
from tests.benchmarks.storing import LAYOUT, begin, cpu

TENSOR = Layout((ParameterSpec("w", ("row", "column"), (512, 128)),))
SMALL = Layout((ParameterSpec("w", ("row", "column"), (20, 30)), ParameterSpec("b", ("c",), (30,))))
CHECKPOINTS, MANY, DISTINCT = 1000, 10_000, 64


def record(store, name, layout, count, merging=False):
    """Write a run's segments as a writer does; return its directory."""
    writer = begin(store, name)
    rows = np.random.default_rng(0).normal(size=(DISTINCT, layout.size)).astype(np.float32)
    tidy, most = Merging(writer.path), batch_size(layout)
    for start in range(0, count, most):
        steps = list(range(start, min(start + most, count)))
        values = [rows[step % DISTINCT] for step in steps]
        write_segment(writer.path / "segments", layout, steps, [float(s) for s in steps], values)
        if merging:
            tidy._not_before = 0.0
            tidy.step()
    writer.finish("interrupted")
    return writer.path


def reading(store, called, layout, name):
    """Time compaction of one run, and reading it in four ways."""
    run = record(store, f"run{layout.size}", layout, CHECKPOINTS)
    size = 4 * layout.size * CHECKPOINTS / 1e6
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield f"{called}: compacting", size / cpu(lambda: compact(run), 1), "MB/CPU-s", ""
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    yield "  memory above what was used before", peak, "MiB", "<= 256"
    trajectory, tree = open_trajectory(run), open_run(run)["trajectory"]

    def plain(*key):
        with h5py.File(run / "trajectory.h5") as file:
            names = [name] if key[0] == slice(None) else [p.name for p in layout.parameters]
            return [file["trajectory"][each][key] for each in names]

    def bare(engine):
        with xr.open_dataset(run / "trajectory.h5", group="trajectory", engine=engine) as whole:
            return whole[name][:, 100, 5].values

    ways = {
        "Trajectory": (
            lambda: trajectory.read(name, (slice(None), 100, 5)),
            lambda: trajectory.rows(500),
        ),
        "open_run": (
            lambda: tree[name][:, 100, 5].values,
            lambda: [tree[p.name][500].values for p in layout.parameters],
        ),
        "h5py, opening included": (lambda: plain(slice(None), 100, 5), lambda: plain(500)),
    }
    for way, (scalar, checkpoint) in ways.items():
        yield f"  a value through time, {way}", 1e3 * cpu(scalar), "CPU-ms", "<= 10"
        yield f"  one checkpoint, {way}", 1e3 * cpu(checkpoint), "CPU-ms", "<= 20"
    for engine in ("h5netcdf", "netcdf4"):
        spent = 1e3 * cpu(lambda e=engine: bare(e))
        yield f"  xarray opens it and reads a value through time, {engine}", spent, "CPU-ms", ""


def figures():
    """Yield (name, value, unit, target) for each figure."""
    with tempfile.TemporaryDirectory() as place:
        store = Path(place)
        yield from reading(store, "1,000 checkpoints of 512 x 128", TENSOR, "w")
        yield from reading(store, "1,000 of the P = 113 MLP", LAYOUT, "hidden1.weight")
        run = record(store, "many", SMALL, MANY, merging=True)
        count = len(list((run / "segments").iterdir()))
        yield "live run of 10,000 checkpoints: segments", count, "", ""
        yield "  opening it", 1e3 * cpu(lambda: open_trajectory(run)), "CPU-ms", "<= 100"
