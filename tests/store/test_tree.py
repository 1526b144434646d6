import numpy as np
import pytest
import xarray as xr

from grokscope.errors import NotARun
from grokscope.store import trajectory as reading
from grokscope.store.analysis import write_analysis
from grokscope.store.cube import open_runs
from grokscope.store.tree import dataset, open_run, to_group
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


@pytest.mark.parametrize(
    "key",
    [slice(None, None, -1), [3, 1, 1], slice(5, 50, 7), np.array([True] * 5 + [False] * 65), -1],
)
def test_any_indexing_gives_what_memory_would(live, key):
    live.finish("finished")
    lazy = open_run(live.path)["trajectory/b_in"]
    memory = np.stack([row(step)[20:] for step in range(70)])
    np.testing.assert_array_equal(lazy.isel(checkpoint=key, hidden=slice(1, 3)), memory[key, 1:3])


def test_a_run_without_checkpoints_has_no_trajectory(begin):
    writer = begin()
    train(writer, 0, 3, checkpoints=False)
    assert "trajectory" not in open_run(writer.path).children


def test_runs_of_unequal_length_make_one_cube(begin, store):
    for name, stop in (("a", 5), ("b", 3)):
        writer = begin(name)
        train(writer, 0, stop, checkpoints=False)
    cube = open_runs(["a", "b"], store)
    assert dict(cube.sizes) == {"run": 2, "step": 5}
    assert cube.run.values.tolist() == ["a", "b"]
    assert np.isnan(cube.train_accuracy.sel(run="b", step=4))
    assert cube.epoch.sel(run="a", step=4) == 4
    with pytest.raises(NotARun, match="no run given"):
        open_runs([], store)


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
