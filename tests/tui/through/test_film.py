from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.events import Moment
from grokscope.tui.curves.book import Quantity, Trace
from grokscope.tui.through.film import Playing, Timeline, accuracies, events, prefix, scrubber

LINE = Timeline(np.array([0.0, 1.0, 2.0, 5.0, 10.0]))


def shown(t_test=5.0, letter="", moments=None, rising=True):
    epoch = np.arange(11.0)
    values = epoch / 10 if rising else np.full(11, np.nan)
    trace = Trace("test", epoch.astype(np.int64), epoch, values)
    book = SimpleNamespace(quantities={"accuracy": Quantity("accuracy", "", "", (trace,))})
    outcome = SimpleNamespace(t_train=1.0, t_test=t_test, t_lost=None)
    run = SimpleNamespace(time_unit="epoch", outcome=outcome, moments=moments or {})
    return SimpleNamespace(run=run, book=book, hue="sky", letter=letter)


def text(line):
    return "".join(part for part, _ in line[0])


@pytest.mark.parametrize(
    ("time", "stop"), [(None, 4), (-1.0, 0), (0.0, 0), (4.9, 2), (5.0, 3), (99, 4)]
)
def test_a_time_is_seen_at_the_last_stop_before_it(time, stop):
    assert LINE.at(time) == stop


@given(st.integers(1, 400), st.integers(2, 200))
def test_stops_spread_over_all_columns_and_columns_lead_back(count, width):
    line = Timeline(np.arange(float(count)))
    columns = [line.column(index, width) for index in range(count)]
    assert columns == sorted(columns)
    assert (columns[0], columns[-1]) == (0, width - 1 if count > 1 else 0)
    if count <= width:
        assert [line.stop(column, width) for column in columns] == list(range(count))


@given(st.integers(1, 400), st.integers(2, 200), st.integers(0, 399))
def test_a_column_further_on_is_at_least_one_stop_until_the_end(count, width, index):
    line, index = Timeline(np.arange(float(count))), min(index, count - 1)
    assert line.further(index, 1, width) > index or index == count - 1
    assert line.further(index, -1, width) < index or index == 0


def test_playing_follows_the_clock_and_ends_at_the_last_stop():
    line = Timeline(np.arange(301.0))
    playing = Playing(100.0, 10)
    assert playing.index(100.0, line) == 10
    assert playing.index(101.0, line) == 10 + int(line.pace)
    assert playing.index(1e6, line) == 300
    assert Timeline(np.arange(5.0)).pace < line.pace


def test_events_are_in_order_with_turning_points_of_measures():
    found = events(shown(moments={"speed_max": Moment(300, 3.0)}).run)
    assert found == [(1.0, "t_train"), (3.0, "speed_max"), (5.0, "t_test")]
    bare = SimpleNamespace(outcome=None, moments={}, time_unit="epoch")
    assert events(bare) == []


def test_the_bar_line_rises_with_test_accuracy_and_has_gaps_where_there_is_none():
    bars, value = accuracies(shown(), Timeline(np.arange(11.0)), 5, 11)
    assert bars == "▁▁▂▃▄▅▅▆▇██"
    assert value == 0.5
    assert accuracies(shown(rising=False), LINE, 0, 4)[0] == "    "
    unread = SimpleNamespace(book=None)
    assert accuracies(unread, LINE, 0, 4)[0] == ""


def test_the_scrubber_tells_time_accuracy_and_events_under_their_stops():
    lines = scrubber(LINE, 2, [shown()], False, 80)
    assert text(lines[0]).startswith(" test 0.200")
    below = text(lines[1])
    assert below.startswith(" epoch 2/10")
    left, width = prefix([shown()], LINE), 80 - prefix([shown()], LINE) - 1
    assert below.index("▲") == left + LINE.column(2, width)
    assert below[left + LINE.column(1, width) :].startswith("┆t_train 1")
    assert below[left + LINE.column(3, width) :].startswith("┆t_test 5")


@pytest.mark.parametrize("width", [1, 10, 20])
def test_a_window_too_narrow_for_bars_has_a_line_for_each_run(width):
    assert len(scrubber(LINE, 2, [shown()], False, width)) == 2


def test_playing_shows_and_does_not_move_the_bars():
    still, moving = (scrubber(LINE, 2, [shown()], playing, 80) for playing in (False, True))
    assert text(moving[1]).startswith(" ▶ epoch 2/10")
    assert text(still[0]) == text(moving[0])


def test_each_run_has_its_bars_and_its_letter():
    lines = scrubber(LINE, 4, [shown(letter="A"), shown(7.0, "B")], False, 80)
    assert [text(line)[:3] for line in lines[:2]] == [" A ", " B "]
    assert "A t_train 1" in text(lines[2])


def test_a_name_that_would_cross_the_edge_stands_before_its_stop():
    below = text(scrubber(LINE, 0, [shown(t_test=10.0)], False, 60)[1])
    assert below.rstrip().endswith("t_test 10┆")


def test_the_cursor_hides_no_part_of_a_name():
    line = Timeline(np.arange(201.0))
    for index in range(201):
        below = text(scrubber(line, index, [shown(t_test=58.0)], False, 80)[1])
        assert below.count("▲") == 1
        for name in ("t_train 1", "t_test 58"):
            assert name.split()[0] not in below or name in below
    assert "▲t_test 58" in text(scrubber(line, 58, [shown(t_test=58.0)], False, 80)[1])


def test_names_that_would_meet_are_left_out_learning_times_last():
    moments = {"speed_min": Moment(500, 5.0)}
    below = text(scrubber(LINE, 0, [shown(moments=moments)], False, 50)[1])
    assert "t_test" in below
    assert "speed" not in below


def test_events_are_named_in_words():
    moments = {"speed_max": Moment(800, 8.0)}
    below = text(scrubber(LINE, 0, [shown(t_test=3.0, moments=moments)], False, 120)[1])
    assert "speed max 8┆" in below


def test_no_event_stands_within_the_name_of_another():
    line = Timeline(np.arange(201.0))
    for time in range(2, 60):
        one = shown(t_test=150.0, moments={"speed_min": Moment(100 * time, float(time))})
        below = text(scrubber(line, 0, [one], False, 200)[1])
        assert "t_train 1" in below
        assert "t_test 150" in below
        assert "\N{NO-BREAK SPACE}" not in below
