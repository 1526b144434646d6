import math

import numpy as np

from grokscope.store.curves.history import FIRST_ROWS, History
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
