"""Axes: one grammar of values, for the command line and for files, and its mistakes."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.config import parse_axis
from grokscope.config.axes import MOST
from grokscope.errors import BadConfig


def values(text):
    """Return the values of an axis of one key."""
    return [value for (value,) in parse_axis(text).points]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("init_scale=0.1,1,10", [0.1, 1, 10]),
        ("seed=0:5", [0, 1, 2, 3, 4]),
        ("seed = 0:10:5, 40", [0, 5, 40]),
        ("seed=3:0:-1", [3, 2, 1]),
        ("lr=log(1e-4,1e-2,5)", [1e-4, 0.000316228, 1e-3, 0.00316228, 1e-2]),
        ("lr=log(1, 0.01, 3)", [1, 0.1, 0.01]),
        ("train_fraction=lin(0.3,0.7,5)", [0.3, 0.4, 0.5, 0.6, 0.7]),
        ("hidden=[64],[128,128]", [[64], [128, 128]]),
        ("activation=relu,'tanh'", ["relu", "tanh"]),
        ("name='a,b'", ["a,b"]),
        ("shuffle=true,false", [True, False]),
        ("weight_decay=0,log(0.1,1,2)", [0, 0.1, 1]),
    ],
)
def test_values_are_what_is_written(text, meant):
    assert values(text) == meant


def test_keys_of_one_axis_change_together():
    axis = parse_axis("lr,weight_decay=(1e-3,0.1), (1e-2,1)")
    assert (axis.keys, axis.points) == (("lr", "weight_decay"), ((1e-3, 0.1), (1e-2, 1)))


@given(st.floats(1e-6, 1e6), st.floats(1.01, 1e6), st.integers(2, 20))
def test_log_values_have_equal_ratios_and_the_ends_asked_for(first, factor, count):
    found = values(f"lr=log({first!r},{first * factor!r},{count})")
    assert (found[0], found[-1]) == pytest.approx((first, first * factor), rel=1e-5)
    ratios = [b / a for a, b in pairwise(found)]
    assert ratios == pytest.approx([factor ** (1 / (count - 1))] * (count - 1), rel=2e-5)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lr", "--sweep takes key=values, such as init_scale=0.1,1,10"),
        ("=1,2", "--sweep takes key=values"),
        ("lr,=1,2", "--sweep takes key=values"),
        ("lr=", "column 4: a value is missing"),
        ("lr=1,,2", "column 6: a value is missing"),
        ("lr=log(1e-4,1e-2)", r"column 4: log takes \(first, last, count\), got \(1e-4,1e-2\)"),
        ("lr=log(0,1,3)", "column 4: log needs ends greater than 0, got 0 and 1"),
        ("lr=log(1,2,1)", f"column 4: log makes 2 to {MOST} values, got 1"),
        ("lr=log(1,nan,3)", "column 4: log takes"),
        ("lr=1,exp(1,2,3)", r"column 6: no values exp\(...\); known: log, lin"),
        ("lr=(1,2", r"column 4: '\)' is missing"),
        ("lr=1),2", r"column 5: '\)' closes nothing"),
        ("lr=(1,2)", "column 4: a tuple needs as many keys"),
        ("lr,weight_decay=1,2", "column 17: 2 keys take tuples of 2 values, got '1'"),
        ("lr,weight_decay=(1,2),(3)", r"column 23: 2 keys take tuples of 2 values, got '\(3\)'"),
        ("lr,lr=(1,2)", "lr is given twice"),
        ("seed=0,1,0", "0 stands there twice"),
        ("lr=0.1:0.5", "column 4: '0.1:0.5' is no range; accepted: first:end"),
        ("seed=0-5", "column 6: '0-5' is no range, did you mean 0:5, which ends before 5"),
        ("seed=5:5", "column 6: '5:5' holds 0 numbers"),
        ("seed=0:9999999999", "holds 9999999999 numbers; 1 to 100000 are"),
        ("seed=0:5:0", "column 6: '0:5:0' is no range"),
    ],
)
def test_what_cannot_be_meant_is_pointed_at(text, message):
    with pytest.raises(BadConfig, match=message) as caught:
        parse_axis(text)
    assert "\n" not in str(caught.value)
