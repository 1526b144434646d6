import shutil

import h5py
import numpy as np
import pytest

from grokscope.events import Moment
from grokscope.store.curves.analysis import write_analysis
from grokscope.store.curves.reader import Analysis
from grokscope.store.schema import Group, Variable
from grokscope.tui.curves.book import Reader, of_analysis, titled
from tests.tui.conftest import SPEED, begin, record, speed_group


@pytest.fixture(scope="module")
def quantities(pair):
    return Reader(pair / "modadd-grok-s0").read(()).quantities


@pytest.fixture
def writer(tmp_path):
    writer = begin(tmp_path, "modadd-grok-s0", 10.0)
    yield writer
    writer.finish("interrupted")


def test_train_and_test_of_one_thing_are_one_quantity_accuracy_first(quantities):
    assert next(iter(quantities)) == "accuracy"
    assert [trace.label for trace in quantities["loss"].traces] == ["train", "test"]
    assert [trace.label for trace in quantities["weight_norm"].traces] == [""]


def test_titles_come_from_the_file_with_their_units(quantities):
    assert quantities["accuracy"].title == "Accuracy"
    assert quantities["loss"].title == "Loss, nat"
    assert quantities[SPEED].title == "Fisher speed, output/diagonal/test/f1/n256/s0"
    assert quantities[SPEED].word == "Fisher speed"
    assert titled("energy", "J", "") == "Energy, J"


def test_turning_points_are_those_stored_with_the_measure_whatever_its_name(quantities):
    assert quantities[SPEED].turns == (("min", Moment(2800, 20.0)), ("max", Moment(6580, 47.0)))
    attrs = {"moment_rank_drop_step": 5, "moment_rank_drop_epoch": 0.5}
    assert of_analysis(measure("effective_rank", **attrs)).turns == (("drop", Moment(5, 0.5)),)
    assert of_analysis(measure("fisher_speed.x")).turns == ()


def test_values_are_those_recorded_nearest_and_nan_outside(quantities):
    trace = quantities["accuracy"].traces[1]
    assert trace.at(58.2, "epoch") == trace.values[58]
    assert trace.at(58 * 140, "step") == trace.values[58]
    assert np.isnan(trace.at(300, "epoch"))


def measure(key, values=None, title="weight entropy", **attrs):
    values = np.ones(3) if values is None else values
    count = len(values)
    times = np.arange(count), np.arange(float(count))
    return Analysis(key, title, "1", "", "", *times, values, ("checkpoint",), attrs)


def test_a_title_without_its_variant_takes_it_from_the_key():
    assert of_analysis(measure("weight_entropy.layer.s0")).title == "Weight entropy, layer/s0"


def test_scale_and_bounds_come_from_the_file_and_else_from_habit():
    assert of_analysis(measure("fisher_speed")).log_y
    assert not of_analysis(measure("fisher_speed", scale="linear")).log_y
    assert of_analysis(measure("weight_entropy", scale="log")).log_y
    assert of_analysis(measure("cosine", bounds=[-1.0, 1.0])).bounds == (-1.0, 1.0)
    assert of_analysis(measure("cosine")).bounds is None


@pytest.mark.parametrize("bounds", [[0.0, np.inf], [1, 0], ["a", "b"], [1], 3, "low"])
def test_bounds_that_bound_nothing_are_none(bounds):
    assert of_analysis(measure("cosine", bounds=bounds)).bounds is None


def test_what_is_no_number_is_left_out_and_the_rest_is_read(pair, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(pair / "modadd-grok-s0", run)
    steps = Variable(("checkpoint",), np.arange(3, dtype=np.int64))
    for key, data in (("phase", np.array(["a", "b", "c"], object)), ("rank", np.arange(3))):
        variable = Variable(("checkpoint",), data, {"long_name": key, "units": "1"})
        epoch = Variable(("checkpoint",), np.arange(3.0))
        write_analysis(run, key, Group({"checkpoint": steps, "epoch": epoch, key: variable}))
    found = Reader(run).read(()).quantities
    assert "phase" not in found
    assert found["rank"].traces[0].values.tolist() == [0, 1, 2]
    assert "accuracy" in found


def test_a_run_that_grows_is_read_again_without_opening_its_file(writer, monkeypatch):
    record(writer, 14, 58, until=30)
    reader = Reader(writer.path)
    before = reader.read(()).quantities["accuracy"].traces[0].step.size
    writer.log(31 * 140, 31.0, {"test_accuracy": 0.5})
    opened = []
    with monkeypatch.context() as patched:
        patched.setattr(h5py.File, "__init__", lambda *args, **_: opened.append(args))
        again = reader.read(()).quantities["accuracy"].traces[0]
    assert (again.step.size, again.step[-1]) == (before + 1, 31 * 140)
    assert opened == []


def test_a_measure_stored_later_is_found(writer):
    record(writer, 14, 58)
    reader = Reader(writer.path)
    assert SPEED not in reader.read(()).quantities
    write_analysis(writer.path, SPEED, speed_group(20, 47))
    assert SPEED in reader.read(()).quantities


def test_of_arrays_along_more_than_time_no_value_is_read(writer, monkeypatch):
    from grokscope.store.hdf5 import groups

    read, values = [], groups.read_values
    power = Variable(("checkpoint", "frequency"), np.ones((200, 57)))
    speed = speed_group(20, 40)
    write_analysis(writer.path, "fourier_power", Group(dict(speed.variables) | {"power": power}))

    def spy(dataset, *key):
        read.append(dataset.ndim)
        return values(dataset, *key)

    monkeypatch.setattr(groups, "read_values", spy)
    found = Reader(writer.path).read(()).quantities
    assert "fourier_power/fisher_speed" in found
    assert "fourier_power/power" not in found
    assert set(read) == {1}
