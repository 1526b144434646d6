"""Runs of a version 0.9 that never was, and the functions that lead from it to today's."""

import json
import shutil
from dataclasses import replace

import h5py
import numpy as np
import pytest
import xarray as xr

from grokscope.store.checkpoints.resume import load_resume
from grokscope.store.checkpoints.segments import row_digests
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.curves.reader import read_analyses, read_metrics
from grokscope.store.listing.summary import read_summary
from grokscope.store.migration import migrate as migration
from grokscope.store.migration.filetree import read_tree, write_tree
from grokscope.store.migration.migrate import MIGRATIONS, Migration
from grokscope.store.schema import Group, Variable
from tests.store.doctor.conftest import measured, write


def renamed(group, before, after):
    """Rename a variable of a group, and the dimension of the same name."""
    return Group(
        {
            (after if name == before else name): Variable(
                tuple(after if dim == before else dim for dim in v.dims), v.data, v.attrs
            )
            for name, v in group.variables.items()
        },
        group.attrs,
    )


def swapped(tree, paths, variables):
    """Rename groups and variables of a tree, by dicts of old to new names."""
    groups = {}
    for path, group in tree.groups.items():
        for before, after in variables.items():
            group = renamed(group, before, after)
        head, _, rest = path.partition("/")
        groups["/".join(filter(None, (paths.get(head, head), rest)))] = group
    return replace(tree, groups=groups)


def backwards(names):
    return {after: before for before, after in names.items()}


PATHS = {"curves": "metrics", "snapshots": "trajectory", "results": "analysis"}


NAMES = {"iteration": "step", "snapshot": "checkpoint"}


def forward_summary(data):
    data = dict(data)
    return {"state": data.pop("condition")} | data


def backward_summary(data):
    data = dict(data)
    return {"condition": data.pop("state")} | data


def forward(tree):
    return swapped(tree, PATHS, NAMES)


def state_forward(tree):
    groups = {"": renamed(tree.groups[""], "parameters", "theta")}
    return replace(tree, groups=groups)


TO_1 = Migration(run=forward, trajectory=forward, resume=state_forward, summary=forward_summary)


def age(run):
    """Turn a run of today into one of version 0.9, in the place of it."""
    for path in migration.files_of(run):
        kind = migration.kind_of(run, path)
        tree = read_tree(path)
        if kind == "resume":
            tree = replace(tree, groups={"": renamed(tree.groups[""], "theta", "parameters")})
        else:
            tree = swapped(tree, backwards(PATHS), backwards(NAMES))
        write_tree(path, tree)
        with h5py.File(path, "a") as file:
            file.attrs["schema_version"] = "0.9.2"
    log = run / "live" / "metrics.wal"
    if log.exists():
        log.write_bytes(log.read_bytes().replace(b"log 1", b"log 0", 1))
    summary = run / "summary.json"
    data = backward_summary(json.loads(summary.read_text())) | {"schema_version": "0.9.2"}
    summary.write_text(json.dumps(data))


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Runs of today beside the same of version 0.9."""
    store = tmp_path_factory.mktemp("kept")
    write(store, "finished").finish("finished")
    measured(store / "finished")
    write(store, "interrupted").finish("interrupted", "Ctrl-C")
    dead = write(store, "dead")
    dead.abandon()
    old = shutil.copytree(store, tmp_path_factory.mktemp("old") / "store")
    for run in old.iterdir():
        age(run)
    return store, old


@pytest.fixture
def new(kept):
    return kept[0]


@pytest.fixture
def old(kept, tmp_path, monkeypatch):
    monkeypatch.setitem(MIGRATIONS, 0, TO_1)
    return shutil.copytree(kept[1], tmp_path / "store")


def same(run, before):
    """Make sure that a migrated run is what it was, through every reader."""
    found = read_summary(run)
    # a summary that was written anew is a sign of life, too
    assert found == replace(read_summary(before), path=run, heartbeat=found.heartbeat)
    metrics, wanted = read_metrics(run), read_metrics(before)
    np.testing.assert_array_equal(metrics.step, wanted.step)
    for name, curve in wanted.curves.items():
        np.testing.assert_array_equal(metrics.curves[name].values, curve.values)
        assert metrics.curves[name].long_name == curve.long_name
    trajectory, other = open_trajectory(run), open_trajectory(before)
    assert trajectory.digests.tolist() == other.digests.tolist()
    assert row_digests(trajectory.layout, list(trajectory.rows())) == other.digests.tolist()
    for key, analysis in read_analyses(before).items():
        np.testing.assert_array_equal(read_analyses(run)[key].values, analysis.values)
    point, saved = load_resume(run), load_resume(before)
    assert point.counters == saved.counters
    np.testing.assert_array_equal(point.arrays["theta"], saved.arrays["theta"])
    for engine in ("h5netcdf", "netcdf4"):
        with (
            xr.open_datatree(run / "run.h5", engine=engine) as tree,
            xr.open_datatree(before / "run.h5", engine=engine) as wanted,
        ):
            xr.testing.assert_identical(tree.load(), wanted.load())
