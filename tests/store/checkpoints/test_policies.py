import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.errors import BadConfig
from grokscope.store.checkpoints.policies import Times, parse_policy

EPOCHS = np.arange(0.0, 1001.0)
TIMES = Times(7 * np.arange(1001), EPOCHS, events=(700, 3500))


def kept(text, neighbours=0, times=TIMES):
    return parse_policy(text, neighbours).keep(times).tolist()


def test_one_of_so_many_is_kept():
    assert kept("every:250") == [0, 250, 500, 750, 1000]
    assert kept("every:1") == list(range(1001))


def test_the_next_ones_are_kept_too_for_speeds_and_angles():
    assert kept("every:500", 2) == [0, 1, 2, 500, 501, 502, 1000]


def test_epochs_are_spaced_evenly_on_a_logarithmic_axis():
    assert kept("log:1") == [0, 1, 10, 100, 1000]
    assert kept("log:3") == [0, 1, 2, 5, 10, 22, 46, 100, 215, 464, 1000]


def test_checkpoints_around_events_are_kept():
    assert kept("events:1") == [0, 99, 100, 101, 499, 500, 501, 1000]
    assert kept("events:0") == [0, 100, 500, 1000]
    assert len(kept("events")) == 2 + 2 * 7


def test_an_event_between_two_checkpoints_keeps_both_sides():
    times = Times(np.array([0, 10, 20, 30]), np.arange(4.0), events=(15,))
    assert kept("events:1", times=times) == [0, 1, 2, 3]


def test_rules_add_up():
    assert kept("first,last") == kept("first") == kept("last") == [0, 1000]
    assert kept("log:1 + events:0") == [0, 1, 10, 100, 500, 1000]


def test_a_run_whose_epochs_are_all_zero_keeps_its_ends():
    times = Times(np.array([0, 1, 2]), np.zeros(3))
    assert kept("log:20", times=times) == [0, 2]


def test_no_checkpoints_keep_none():
    assert kept("every:3", 2, Times(np.array([], np.int64), np.array([]))) == []


@given(
    st.integers(1, 60),
    st.lists(st.integers(0, 700), max_size=4),
    st.sampled_from(["every:3", "log:5", "events", "first", "every:7+log:2+events:1"]),
    st.integers(0, 4),
)
def test_what_is_kept_increases_and_holds_both_ends(count, events, text, neighbours):
    times = Times(np.arange(count) * 10, np.arange(count) / 3, tuple(sorted(events)))
    found = kept(text, neighbours, times)
    assert found == sorted(set(found))
    assert found[0] == 0
    assert found[-1] == count - 1
    assert set(kept(text, 0, times)) <= set(found)


@pytest.mark.parametrize(
    "text",
    ["", "every", "every:", "every:0", "every:-1", "every:x", "log:²", "all", "log:9+", "first:2"],
)
def test_what_is_no_policy_is_refused(text):
    with pytest.raises(BadConfig, match=r"accepted"):
        parse_policy(text)
