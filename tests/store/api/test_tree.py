import pickle
import subprocess
import sys

import numpy as np
import pytest
import xarray as xr

from grokscope.errors import BadArgument, MissingPackage, NotARun, UnknownName
from grokscope.store.api.cube import open_runs
from grokscope.store.api.tree import dataset, open_run, to_group
from grokscope.store.checkpoints import trajectory as reading
from grokscope.store.curves.analysis import write_analysis
from grokscope.store.listing.catalogue import Catalogue
from tests.store.conftest import row, train


@pytest.fixture
def live(begin):
    """A run with rows in its file and newer ones in its log."""
    writer = begin()
    train(writer, 0, 20)
    writer._presence.publish("running")
    train(writer, 20, 70)
    return writer


def test_a_live_run_opens_with_its_tail_and_its_checkpoints(live, store):
    tree = open_run("run", store)
    assert tree["metrics/step"].values.tolist() == list(range(70))
    assert tree["metrics/train_accuracy"].sel(step=10) == 0.5
    assert set(tree["metrics"].coords) == {"step", "epoch", "wall_time"}
    assert tree.attrs["run_id"] == "run"
    assert tree["trajectory"].sizes["checkpoint"] == 64
    assert tree["metrics/train_accuracy"].attrs["split"] == "train"


def test_a_run_whose_process_died_says_so_however_it_is_opened(live, store):
    (live.path / "lock.json").unlink()
    assert open_run("run", store).attrs["status"] == "dead"
    assert open_runs(["run"], store).attrs["status"] == "dead"


def test_a_run_opens_by_path_id_start_and_name(live, store):
    for run, place in ((live.path, None), ("run", store), ("ru", store), ("modadd-grok", store)):
        assert open_run(run, place).name == "run"
    with pytest.raises(NotARun):
        open_run("walk", store)


def test_a_finished_run_equals_its_file(live):
    live.finish("finished")
    tree = open_run(live.path)
    with xr.open_datatree(live.path / "run.h5", engine="h5netcdf") as file:
        for group in ("metrics", "events"):
            assert tree[group].to_dataset().identical(file[group].to_dataset().load())
    with xr.open_dataset(
        live.path / "trajectory.h5", engine="h5netcdf", group="trajectory"
    ) as file:
        assert tree["trajectory"].to_dataset().load().equals(file.load())


def test_parameters_are_read_only_when_used_and_only_what_is_used(live, monkeypatch):
    live.finish("finished")
    read = []
    real = reading.Trajectory.read

    def watched(self, name, key=()):
        read.append((name, key))
        return real(self, name, key)

    monkeypatch.setattr(reading.Trajectory, "read", watched)
    tree = open_run(live.path)
    assert read == []
    weight = tree["trajectory/w_in"].isel(input=1, hidden=2).sel(checkpoint=[5, 60])
    np.testing.assert_array_equal(weight.values, [row(5)[6], row(60)[6]])
    assert [name for name, _ in read] == ["w_in"]


def test_any_indexing_gives_what_memory_would(live):
    live.finish("finished")
    lazy = open_run(live.path)["trajectory/b_in"]
    memory = np.stack([row(step)[20:] for step in range(70)])
    some = np.array([True] * 5 + [False] * 65)
    for key in (slice(None, None, -1), [3, 1, 1], slice(5, 50, 7), some, -1):
        for inner in (slice(1, 3), [3, 0, 3], 2, slice(None, None, -2)):
            found = lazy.isel(checkpoint=key, hidden=inner)
            np.testing.assert_array_equal(found, memory[key][..., inner])


def probed(writer, count=8):
    """Probe a run, half of it on disk and half in a batch of its own."""
    for step in range(count):
        writer.probes.add(
            "norm", step, step / 2, np.full((2, 3), step), ("side", "place"), {"side": ["a", "b"]}
        )
        if step == count // 2:
            writer.probes.flush()
    writer.probes.flush()


def test_probes_of_a_live_run_and_of_one_that_ended_are_the_same(live):
    probed(live)
    alive = open_run(live.path)["probe/norm"].to_dataset().load()
    live.finish("finished")
    ended = open_run(live.path)["probe/norm"].to_dataset()
    assert alive.identical(ended.load())
    assert ended.norm.dims == ("step", "side", "place")
    assert ended.norm.sel(side="b", step=[6, 2], place=slice(1)).values.tolist() == [[6], [2]]
    with xr.open_datatree(live.path / "probes.h5", engine="h5netcdf") as file:
        assert file["probe/norm"].to_dataset().load().identical(ended.load())


def forbidden(*words):
    """Stand for a read that must not happen."""
    raise AssertionError("something was read")


def test_showing_a_tree_reads_nothing(live, monkeypatch):
    probed(live)
    tree = open_run(live.path)
    monkeypatch.setattr("grokscope.store.checkpoints.trajectory.Trajectory.read", forbidden)
    monkeypatch.setattr("grokscope.store.probes.reading.StoredProbe.read", forbidden)
    shown = repr(tree) + tree._repr_html_() + repr(tree["trajectory"].w_in)
    assert "w_in" in shown
    assert "norm" in shown
    assert tree["trajectory"].w_in.isel(checkpoint=3).shape == (5, 4)


def test_an_open_run_survives_the_writer_that_moves_its_files(live):
    probed(live)
    tree = open_run(live.path)
    live.finish("finished")
    assert tree["trajectory/w_in"][5, 0, 0] == row(5)[0]
    assert tree["probe/norm/norm"].sel(step=7, side="a").values.tolist() == [7, 7, 7]


def test_a_tree_goes_to_another_process(live):
    probed(live)
    live.finish("finished")
    sent = pickle.dumps(open_run(live.path))
    assert len(sent) < 100_000
    program = (
        "import pickle, sys; tree = pickle.load(sys.stdin.buffer);"
        "print(float(tree['trajectory/w_in'][3, 1, 2]), float(tree['probe/norm/norm'].sum()))"
    )
    done = subprocess.run([sys.executable, "-c", program], input=sent, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode() == f"{float(row(3)[6])} {6.0 * sum(range(8))}\n"


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        ({"checkpoint": 16}, (16, 16, 16, 16, 6)),
        (20, (20, 20, 20, 10)),
        ("auto", (70,)),
        ({"side": 1}, (70,)),
    ],
)
def test_chunks_give_dask_arrays_of_the_same_values(live, chunks, expected):
    probed(live)
    live.finish("finished")
    tree = open_run(live.path, chunks=chunks)
    weight = tree["trajectory"].w_in
    assert weight.chunks[0] == expected
    assert weight.isel(input=0).mean().compute(scheduler="threads") == pytest.approx(
        float(np.mean([row(step)[:4] for step in range(70)])), rel=1e-5
    )
    assert tree["metrics"].test_accuracy.chunks is None
    xr.testing.assert_identical(weight.compute(), open_run(live.path)["trajectory"].w_in)


@pytest.mark.slow
def test_processes_of_dask_read_their_own_chunks(live):
    live.finish("finished")
    weight = open_run(live.path, chunks={"checkpoint": 16})["trajectory"].w_in
    total = weight.sum().compute(scheduler="processes")
    assert total == pytest.approx(float(weight.load().sum()), rel=1e-5)


def test_chunks_of_a_dimension_that_is_not_there_are_refused(live):
    with pytest.raises(UnknownName, match="no dimension 'chekpoint' to chunk, did you mean 'check"):
        open_run(live.path, chunks={"chekpoint": 1})


def test_without_dask_chunks_are_refused_and_the_rest_works(live, monkeypatch):
    monkeypatch.setattr("grokscope.store.api.tree.find_spec", lambda name: None)
    with pytest.raises(MissingPackage, match=r"needs dask, .* pip install 'grokscope\[dask\]'"):
        open_run(live.path, chunks=8)
    assert open_run(live.path)["trajectory"].w_in.shape == (64, 5, 4)


def test_a_run_opens_by_its_entry_in_a_listing(live, store):
    assert open_run(Catalogue(store).refresh()[0]).name == "run"


def test_a_run_without_checkpoints_has_no_trajectory(begin):
    writer = begin()
    train(writer, 0, 3, checkpoints=False)
    assert "trajectory" not in open_run(writer.path).children


def test_a_measure_is_stored_and_opens_as_it_was(live):
    live.finish("finished")
    time = np.arange(3)
    coords = {"checkpoint": time, "epoch": ("checkpoint", time / 2), "mode": ["a", "b"]}
    attrs = {"long_name": "speed", "units": "1", "n": np.int64(3), "pair": (1.5, 2.5)}
    array = xr.DataArray(
        np.ones((3, 2), np.float32), coords, ("checkpoint", "mode"), "speed", attrs
    )
    write_analysis(live.path, "speed.n256", to_group(array))
    found = open_run(live.path)["analysis/speed.n256/speed"]
    xr.testing.assert_equal(found, array)
    assert found.attrs == {"long_name": "speed", "units": "1", "n": 3, "pair": [1.5, 2.5]}


def test_types_that_cannot_be_stored_are_widened_or_refused():
    whole = xr.Dataset({"flag": ("x", [True, False]), "small": ("x", np.zeros(2, np.int16))})
    group = to_group(whole)
    assert group.variables["flag"].data.dtype == np.uint8
    assert group.variables["small"].data.dtype == np.int64
    assert dataset(group).small.dims == ("x",)
    with pytest.raises(ValueError, match="complex64 cannot be stored"):
        to_group(xr.DataArray(np.zeros(2, np.complex64), dims="x", name="z"))
    with pytest.raises(ValueError, match="without a name"):
        to_group(xr.DataArray([1.0]))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((None,), "run is None; a selector, a run's directory"),
        ((5,), r"run is 5 \(int\); a selector"),
        (("@last", 5), r"store is 5 \(int\); a path"),
    ],
)
def test_what_names_no_run_is_refused_by_name(arguments, told):
    with pytest.raises(BadArgument, match=f"^{told}"):
        open_run(*arguments)
