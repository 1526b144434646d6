import shutil

import h5py
import numpy as np
import pytest

from grokscope.errors import NotARun, Unreadable
from grokscope.store.curves.analysis import write_analysis
from grokscope.store.curves.reader import (
    joined,
    read_analyses,
    read_attrs,
    read_config,
    read_metrics,
)
from grokscope.store.hdf5 import groups
from grokscope.store.hdf5.groups import write_group
from grokscope.store.schema import Group, Variable
from grokscope.store.wal import Row
from tests.store.conftest import CONFIG, train


def test_a_live_run_shows_every_row_that_was_acknowledged(begin):
    writer = begin()
    train(writer, 0, 30)
    writer._presence.publish("running")
    train(writer, 30, 50)
    metrics = read_metrics(writer.path)
    np.testing.assert_array_equal(metrics.step, np.arange(50))
    np.testing.assert_array_equal(metrics.epoch, np.arange(50))
    assert metrics.curves["train_accuracy"].values[10] == 0.5
    assert (np.diff(metrics.wall_time) >= 0).all()


def test_rows_in_the_file_and_in_the_log_count_once(begin):
    writer = begin()
    train(writer, 0, 40)
    writer._presence.publish("running")
    assert read_metrics(writer.path).step.tolist() == list(range(40))
    log = writer.path / "live" / "metrics.wal"
    shutil.copy(log, log.with_suffix(".kept"))
    writer.finish("finished")
    assert not log.exists()
    log.parent.mkdir(exist_ok=True)
    shutil.move(log.with_suffix(".kept"), log)
    assert read_metrics(writer.path).step.tolist() == list(range(40))


def test_a_curve_that_appears_late_is_nan_before(begin):
    writer = begin()
    writer.log(0, 0, {"a": 1})
    writer._presence.publish("running")
    writer.log(1, 1, {"late": 2})
    curves = read_metrics(writer.path).curves
    np.testing.assert_array_equal(curves["late"].values, [np.nan, 2])
    np.testing.assert_array_equal(curves["a"].values, [1, np.nan])
    assert curves["late"].long_name == "late"


def test_a_run_that_recorded_nothing_has_no_curves(begin):
    metrics = read_metrics(begin().path)
    assert metrics.step.size == 0
    assert dict(metrics.curves) == {}


def test_configuration_and_attributes_read_back(begin):
    writer = begin(attrs={"device": "cpu"})
    assert read_config(writer.path) == CONFIG
    attrs = read_attrs(writer.path)
    assert (attrs["device"], attrs["task"], attrs["seed"]) == ("cpu", "modular_addition", 3)
    assert attrs["run_id"] == "run"


def test_a_truncated_run_is_unreadable_in_one_line(begin):
    path = begin().path / "run.h5"
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(Unreadable, match=r"^run/run\.h5 is .*truncated"):
        read_metrics(path.parent)


def measured() -> Group:
    return Group(
        {
            "checkpoint": Variable(("checkpoint",), np.array([0, 10, 20])),
            "epoch": Variable(("checkpoint",), np.array([0.0, 1.0, 2.0])),
            "speed": Variable(
                ("checkpoint",),
                np.array([3.0, 1.0, 2.0]),
                {"long_name": "Fisher speed", "units": "1", "references": "arXiv:2502.01739",
                 "coordinates": "epoch"},
            ),
        },
        {"measure": "speed", "version": 1},
    )  # fmt: skip


@pytest.mark.parametrize("live", [True, False])
def test_a_stored_measure_is_read_with_its_words(begin, live):
    writer = begin()
    train(writer, 0, 3)
    if not live:
        writer.finish("finished")
    write_analysis(writer.path, "speed.n256", measured())
    (found,) = read_analyses(writer.path).values()
    assert (found.key, found.title) == ("speed.n256", "Fisher speed")
    assert found.references == "arXiv:2502.01739"
    assert found.step.tolist() == [0, 10, 20]
    assert found.epoch.tolist() == [0, 1, 2]
    assert found.values.tolist() == [3, 1, 2]
    assert found.dims == ("checkpoint",)
    assert found.attrs["version"] == 1


def test_several_variables_of_a_measure_are_entries_of_their_own(begin):
    writer = begin()
    group = measured()
    more = Variable(("checkpoint", "mode"), np.ones((3, 2)), {"long_name": "modes"})
    write_analysis(writer.path, "s", Group(dict(group.variables) | {"modes": more}))
    assert sorted(read_analyses(writer.path)) == ["s/modes", "s/speed"]


@pytest.mark.parametrize("live", [True, False])
def test_large_arrays_can_be_told_without_being_read(begin, live, monkeypatch):
    writer = begin()
    group = measured()
    more = Variable(("checkpoint", "mode"), np.ones((3, 2)), {"long_name": "modes"})
    if not live:
        train(writer, 0, 3)
        writer.finish("finished")
    write_analysis(writer.path, "s", Group(dict(group.variables) | {"modes": more}))
    whole, read = read_analyses(writer.path), []
    values = groups.read_values
    monkeypatch.setattr(groups, "read_values", lambda one: read.append(one.ndim) or values(one))
    curves, words = (read_analyses(writer.path, max_ndim=most) for most in (1, 0))
    assert set(read) == {1}
    for found in (curves, words):
        assert [(a.key, a.title, a.dims) for a in found.values()] == [
            (a.key, a.title, a.dims) for a in whole.values()
        ]
        assert found["s/modes"].values.shape == (0, 0)
    assert curves["s/speed"].values.tolist() == [3, 1, 2]
    assert curves["s/speed"].step.tolist() == [0, 10, 20]
    assert words["s/speed"].values.size == 0


def test_a_damaged_measure_is_left_out(begin):
    writer = begin()
    (writer.path / "analysis" / "bad.h5").write_bytes(b"junk")
    assert read_analyses(writer.path) == {}


def test_no_text_of_a_stranger_steers_the_terminal(begin):
    writer = begin()
    train(writer, 0, 3)
    evil = "\x1b[2J\u202e"
    words = {"long_name": evil, "units": evil, "unit_label": evil, "references": evil}
    group = Group({"v": Variable(("step",), np.arange(3.0), words)}, {})
    writer.finish("finished")
    with h5py.File(writer.path / "run.h5", "r+") as file:
        file["metrics/train_accuracy"].attrs["long_name"] = evil
        write_group(file.create_group(f"analysis/{evil}"), group)
    (analysis,) = read_analyses(writer.path).values()
    told = [analysis.key, analysis.title, analysis.units, analysis.unit_label, analysis.references]
    assert told == ["·[2J·"] * 5
    assert read_metrics(writer.path).curves["train_accuracy"].long_name == "·[2J·"


def test_a_run_without_its_published_file_and_no_run_are_told_apart(store):
    (store / "empty").mkdir()
    for read in (read_metrics, read_analyses, read_attrs, read_config):
        with pytest.raises(Unreadable, match=r"^run 'empty' has no run\.h5$"):
            read(store / "empty")
        with pytest.raises(NotARun, match=r"^there is no run 'none' in"):
            read(store / "none")


STEPS = np.arange(3)
TIMES = {"step": STEPS, "epoch": STEPS / 2, "wall_time": STEPS / 4}


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"step": STEPS[::-1]}, "step"),
        ({"step": STEPS * 0}, "step"),
        ({"step": STEPS / 1}, "step"),
        ({"step": np.zeros((3, 1), np.int64)}, "step"),
        ({"epoch": STEPS[:2] / 2}, "epoch"),
        ({"wall_time": np.array(["a", "b", "c"], object)}, "wall_time"),
        ({"loss": np.zeros((3, 2))}, "loss"),
        ({"loss": np.zeros(4)}, "loss"),
        ({"loss": np.array(1.0)}, "loss"),
        ({"loss": np.array(["a", "b", "c"], object)}, "loss"),
        ({"..": np.zeros(3)}, ".."),
    ],
)
def test_what_are_no_curves_is_damage(wrong, named):
    whole = {**TIMES, "loss": np.zeros(3), **wrong}
    group = Group({name: Variable(("step",), data) for name, data in whole.items()})
    with pytest.raises(Unreadable, match=rf"run/run\.h5 is damaged: '{named}' is no curve"):
        joined(group, [], "run")


@pytest.mark.parametrize("missing", TIMES)
def test_curves_without_their_times_are_damage(missing):
    whole = {name: Variable(("step",), data) for name, data in TIMES.items() if name != missing}
    with pytest.raises(Unreadable, match=f"'{missing}' is no curve"):
        joined(Group(whole), [])


def test_rows_that_go_back_are_left_out():
    rows = [Row(step, step, 0.0, {"loss": float(step)}) for step in (5, 4, 5, 7, 6)]
    assert list(joined(Group({}), rows).step) == [5, 7]
