"""One file to take away: what it holds, who opens it, and what ends it."""

import json
import os
import subprocess
import sys

import h5py
import numpy as np
import pytest
import xarray as xr

from grokscope.errors import BadExport, NotARun, StoreFailed, Unreadable
from grokscope.layout import Layout, ParameterSpec
from grokscope.store.api.tree import open_run
from grokscope.store.curves.analysis import write_analysis
from grokscope.store.export import checkpoints as blocks
from grokscope.store.export import netcdf
from grokscope.store.export.netcdf import export_netcdf
from grokscope.store.keeping.annotations import annotate
from grokscope.store.listing.room import Room
from grokscope.store.probes.batches import Probes
from grokscope.store.schema import Group, Variable
from tests.store.conftest import train

ENGINES = ("h5netcdf", "netcdf4")
MEASURED = Group({"norm": Variable(("checkpoint",), np.arange(3.0), {"units": "1"})})


@pytest.fixture
def live(begin):
    """A run with rows in its file and newer ones in its log, a measure and annotations."""
    writer = begin()
    train(writer, 0, 20)
    writer._presence.publish("running")
    train(writer, 20, 70)
    writer._segments.flush()
    writer._presence.sum_up("running")
    write_analysis(writer.path, "norm", MEASURED)
    annotate(writer.path, lambda a: a.tagged(["paper", "fig/2"]).noted("two\nlines ä"))
    return writer


def opened(path, engine="h5netcdf", group=""):
    with xr.open_datatree(path, engine=engine, group=group or None) as tree:
        return tree.load()


def values_of(tree):
    return {
        f"{node.path}/{name}": (variable.dims, str(variable.values.tolist()))
        for node in tree.subtree
        for name, variable in node.variables.items()
    }


@pytest.mark.parametrize("ending", [None, "finished"])
def test_the_file_holds_what_the_run_holds(live, tmp_path, ending):
    if ending:
        live.finish(ending)
    export_netcdf([live.path], tmp_path / "a.h5")
    expected = open_run(live.path)
    found = opened(tmp_path / "a.h5")
    assert values_of(found) == values_of(expected)
    assert set(found.groups) == {
        "/",
        "/metrics",
        "/events",
        "/analysis",
        "/analysis/norm",
        "/trajectory",
    }
    assert found["metrics"].sizes == {"step": 70}
    for node in expected.subtree:
        assert set(found[node.path].coords) == set(node.coords)
        for name, variable in node.variables.items():
            assert found[node.path].variables[name].attrs.items() >= variable.attrs.items()


@pytest.mark.parametrize("count", [1, 2])
def test_both_engines_read_the_same(live, begin, tmp_path, count):
    other = begin("other")
    train(other, 0, 30, checkpoints=False)
    export_netcdf([live.path, other.path][:count], tmp_path / "a.nc")
    one, another = (opened(tmp_path / "a.nc", engine) for engine in ENGINES)
    assert one.identical(another)


def test_annotations_and_status_are_root_attributes(live, tmp_path):
    annotate(live.path, lambda a: type(a)(a.tags, a.note, starred=True))
    live.finish("interrupted")
    export_netcdf([live.path], tmp_path / "a.h5")
    attrs = opened(tmp_path / "a.h5").attrs
    told = {name: attrs[name] for name in ("tags", "note", "starred", "status", "run_id")}
    assert told == {
        "tags": "fig/2 paper",
        "note": "two\nlines ä",
        "starred": 1,
        "status": "interrupted",
        "run_id": "run",
    }
    assert json.loads(attrs["config"])["task"]["p"] == 113


def test_several_runs_lie_in_groups_of_their_own(live, begin, tmp_path):
    other = begin("1-other.run")
    train(other, 0, 30, checkpoints=False)
    other.finish("finished")
    export_netcdf([live.path, other.path], tmp_path / "a.h5")
    tree = opened(tmp_path / "a.h5")
    assert list(tree.children) == ["1-other.run", "run"]
    assert tree.attrs["runs"] == "run 1-other.run"
    assert "trajectory" not in tree["1-other.run"].children
    assert tree["1-other.run"].attrs["status"] == "finished"
    assert values_of(opened(tmp_path / "a.h5", group="run")) == values_of(open_run(live.path))


@pytest.mark.parametrize(
    ("choice", "steps"),
    [("none", None), ("last", [63]), ("every:30", [0, 30, 60, 63]), ("every:1000", [0, 63])],
)
def test_checkpoints_are_chosen(live, tmp_path, choice, steps):
    live.finish("finished")
    everything = open_run(live.path)["trajectory"].to_dataset()
    last = int(everything.checkpoint[-1])
    export_netcdf([live.path], tmp_path / "a.h5", checkpoints=choice)
    tree = opened(tmp_path / "a.h5")
    if steps is None:
        assert "trajectory" not in tree.children
        return
    steps = [*steps[:-1], last]
    assert tree["trajectory"].to_dataset().equals(everything.sel(checkpoint=steps).load())


def test_probes_are_taken_along(live, tmp_path, monkeypatch):
    probes = Probes(live.path)
    values = np.random.default_rng(0).normal(size=(7, 3, 2)).astype("f4")
    for step, each in enumerate(values):
        probes.add("act", step, step / 2, each, ("unit", "input"), {"input": ["a", "b"]})
    probes.flush()
    monkeypatch.setattr(netcdf, "PROBE_BYTES", 2 * values[0].nbytes)
    export_netcdf([live.path], tmp_path / "a.h5")
    one, another = (opened(tmp_path / "a.h5", engine) for engine in ENGINES)
    assert one.identical(another)
    np.testing.assert_array_equal(one["probe/act/act"].values, values)
    assert one["probe/act/act"].dims == ("step", "unit", "input")
    assert one["probe/act/input"].values.tolist() == ["a", "b"]
    assert one["probe/act/epoch"].values.tolist() == [0, 0.5, 1, 1.5, 2, 2.5, 3]


def test_tensors_tell_what_they_were_kept_in(begin, tmp_path):
    writer = begin(attrs={"parameter_types": '{"w_in": "bfloat16", "none": "float16"}'})
    train(writer, 0, 5)
    writer.finish("finished")
    export_netcdf([writer.path], tmp_path / "a.h5")
    tree = opened(tmp_path / "a.h5")
    assert tree["trajectory/w_in"].attrs["torch_dtype"] == "bfloat16"
    assert "torch_dtype" not in tree["trajectory/b_in"].attrs


def test_blocks_however_small_change_nothing(live, tmp_path, monkeypatch):
    export_netcdf([live.path], tmp_path / "a.h5")
    monkeypatch.setattr(blocks, "MOST_VALUES", 1)
    export_netcdf([live.path], tmp_path / "b.h5")
    assert opened(tmp_path / "a.h5").identical(opened(tmp_path / "b.h5"))


def test_a_file_that_is_there_is_written_anew_only_when_told_so(live, tmp_path):
    (tmp_path / "a.h5").write_text("mine")
    with pytest.raises(BadExport, match="is there already; --force"):
        export_netcdf([live.path], tmp_path / "a.h5")
    assert (tmp_path / "a.h5").read_text() == "mine"
    export_netcdf([live.path], tmp_path / "a.h5", force=True)
    assert opened(tmp_path / "a.h5").attrs["run_id"] == "run"


def test_progress_rises_to_its_end(live, tmp_path):
    told = []
    export_netcdf([live.path], tmp_path / "a.h5", progress=lambda *now: told.append(now))
    done, totals = zip(*told, strict=True)
    assert list(done) == sorted(done)
    assert len(set(totals)) == 1
    assert done[-1] == totals[0]


def test_an_interrupt_leaves_nothing_behind(live, tmp_path):
    def interrupt(done, total):
        raise KeyboardInterrupt

    (tmp_path / "a.h5").write_text("mine")
    with pytest.raises(KeyboardInterrupt):
        export_netcdf([live.path], tmp_path / "a.h5", force=True, progress=interrupt)
    assert (tmp_path / "a.h5").read_text() == "mine"
    assert not list(tmp_path.glob(".a.h5*"))


@pytest.mark.parametrize("room", [0, 3_000, 20_000])
def test_a_full_disk_is_one_line_and_leaves_nothing_behind(live, tmp_path, monkeypatch, room):
    original = os.pwrite

    def limited(place, data, at):
        if at >= room:
            raise OSError(28, "No space left on device")
        return original(place, data[: room - at], at)

    monkeypatch.setattr("os.pwrite", limited)
    with pytest.raises(StoreFailed, match=r"a\.h5' cannot be written: no space left on device"):
        export_netcdf([live.path], tmp_path / "a.h5")
    assert not list(tmp_path.glob("*a.h5*"))


def test_a_disk_without_room_is_told_before_anything_is_written(live, tmp_path, monkeypatch):
    monkeypatch.setattr("grokscope.store.export.target.room_of", lambda place: Room(4096, 1 << 40))
    with pytest.raises(StoreFailed, match=r"will hold about [\d.]+ kB, and its disk has 4\.1 kB"):
        export_netcdf([live.path], tmp_path / "a.h5")
    assert not list(tmp_path.glob("*a.h5*"))


def test_a_run_that_cannot_be_read_is_named(live, store, tmp_path):
    live.finish("finished")
    (live.path / "run.h5").write_bytes(b"nothing")
    with pytest.raises(Unreadable, match=r"run/run\.h5"):
        export_netcdf([live.path], tmp_path / "a.h5")
    with pytest.raises(NotARun):
        export_netcdf([store / "none"], tmp_path / "a.h5")
    assert not list(tmp_path.glob("*a.h5*"))


def test_values_that_no_run_has_are_told_as_damage(live, tmp_path):
    live.finish("finished")
    with h5py.File(live.path / "run.h5", "a") as file:
        file.create_group("later")["x"] = np.arange(3, dtype="i2")
    with pytest.raises(Unreadable, match="run 'run' cannot be exported: x is int16"):
        export_netcdf([live.path], tmp_path / "a.h5")
    assert not list(tmp_path.glob("*a.h5*"))


READ = """
import sys
for name in ("grokscope", "torch", "netCDF4", "hdf5plugin", "dask", "scipy", "zarr"):
    sys.modules[name] = None
import xarray
with xarray.open_datatree(sys.argv[1], engine="h5netcdf") as tree:
    print(tree["metrics/test_accuracy"].units, float(tree["trajectory/w_in"].sum()))
"""


def test_the_file_opens_where_only_xarray_and_h5netcdf_are(live, tmp_path):
    live.finish("finished")
    export_netcdf([live.path], tmp_path / "a.h5")
    command = [sys.executable, "-c", READ, str(tmp_path / "a.h5")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    total = float(open_run(live.path)["trajectory/w_in"].sum())
    assert done.stdout.split() == ["1", str(total)], done.stderr


MEASURE = """
import resource, sys
from pathlib import Path
from grokscope.store.export.netcdf import export_netcdf

unit = 1 if sys.platform == "darwin" else 1024
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
export_netcdf([Path(sys.argv[1])], Path(sys.argv[2]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit - before)
"""


@pytest.mark.slow
@pytest.mark.parametrize("ending", [None, "finished"])
def test_memory_does_not_grow_with_the_trajectory(begin, tmp_path, ending):
    size = 2_000_000
    layout = Layout((ParameterSpec("w", ("in", "out"), (1000, 2000)),))
    writer = begin(layout=layout)
    for step in range(60):
        writer.checkpoint(step, step, np.full(size, step, np.float32))
    writer._segments.flush()
    if ending:
        writer.finish(ending)
    command = [sys.executable, "-c", MEASURE, str(writer.path), str(tmp_path / "a.h5")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert int(done.stdout) < 200 << 20 < 60 * 4 * size, done.stderr
    with xr.open_dataset(tmp_path / "a.h5", engine="h5netcdf", group="trajectory") as found:
        assert found.w[:, 7, 7].values.tolist() == list(range(60))
