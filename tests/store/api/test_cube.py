import numpy as np
import pytest
import xarray as xr

from grokscope.errors import (
    BadArgument,
    BadQuery,
    DifferentShapes,
    MissingData,
    NotARun,
    UnknownName,
)
from grokscope.store.api.cube import open_runs
from grokscope.store.api.tree import open_run, to_group
from grokscope.store.checkpoints import trajectory as reading
from grokscope.store.curves.analysis import write_analysis
from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.recording.recorder import Recorder

LATE = {1.0: 20, 10.0: 50}


def record(store, scale, seed, steps=range(61), hidden=4, **metrics):
    """Record a run that fits at step 10 and generalises the later the greater its scale."""
    config = {"model": {"name": "mlp", "init_scale": scale}, "p": 113}
    with Recorder(
        "demo", store=store, seed=seed, config=config, time_unit="step", chance=0.1, n_test=100
    ) as rec:
        for step in steps:
            train, test = float(step >= 10), float(step >= LATE[scale])
            rec.log(step, train_accuracy=train, test_accuracy=test, own=step * scale, **metrics)
            if step % 10 == 0:
                rec.checkpoint({"w": np.full((3, hidden), scale + step)})
                rec.probe("norm", np.full(2, seed + step), ("side",))
    return rec.path


@pytest.fixture
def runs(store):
    """Four runs: two scales with two seeds each, of which one is shorter."""
    return [
        record(store, 1.0, 0),
        record(store, 1.0, 1, steps=range(0, 61, 2)),
        record(store, 10.0, 0),
        record(store, 10.0, 1),
    ]


def test_curves_of_several_runs_are_one_array_each(runs, store):
    cube = open_runs("demo", store)
    assert dict(cube.sizes) == {"run": 4, "step": 61}
    assert cube.run.values.tolist() == [path.name for path in reversed(runs)]
    assert cube.init_scale.values.tolist() == [10, 10, 1, 1]
    assert cube.seed.values.tolist() == [1, 0, 1, 0]
    assert cube.regime.values.tolist() == ["grokking"] * 2 + ["steady"] * 2
    assert cube.t_grok.values.tolist() == [40, 40, 10, 10]
    assert cube.status.values.tolist() == ["finished"] * 4
    assert set(cube.data_vars) == {"train_accuracy", "test_accuracy", "own"}
    assert cube.test_accuracy.attrs["long_name"] == "test accuracy"
    assert all({"long_name", "units"} <= cube[name].attrs.keys() for name in cube.variables)


def test_every_value_is_that_of_its_run(runs, store):
    cube = open_runs("demo", store)
    for path in runs:
        own = open_run(path)["metrics"].to_dataset()
        mine = cube.sel(run=path.name)
        for name in own.variables:
            xr.testing.assert_equal(
                mine[name].sel(step=own.step).drop_vars(list(mine.coords)),
                own[name].drop_vars(list(own.coords)),
            )


def test_the_usual_questions_have_one_line_answers(runs, store):
    cube = open_runs("demo", store)
    means = cube.groupby("init_scale").mean("run")
    assert means.own.sel(init_scale=10, step=7) == 70
    grokked = cube.where(cube.regime == "grokking", drop=True)
    assert grokked.run.values.tolist() == [runs[3].name, runs[2].name]
    assert grokked.t_test.values.tolist() == [50, 50]
    assert cube.sel(run=runs[0].name, step=slice(20, 22)).test_accuracy.values.tolist() == [1] * 3
    assert cube.sortby("init_scale").init_scale.values.tolist() == [1, 1, 10, 10]


def test_steps_are_joined_as_told(runs, store):
    outer, inner = (open_runs("demo", store, join=join) for join in ("outer", "inner"))
    assert outer.sizes["step"] == 61
    assert np.isnan(outer.own.sel(run=runs[1].name, step=1))
    assert inner.step.values.tolist() == list(range(0, 61, 2))
    assert not inner.own.isnull().any()
    with pytest.raises(UnknownName, match="join='left'; 'outer' and 'inner' are known"):
        open_runs("demo", store, join="left")


def test_runs_are_named_in_any_way_and_counted_once(runs, store):
    listed = Catalogue(store).refresh()
    cube = open_runs([runs[2], listed[0], runs[0].name, str(runs[2])], store)
    assert cube.run.values.tolist() == [runs[2].name, runs[3].name, runs[0].name]
    assert open_runs(runs[1], store).run.values.tolist() == [runs[1].name]
    assert open_runs("init_scale>=3 and seed=1", store).run.values.tolist() == [runs[3].name]


def test_no_run_is_told(runs, store):
    with pytest.raises(NotARun, match="no run given"):
        open_runs([], store)
    with pytest.raises(NotARun, match="fits 'seed=7'"):
        open_runs("seed=7", store)
    with pytest.raises(BadQuery):
        open_runs("seed=", store)
    with pytest.raises(NotARun, match="no run 'walk'"):
        open_runs(["walk"], store)


def test_attributes_are_those_that_all_runs_agree_on(runs, store):
    attrs = open_runs("demo", store).attrs
    assert (attrs["name"], attrs["time_unit"]) == ("demo", "step")
    assert "run_id" not in attrs
    assert open_runs([runs[0]], store).attrs["run_id"] == runs[0].name


def test_only_the_variables_that_were_asked_for(runs, store):
    cube = open_runs("demo", store, variables="own")
    assert list(cube.data_vars) == ["own"]
    assert {"epoch", "wall_time", "init_scale"} <= set(cube.coords)
    with pytest.raises(UnknownName, match="no run here has 'owm', did you mean 'own'"):
        open_runs("demo", store, variables=["own", "owm"])


def test_a_metric_that_one_run_lacks_is_missing_there(runs, store):
    other = record(store, 1.0, 2, extra=3.0)
    cube = open_runs("demo", store)
    assert cube.extra.sel(run=other.name).max() == 3
    assert cube.extra.sel(run=runs[0].name).isnull().all()


def test_parameters_are_read_when_they_are_used_and_only_those(runs, store, monkeypatch):
    read = []
    real = reading.Trajectory.read

    def watched(self, name, key=()):
        read.append((self.run.name, name))
        return real(self, name, key)

    monkeypatch.setattr(reading.Trajectory, "read", watched)
    cube = open_runs("demo", store, group="trajectory")
    repr(cube)
    grokked = cube.w.isel(run=cube.regime.values == "grokking")
    assert read == []
    assert cube.w.dims == ("run", "checkpoint", "w__0", "w__1")
    found = grokked.isel(w__0=0, w__1=1).sel(checkpoint=[0, 40])
    assert found.values.tolist() == [[10, 50], [10, 50]]
    assert {name for name, _ in read} == {runs[2].name, runs[3].name}
    assert cube.w.sel(run=runs[1].name, checkpoint=30).values.tolist() == [[31.0] * 4] * 3
    assert cube.digest.dims == ("run", "checkpoint")


def test_probes_make_a_cube_too(runs, store):
    cube = open_runs("demo", store, group="probe/norm")
    assert cube.norm.dims == ("run", "step", "side")
    assert cube.norm.sel(run=runs[3].name, step=20, side=0) == 21


def test_events_lie_beside_each_other(runs, store):
    events = open_runs("demo", store, group="events")
    assert events.t_test.dims == ("run", "rule")
    assert events.t_test.sel(rule="ceiling").values.tolist() == [50, 50, 20, 20]
    assert events.regime.sel(rule="ceiling").values.tolist() == ["grokking"] * 2 + ["steady"] * 2


def speed(path, key, factor=1.0):
    steps = open_run(path)["trajectory"].checkpoint.values
    coords = {"checkpoint": steps, "epoch": ("checkpoint", steps / 2)}
    attrs = {"long_name": "speed", "units": "1", "references": "here"}
    array = xr.DataArray(factor * steps, coords, ("checkpoint",), "fisher_speed", attrs)
    write_analysis(path, key, to_group(array))


def test_a_measure_goes_by_its_name_where_one_variant_is_stored(runs, store):
    for path in runs:
        speed(path, "fisher_speed.output.n256")
    for name in ("fisher_speed", "fisher_speed.output", "fisher_speed.output.n256"):
        cube = open_runs("demo", store, group=f"analysis/{name}")
        assert dict(cube.sizes) == {"run": 4, "checkpoint": 7}
        assert cube.fisher_speed.sel(checkpoint=30).values.tolist() == [30] * 4
        assert cube.epoch.dims == ("run", "checkpoint")
    speed(runs[0], "fisher_speed.model.n256")
    with pytest.raises(UnknownName, match=r"stored in 2 variants: fisher_speed.model.n256, fisher"):
        open_runs("demo", store, group="analysis/fisher_speed")


def test_a_measure_that_a_run_lacks_is_missing_or_the_run_left_out_as_joined(runs, store):
    speed(runs[0], "fisher_speed")
    cube = open_runs("demo", store, group="analysis/fisher_speed")
    assert cube.fisher_speed.isel(run=0).isnull().all()
    assert cube.fisher_speed.sel(run=runs[0].name, checkpoint=20) == 20
    told = "3 of 4 runs have no 'analysis/fisher_speed' and are left out; join='outer' gives NaN"
    with pytest.warns(UserWarning, match=told) as warned:
        cube = open_runs("demo", store, group="analysis/fisher_speed", join="inner")
    assert (len(warned), warned[0].filename) == (1, __file__)
    assert cube.run.values.tolist() == [runs[0].name]
    assert not cube.fisher_speed.isnull().any()
    with pytest.raises(MissingData, match="measure 'fisher_sped', did you mean 'fisher_speed'"):
        open_runs("demo", store, group="analysis/fisher_sped")
    with pytest.raises(MissingData, match="none of 4 runs has 'probe/other'"):
        open_runs("demo", store, group="probe/other")


def test_networks_of_other_shapes_are_refused(runs, store):
    wide = record(store, 1.0, 3, hidden=5)
    with pytest.raises(DifferentShapes, match=rf"w is .*'w__1': 5.* run '{wide.name}', .*4"):
        open_runs("demo", store, group="trajectory")


def test_chunks_give_dask_arrays_run_by_run(runs, store):
    cube = open_runs("demo", store, group="trajectory", chunks={"run": 1, "checkpoint": -1})
    assert cube.w.chunks == ((1,) * 4, (7,), (3,), (4,))
    plain = open_runs("demo", store, group="trajectory")
    xr.testing.assert_identical(cube.compute(scheduler="threads"), plain.load())
    with pytest.raises(UnknownName, match="no dimension 'runs' to chunk, did you mean 'run'"):
        open_runs("demo", store, chunks={"runs": 1})


def test_a_cube_can_be_written_and_opened_again(runs, store, tmp_path):
    cube = open_runs("demo", store)
    cube.to_netcdf(tmp_path / "cube.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "cube.nc", engine="h5netcdf") as again:
        xr.testing.assert_equal(again.load(), cube)


def test_a_run_that_goes_on_is_in_the_cube_as_it_stands(begin, store):
    writer = begin("alive")
    for step in range(5):
        writer.log(step, step / 2, {"train_loss": step})
    cube = open_runs(["alive"], store)
    assert cube.train_loss.values.tolist() == [[0, 1, 2, 3, 4]]
    assert cube.status.values.tolist() in (["running"], ["queued"])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((5,), r"runs is 5 \(int\); a query"),
        ((None,), "runs is None; a query"),
        (([None, "@last"],), "runs holds None; a selector"),
        (("", 5), r"store is 5 \(int\); a path"),
    ],
)
def test_what_names_no_runs_is_refused_by_name(store, arguments, told):
    with pytest.raises(BadArgument, match=f"^{told}"):
        open_runs(*arguments)
