import json
import math

import numpy as np
import pytest

from grokscope.store import open_run
from grokscope.store.catalogue import Catalogue
from grokscope.store.query import find_run
from grokscope.store.reader import read_config
from grokscope.store.recorder import Recorder, layout_of, parameters
from grokscope.store.trajectory import open_trajectory


def weights(step):
    return {"0.weight": np.full((3, 4), step, np.float64), "steps": np.array(step)}


def record(store, stop=100, fail=None, **options):
    options = {"chance": 1 / 113, "n_test": 3831, "config": {"optimizer": {"lr": 1e-3}}} | options
    with Recorder("my-run", store=store, **options) as recorder:
        for step in range(stop):
            train, test = min(1, step / 20), min(1, step / 60)
            recorder.log(step, epoch=step / 2, train_accuracy=train, test_accuracy=test)
            if step % 10 == 0:
                recorder.checkpoint(weights(step))
        if fail is not None:
            raise fail
    return recorder


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
        with pytest.raises(ValueError, match="where the first one held"):
            recorder.checkpoint({"w": np.zeros(4)}, step=1)


def test_nothing_to_checkpoint_is_refused():
    with pytest.raises(ValueError, match="no floating-point parameters"):
        layout_of(parameters({"steps": np.array(3)}))


def test_a_module_is_taken_by_its_state():
    class Tensor:
        def __init__(self, values, floating):
            self.values, self.floating = values, floating

        def is_floating_point(self):
            return self.floating

        def detach(self):
            return self

        cpu = float = detach

        def numpy(self):
            return self.values

    class Module:
        def state_dict(self):
            return {"w": Tensor(np.ones(2, np.float32), True), "n": Tensor(np.array(3), False)}

    assert {k: v.tolist() for k, v in parameters(Module()).items()} == {"w": [1, 1]}


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
        ({"step": 1, "a/b": 1, "a.b": 1}, "two metrics at step 1 would be stored under one name"),
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
