"""Cubes: many runs opened as one array, beside what xarray does with the same files."""

import tempfile
import time
from pathlib import Path

import xarray as xr

from grokscope import Recorder, open_runs

RUNS, STEPS, TRIES = 100, 200, 3


def record(store):
    """Record runs of five metrics."""
    for seed in range(RUNS):
        config = {"model": {"name": "mlp", "init_scale": float(seed % 5)}}
        with Recorder("run", store=store, seed=seed, time_unit="step", config=config) as rec:
            for step in range(STEPS):
                accuracy = {"train_accuracy": min(1, step / 20), "test_accuracy": step / STEPS}
                rec.log(step, train_loss=1.0, test_loss=1.0, weight_norm=2.0, **accuracy)


def joined(files, engine):
    """Return the metrics of all files by xarray's own means, labelled by nothing."""
    options = {"combine": "nested", "concat_dim": "run", "join": "outer", "data_vars": "all"}
    kept = {"coords": "minimal", "compat": "override", "combine_attrs": "override"}
    with xr.open_mfdataset(files, engine=engine, group="metrics", **options, **kept) as whole:
        return whole.load()


def best(action):
    """Return the least CPU seconds of several tries."""
    times = []
    for _ in range(TRIES):
        start = time.process_time()
        action()
        times.append(time.process_time() - start)
    return min(times)


def figures():
    """Yield (name, value, unit, target) for each figure."""
    with tempfile.TemporaryDirectory() as place:
        store = Path(place)
        record(store)
        files = sorted(store.glob("*/run.h5"))
        ours = best(lambda: open_runs("", store))
        yield "open_runs, 100 runs x 200 steps x 5 metrics", ours, "CPU-s", ""
        for engine in ("h5netcdf", "netcdf4"):
            theirs = best(lambda engine=engine: joined(files, engine))
            yield f"  open_mfdataset, {engine}, beside it", theirs / ours, "x", "> 1"
