import json
import math

import numpy as np
import pytest
import xarray as xr

from grokscope.errors import RunHeld
from grokscope.store import open_run
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.curves.reader import read_config
from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.query import find_run
from grokscope.store.recording.recorder import Recorder
from tests.store.recording.conftest import record, weights


def test_a_loop_of_ones_own_is_listed_with_its_times(store):
    recorder = record(store, seed=4)
    (found,) = Catalogue(store).refresh()
    assert found.id == recorder.id
    assert found.id.startswith("my-run-s4-")
    assert (found.status, found.seed, found.task) == ("finished", 4, "own")
    told = found.as_json()
    assert (told["t_train"], told["t_test"], told["regime"]) == (9.5, 28.5, "grokking")
    assert found.config["optimizer.lr"] == 1e-3


def test_its_checkpoints_read_back_with_axes_named_after_the_tensor(store):
    recorder = record(store)
    trajectory = open_trajectory(recorder.path)
    assert trajectory.checkpoints.tolist() == list(range(0, 100, 10))
    assert trajectory.epoch.tolist() == [5.0 * i for i in range(10)]
    tree = open_run(recorder.path)
    assert tree["trajectory/0.weight"].dims == ("checkpoint", "0.weight__0", "0.weight__1")
    assert tree["trajectory/0.weight"][3, 0, 0] == 30


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (ValueError("lost\nit"), "failed", "ValueError: lost"),
        (KeyboardInterrupt(), "interrupted", "interrupted"),
    ],
)
def test_a_block_that_raises_leaves_its_reason(store, error, status, reason):
    with pytest.raises(type(error)):
        record(store, stop=30, fail=error)
    found = find_run(store, "@last")
    assert (found.status, found.reason) == (status, reason)


def test_the_same_again_is_a_second_run(store):
    first, second = record(store, 3), record(store, 3)
    assert second.id == f"{first.id}-2"


def test_times_can_be_told_in_steps(store):
    recorder = record(store, time_unit="step")
    assert find_run(store, recorder.id).outcome.t_test == 57


def test_values_of_any_numeric_kind_are_recorded(store):
    with Recorder("r", store=store) as recorder:
        recorder.log(0, train_loss=np.float32(0.5), own=np.array(2), more=True)
    assert find_run(store, "r").metrics["own"].last == 2


def test_another_shape_than_the_first_is_refused(store):
    with Recorder("r", store=store) as recorder:
        recorder.log(0, train_loss=1)
        recorder.checkpoint({"w": np.zeros(3)})
        with pytest.raises(
            ValueError,
            match=r"'w' is of shape \(4,\); at the first checkpoint it was of shape \(3,\)",
        ):
            recorder.checkpoint({"w": np.zeros(4)}, step=1)


def test_a_metric_with_a_slash_in_its_name_is_published(store):
    with Recorder("r", store=store) as recorder:
        recorder.log(0, **{"loss/train": 0.5})
    assert open_run(recorder.path)["metrics/loss.train"].values.tolist() == [0.5]
    assert find_run(store, "r").metrics["loss.train"].last == 0.5


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ({"step": 1, "wall_time": 3}, "'wall_time' cannot name a metric"),
        ({"step": 1, "epoch": math.nan, "a": 1}, "epoch nan at step 1; an epoch is a finite"),
        ({"step": 1, "epoch": 10**400, "a": 1}, "epoch at step 1 is larger than any float"),
        ({"step": 1, "a": 10**400}, "a is larger than any float"),
        ({"step": 1, "a/b": 1, "a.b": 1}, "two metrics of one evaluation would both be stored as"),
        ({"step": 10**30}, r"step 10{30}; a step is from 0 to 9"),
        ({"step": -1}, "step -1; a step is from 0"),
        ({"step": math.inf}, "step inf; a step is from 0"),
        ({"step": 0, "a": 1}, "evaluation at step 0 after one at step 0"),
    ],
)
def test_what_cannot_be_recorded_is_refused_at_the_call_and_costs_nothing(store, call, told):
    with Recorder("r", store=store) as recorder:
        recorder.log(0, a=1)
        with pytest.raises(ValueError, match=told):
            recorder.log(**call)
        recorder.checkpoint(weights(0))
        recorder.log(5, a=math.nan, b=math.inf)
    assert open_run(recorder.path)["metrics/step"].values.tolist() == [0, 5]
    assert open_trajectory(recorder.path).checkpoints.tolist() == [0]


def test_a_configuration_of_any_numbers_is_kept(store):
    settings = {"clip": float("inf"), "n": 10**400, "model": {"init_scale": "big"}}
    with Recorder("r", store=store, config=settings, total_epochs=math.inf) as recorder:
        recorder.log(0, a=1)
        recorder._writer._presence.sum_up("running")
    found = find_run(store, "r")
    assert (found.config["clip"], found.config["n"]) == ("inf", 10**400)
    assert found.total_epochs is None
    assert read_config(recorder.path)["clip"] == "inf"
    assert found.as_json()["init_scale"] == "big"
    json.dumps(found.as_json(), allow_nan=False)


def test_a_seed_that_no_file_holds_is_refused(store):
    with pytest.raises(ValueError, match="attribute seed is a whole number of more than 64 bits"):
        Recorder("r", store=store, seed=2**70)
    assert list(store.iterdir()) == []


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("epoch",), "parameter 'epoch': that name stands for something else"),
        (("digest",), "parameter 'digest': that name"),
        (("w", "w__0"), "'w__0' names an axis and something else as well"),
        (("a\n",), "cannot name a parameter"),
        (("..",), "cannot name a parameter"),
        (("a/b", "a.b"), "two parameters would be stored as 'a.b'"),
    ],
)
def test_parameters_whose_names_clash_are_refused(store, names, told):
    with Recorder("r", store=store) as recorder:
        recorder.log(0, a=1)
        with pytest.raises(ValueError, match=told):
            recorder.checkpoint({name: np.zeros(3) for name in names})
        recorder.log(1, a=1)
    assert find_run(store, "r").step == 1


def test_probes_are_arrays_of_the_run(store):
    with Recorder("r", store=store, time_unit="step") as recorder:
        for step in range(0, 6, 2):
            recorder.log(step, a=1)
            recorder.probe(
                "block/norm", np.full(2, step), ("side",), {"side": ["in", "out"]}, "norm"
            )
        recorder.probe("late", 3.5, step=5, units="s")
    tree = open_run(recorder.path)
    norm = tree["probe/block.norm/block.norm"]
    assert norm.sel(side="out").values.tolist() == [0, 2, 4]
    assert norm.epoch.values.tolist() == [0, 2, 4]
    assert norm.attrs == {"long_name": "norm", "units": "1"}
    late = tree["probe/late/late"]
    assert (late.step.values.tolist(), late.values.tolist()) == ([5], [3.5])
    assert late.attrs["units"] == "s"
    assert not list(recorder.path.glob("probes/*"))


def test_types_and_ties_are_told(store):
    shared = np.ones((2, 2), np.float16)
    with Recorder("r", store=store) as recorder:
        recorder.log(0, a=1)
        recorder.checkpoint({"embed": shared, "head": shared, "wide": np.ones(2)})
        recorder.probe("half", shared)
    tree = open_run(recorder.path)
    assert list(tree["trajectory"].data_vars) == ["embed", "wide"]
    assert tree["trajectory/embed"].attrs["torch_dtype"] == "float16"
    assert tree["trajectory/wide"].attrs["torch_dtype"] == "float64"
    assert json.loads(tree.attrs["tied_parameters"]) == {"head": "embed"}
    assert tree["probe/half/half"].attrs["torch_dtype"] == "float16"


def walk(store, steps, fail_at=None, **options):
    """Walk, and save every fifth step; return the recorder."""
    with Recorder("walk", store=store, time_unit="step", resume=True, **options) as recorder:
        state = recorder.state or {"weight": np.zeros(2), "drawn": 0}
        weight, drawn = state["weight"], state["drawn"]
        for step in range(recorder.start, steps):
            if step == fail_at:
                raise OverflowError("lost")
            weight, drawn = weight + step, drawn + 1
            recorder.log(step, weight_norm=np.linalg.norm(weight))
            recorder.checkpoint({"weight": weight})
            recorder.probe("weight", weight)
            if step % 5 == 4:
                recorder.save_resume(step, weight=weight, drawn=drawn)
    return recorder


def test_a_loop_goes_on_where_it_was_saved(store, tmp_path):
    with pytest.raises(OverflowError):
        walk(store, 20, fail_at=13)
    resumed, whole = walk(store, 20), walk(tmp_path / "other", 20)
    assert (resumed.start, resumed.state["drawn"]) == (10, 10)
    assert resumed.id == whole.id
    one, other = open_run(resumed.path), open_run(whole.path)
    for name in ("metrics", "trajectory", "probe/weight"):
        xr.testing.assert_equal(
            one[name].to_dataset().drop_vars("wall_time", errors="ignore").load(),
            other[name].to_dataset().drop_vars("wall_time", errors="ignore").load(),
        )
    assert find_run(store, resumed.id).status == "finished"


def test_a_run_that_was_never_saved_stays_and_another_begins(store):
    with pytest.raises(OverflowError):
        walk(store, 9, fail_at=3)
    first = find_run(store, "@last").id
    again = walk(store, 9)
    assert (again.id, open_run(store / first)["metrics"].sizes["step"]) == (f"{first}-2", 3)
    assert (again.start, again.state) == (0, None)
    assert open_run(again.path)["metrics/step"].values.tolist() == list(range(9))


def test_the_newest_of_several_attempts_goes_on(store):
    walk(store, 5)
    with Recorder("walk", store=store, time_unit="step") as recorder:
        recorder.log(0, a=1)
        recorder.save_resume(0)
    again = walk(store, 3)
    assert (recorder.id, again.id) == (again.id, recorder.id)
    assert again.start == 1


def test_a_run_that_is_being_written_does_not_go_on(store):
    with Recorder("walk", store=store) as recorder:
        recorder.log(0, a=1)
        with pytest.raises(RunHeld):
            walk(store, 3)


def test_names_that_are_stored_otherwise_stand_in_an_attribute(store):
    with Recorder("r", store=store) as recorder:
        recorder.log(0, **{"loss/train": 1, "plain": 2})
        recorder.checkpoint({"block/w": np.ones(2)})
        recorder.log(1, **{"loss/test": 1})
        with pytest.raises(ValueError, match=r"metric 'loss\.train' would be stored"):
            recorder.log(2, **{"loss.train": 1})
    attrs = open_run(recorder.path).attrs
    assert json.loads(attrs["metric_names"]) == {
        "loss.train": "loss/train", "loss.test": "loss/test",
    }  # fmt: skip
    assert json.loads(attrs["parameter_names"]) == {"block.w": "block/w"}


def test_arrays_that_checkpoints_leave_out_are_named_once(store):
    model = {"w": np.ones(2), "index": np.arange(3)}
    with Recorder("r", store=store) as recorder:
        with pytest.warns(UserWarning, match=r"checkpoints leave out 'index' \(int64\)") as told:
            recorder.checkpoint(model, step=0)
        assert told[0].filename == __file__
        recorder.checkpoint(model, step=1)
    assert list(open_run(recorder.path)["trajectory"].data_vars) == ["w"]


@pytest.mark.parametrize("step", [1.5, "1", -1, 2**70])
def test_what_is_no_step_is_refused_wherever_one_is_told(store, step):
    with Recorder("r", store=store) as recorder:
        for call in (
            lambda: recorder.log(step, a=1),
            lambda: recorder.checkpoint({"w": np.ones(2)}, step=step),
            lambda: recorder.probe("p", np.ones(2), step=step),
            lambda: recorder.save_resume(step),
        ):
            with pytest.raises(ValueError, match=r"a step is from 0 to .*, a whole number"):
                call()
        recorder.log(np.int64(3), a=1)
    assert find_run(store, "r").step == 3
