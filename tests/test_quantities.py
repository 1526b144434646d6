from types import SimpleNamespace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from grokscope.events import Moment
from grokscope.quantities import middle, quantities, quantity, regimes
from grokscope.store.listing.glance import Glance
from grokscope.store.listing.ranges import MetricRange


def run(regime=None, *, live=False, metrics=None, moments=None, **times):
    """A run as a listing shows it, its times as in `glance`."""
    if {"t_train", "t_test"} <= set(times):
        times["t_grok"] = times["t_test"] - times["t_train"]
    last = {name: MetricRange(value, value, value) for name, value in (metrics or {}).items()}
    return SimpleNamespace(
        live=live,
        time_unit="epoch",
        metrics=last,
        moments=moments or {},
        glance=Glance(regime=regime, **times),
    )


def test_the_commonest_regime_leads_and_undecided_runs_are_counted():
    words = ["steady", "grokking", None, "steady"]
    told = quantity([run(word) for word in words], "regime")
    assert regimes(told, np.arange(4)) == [("steady", 2), ("grokking", 1), ("", 1)]
    assert regimes(told, np.array([0, 1])) == [("grokking", 1), ("steady", 1)]


def middle_of(runs, name="t_test"):
    told = quantity(runs, name)
    found = middle(told, np.arange(len(runs)))
    return found.written(told), found.spread(told)


def test_a_median_with_its_spread():
    assert middle_of([run(t_test=time) for time in (58, 44, 47)]) == ("47", "44 to 58")
    assert middle_of([run(t_test=58)]) == ("58", "")
    assert middle_of([run(live=True)]) == ("–", "")


def test_a_time_never_reached_counts_as_the_latest():
    ended = run(ended=200)
    assert middle_of([run(t_test=58), run(t_test=60), ended]) == ("60", "58 to >200")
    assert middle_of([run(t_test=58), ended, ended]) == (">200", "58 to >200")
    assert middle_of([run(t_test=50), ended]) == (">125", "50 to >200")
    assert middle_of([ended, ended]) == (">200", "")
    assert middle_of([run(t_test=58), run(ended=30, live=True)]) == ("58", "")


def test_a_lag_is_open_only_where_the_training_set_was_learned():
    assert middle_of([run(t_train=12, ended=200)], "t_grok") == (">188", "")
    assert middle_of([run(ended=200)], "t_grok") == ("–", "")
    assert middle_of([run(t_train=12, t_test=57)], "t_grok") == ("45", "")


@given(st.lists(st.tuples(st.integers(1, 99), st.booleans()), min_size=1, max_size=9))
def test_a_median_is_never_more_than_with_any_later_times(times):
    """What is written as '>t' holds whenever the runs would have got there."""
    runs = [run(ended=time) if open_ else run(t_test=time) for time, open_ in times]
    told = middle(quantity(runs, "t_test"), np.arange(len(runs)))
    for later in (0, 1, 1000):
        truth = np.median([time + later * open_ for time, open_ in times])
        assert told.median <= truth
        assert told.beyond or told.median == truth


def test_last_values_and_turning_points_are_told_by_name():
    runs = [run(metrics={"weight_norm": 9.0}, moments={"speed_min": Moment(40, 4.0)}), run()]
    assert quantities(runs)[-2:] == ["weight_norm", "speed_min"]
    norm, turn = (quantity(runs, name) for name in ("weight_norm", "speed_min"))
    assert (norm.heading, turn.heading) == ("last weight norm", "speed_min, epoch")
    assert np.array_equal(norm.numbers, [9, np.nan], equal_nan=True)
    assert np.array_equal(turn.numbers, [4, np.nan], equal_nan=True)
