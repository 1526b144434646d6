import numpy as np
import pytest

from grokscope.errors import UnknownName
from grokscope.store.api.contents import (
    analysis_keys,
    contents,
    held_contents,
    parameter_types,
)
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.curves.analysis import write_analysis
from grokscope.store.schema import Group, Variable
from tests.store.conftest import row, train

SPEED = Group({"speed": Variable((), np.array(3.0), {"long_name": "speed", "units": "1"})})


@pytest.fixture
def run(begin):
    """A live run that recorded everything there is."""
    writer = begin()
    train(writer, 0, 70)
    writer.probes.add("norm", 3, 1.5, np.ones(2))
    writer.probes.flush()
    write_analysis(writer.path, "speed.n256", SPEED)
    return writer


GROUPS = {
    "metrics": {"step", "epoch", "wall_time", "train_accuracy", "test_accuracy"},
    "trajectory": {"checkpoint", "epoch", "digest", "w_in", "b_in"},
    "probe/norm": {"step", "epoch", "norm"},
    "analysis/speed.n256": {"speed"},
}


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_is_the_same_while_a_run_lives_and_after(run, group):
    alive = contents(run.path, group)
    run.finish("finished")
    ended = contents(run.path, group)
    assert set(alive) == set(ended) == GROUPS[group]
    for name, one in ended.items():
        assert one.dims == alive[name].dims
        assert {"long_name", "units"} <= one.attrs.keys()


def test_events_are_those_of_the_summary(run):
    assert contents(run.path, "events") is None
    run.finish("finished")
    assert "t_test" in contents(run.path, "events")


def test_parameters_are_unread(run):
    weight = contents(run.path, "trajectory")["w_in"]
    assert weight.sizes == {"checkpoint": 64, "input": 5, "hidden": 4}
    np.testing.assert_array_equal(weight.data.take((5, slice(None), 2)), row(5)[2:20:4])


def test_checkpoints_in_memory_are_labelled_as_those_of_a_run(run):
    stored = contents(run.path, "trajectory")
    steps, epochs = stored["checkpoint"].data[:9], stored["epoch"].data[:9]
    rows = open_trajectory(run.path).rows(slice(0, 9))
    held = held_contents(open_trajectory(run.path).layout, steps, epochs, rows)
    assert held.keys() == stored.keys()
    for name, one in held.items():
        assert (one.dims, one.attrs) == (stored[name].dims, stored[name].attrs)
        whole = stored[name].data
        there = whole[:9] if isinstance(whole, np.ndarray) else whole.take((slice(0, 9),))
        np.testing.assert_array_equal(one.data, there)


@pytest.mark.parametrize("group", ["probe/other", "analysis/other"])
def test_what_a_run_did_not_record_is_none(run, group):
    assert contents(run.path, group) is None


def test_a_run_without_checkpoints_has_no_trajectory(begin):
    writer = begin()
    train(writer, 0, 3, checkpoints=False)
    assert contents(writer.path, "trajectory") is None


@pytest.mark.parametrize("group", ["metric", "analysis", "probe", "", "metrics/x"])
def test_a_group_that_no_run_has_is_refused(run, group):
    with pytest.raises(UnknownName, match=r"no group .*metrics, trajectory, events, analysis/KEY"):
        contents(run.path, group)


def test_measures_are_known_by_their_keys_wherever_they_lie(run):
    assert analysis_keys(run.path) == ["speed.n256"]
    run.finish("finished")
    write_analysis(run.path, "norm", SPEED)
    assert analysis_keys(run.path) == ["norm", "speed.n256"]


@pytest.mark.parametrize(
    ("told", "types"),
    [
        ('{"w":"bfloat16"}', {"w": "bfloat16"}),
        ('{"w":"\\u001b[31m"}', {"w": "·[31m"}),
        ("[1]", {}),
        ("{", {}),
    ],
)
def test_types_are_read_from_an_attribute_that_may_be_anything(told, types):
    assert parameter_types({"parameter_types": told}) == types
    assert parameter_types({}) == {}
