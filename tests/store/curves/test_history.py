import math

import numpy as np
import pytest

from grokscope.store.curves.history import FIRST_ROWS, MOST_WAITING, History
from grokscope.store.curves.reader import joined
from grokscope.store.listing.summary import MetricRange
from grokscope.store.schema import Group
from grokscope.store.wal import Row


def filled(count):
    history = History()
    for i in range(count):
        values = {"train_accuracy": i / count, "test_accuracy": i / count / 2}
        history.append(Row(i, i / 10, i * 2.0, values | ({"late": 1.0} if i > 300 else {})))
    return history


def test_it_grows_beyond_its_first_size():
    group = filled(3 * FIRST_ROWS).group()
    np.testing.assert_array_equal(group.variables["step"].data, np.arange(3 * FIRST_ROWS))
    late = group.variables["late"].data
    assert np.isnan(late[:301]).all()
    assert (late[301:] == 1).all()


def test_last_least_and_greatest_pass_over_what_is_not_a_number():
    history = History()
    for step, value in enumerate([math.nan, 3.0, 1.0, math.nan, 2.0, math.nan]):
        history.append(Row(step, step, step, {"loss": value}))
    assert history.ranges == {"loss": MetricRange(2.0, 1.0, 3.0)}


def test_events_are_sought_only_where_both_accuracies_stand():
    history = History()
    history.append(Row(0, 0, 0, {"train_accuracy": 0.1}))
    assert history.curves() is None
    history.append(Row(1, 1, 1, {"train_accuracy": 0.2, "test_accuracy": 0.3}))
    assert history.curves().step.tolist() == [1]


def test_a_miniature_is_short_and_ends_with_the_last_value():
    spark = filled(1000).spark()
    assert len(spark) == 64
    assert spark[-1] == round(999 / 2000, 4)
    assert History().spark() == ()


def test_stored_curves_are_taken_up_to_a_step():
    metrics = joined(filled(50).group(), [])
    history = History.of(metrics, 20)
    assert history.size == 21
    assert history.last.step == 20
    assert History.of(joined(Group({}), []), 10).last is None


def test_rows_wait_together_and_read_as_if_they_did_not():
    history = filled(MOST_WAITING + 10)
    assert 0 < len(history._waiting) < history.size == MOST_WAITING + 10
    assert (history.last_step, history.last.wall_time) == (
        MOST_WAITING + 9,
        2.0 * history.last_step,
    )
    seen = history.group().variables
    np.testing.assert_array_equal(seen["step"].data, np.arange(history.size))
    np.testing.assert_array_equal(seen["epoch"].data, np.arange(history.size) / 10)
    test = np.arange(history.size) / history.size / 2
    np.testing.assert_array_equal(seen["test_accuracy"].data, test)


def test_rows_of_several_metrics_each_stand_in_their_own_columns():
    history = History()
    for step, values in enumerate([{"a": 1.0}, {"b": 2.0}, {"b": 3.0, "a": 4.0}, {}, {"a": 5.0}]):
        history.append(Row(step, step, step, values))
    seen = history.group().variables
    np.testing.assert_array_equal(seen["a"].data, [1, math.nan, 4, math.nan, 5])
    np.testing.assert_array_equal(seen["b"].data, [math.nan, 2, 3, math.nan, math.nan])


def test_rows_after_stored_curves_go_on_in_their_columns():
    history = History.of(joined(filled(50).group(), []), 20)
    history.append(Row(30, 3.0, 60.0, {"test_accuracy": 0.7}))
    assert (history.size, history.last_step) == (22, 30)
    seen = history.group().variables
    np.testing.assert_array_equal(seen["step"].data, [*range(21), 30])
    np.testing.assert_array_equal(seen["test_accuracy"].data[-2:], [0.2, 0.7])
    assert math.isnan(seen["train_accuracy"].data[-1])


def test_a_row_that_is_interrupted_leaves_the_others_whole():
    class Interrupts(dict):
        def get(self, name, missing):
            raise KeyboardInterrupt

    history = filled(3)
    with pytest.raises(KeyboardInterrupt):
        history.append(Row(3, 0.3, 6.0, Interrupts(new=1.0)))
    history.append(Row(4, 0.4, 8.0, {"new": 2.0}))
    seen = history.group().variables
    np.testing.assert_array_equal(seen["step"].data, [0, 1, 2, 4])
    np.testing.assert_array_equal(seen["new"].data, [*[math.nan] * 3, 2.0])
