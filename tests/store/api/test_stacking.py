import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.errors import DifferentShapes
from grokscope.store.api.stacking import agreed, stack
from grokscope.store.api.unread import Labelled, Lazy

STEPS = st.lists(st.integers(0, 30), unique=True, max_size=8).map(sorted)


def curve(steps, offset=0.0):
    """Return a group of one curve whose value at step s is s + offset."""
    steps = np.array(steps, np.int64)
    return {
        "step": Labelled(("step",), steps, {"units": "1"}),
        "a": Labelled(("step",), steps + offset, {"long_name": "a", "n": len(steps)}),
    }


@given(each=st.lists(STEPS, min_size=1, max_size=4), join=st.sampled_from(["outer", "inner"]))
def test_steps_are_the_union_or_the_intersection_and_every_value_is_at_its_step(each, join):
    parts = [curve(steps, run / 10) for run, steps in enumerate(each)]
    found = stack(parts, [str(run) for run in range(len(each))], join)
    joined = set.union if join == "outer" else set.intersection
    wanted = sorted(joined(*map(set, each)))
    assert found["step"].data.tolist() == wanted
    assert found["a"].dims == ("run", "step")
    expected = [[s + run / 10 if s in own else np.nan for s in wanted]
                for run, own in enumerate(each)]  # fmt: skip
    np.testing.assert_array_equal(found["a"].data, np.reshape(expected, (len(each), len(wanted))))


def test_what_one_run_lacks_is_missing():
    parts = [curve([0, 1]), None, {"step": curve([1])["step"]}]
    found = stack(parts, ["x", "y", "z"], "outer")
    np.testing.assert_array_equal(found["a"].data, [[0, 1], [np.nan] * 2, [np.nan] * 2])


def test_text_and_whole_numbers_have_a_missing_value_too():
    def part(steps):
        text = np.array([f"d{step}" for step in steps], object)
        return {
            "checkpoint": Labelled(("checkpoint",), np.array(steps)),
            "digest": Labelled(("checkpoint",), text),
            "count": Labelled(("checkpoint",), np.array(steps)),
        }

    found = stack([part([0, 5]), part([5])], ["x", "y"], "outer")
    assert found["digest"].data.tolist() == [["d0", "d5"], ["", "d5"]]
    np.testing.assert_array_equal(found["count"].data, [[0, 5], [np.nan, 5]])
    assert stack([part([5]), part([5])], ["x", "y"], "outer")["count"].data.dtype == np.int64


def test_labels_of_other_axes_are_shared_and_must_agree():
    def part(rules):
        return {
            "rule": Labelled(("rule",), np.array(rules, object)),
            "t": Labelled(("rule",), np.arange(2.0)),
        }

    found = stack([part(["a", "b"])] * 2, ["x", "y"], "outer")
    assert (found["rule"].dims, found["t"].dims) == (("rule",), ("run", "rule"))
    with pytest.raises(DifferentShapes, match="runs 'x' and 'y' label 'rule' differently"):
        stack([part(["a", "b"]), part(["a", "c"])], ["x", "y"], "outer")


def test_runs_of_other_shapes_are_refused_naming_the_first_difference():
    def part(hidden):
        unread = Lazy(lambda key: np.zeros(1), (2, 3, hidden), np.dtype("f4"))
        return {
            "checkpoint": Labelled(("checkpoint",), np.arange(2)),
            "w": Labelled(("checkpoint", "input", "hidden"), unread),
        }

    told = r"w is {'input': 3, 'hidden': 4} in run 'x', {'input': 3, 'hidden': 5} in run 'z'"
    with pytest.raises(DifferentShapes, match=told):
        stack([part(4), None, part(5)], ["x", "y", "z"], "outer")


def test_time_need_not_be_the_first_axis_and_need_not_be():
    part = {
        "step": Labelled(("step",), np.arange(3)),
        "a": Labelled(("head", "step"), np.arange(6.0).reshape(2, 3)),
        "total": Labelled((), np.array(3.5)),
    }
    found = stack([part, part], ["x", "y"], "outer")
    assert found["a"].dims == ("run", "step", "head")
    assert found["a"].data[1, 2].tolist() == [2, 5]
    assert (found["total"].dims, found["total"].data.tolist()) == (("run",), [3.5, 3.5])


def test_attributes_are_those_that_agree():
    assert agreed([{"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4}]) == {"a": 1}
    assert stack([curve([0]), curve([0, 1])], ["x", "y"], "outer")["a"].attrs == {"long_name": "a"}
