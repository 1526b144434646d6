from dataclasses import replace

import numpy as np
import pytest

from grokscope.tui.plot.drawing import GUTTER, draw
from grokscope.tui.plot.palette import Ink
from grokscope.tui.plot.panel import Line, Mark, Panel, Phase, Side
from grokscope.tui.plot.raster import Raster

EPOCH = np.arange(201.0)
TRAIN = Line("train", EPOCH, (EPOCH >= 14).astype(float), Ink("sky", dim=True), dotted=True)
TEST = Line("test", EPOCH, (EPOCH >= 58).astype(float), Ink("sky"))
MARKS = (Mark(14, "t_train 14"), Mark(58, "t_test 58"))
PANEL = Panel("Accuracy", lines=(TRAIN, TEST), marks=MARKS, bounds=(0, 1))


def rows(frame):
    return ["".join(row) for row in frame.text]


def test_a_frame_says_what_it_shows_on_which_axes():
    frame = rows(draw(PANEL, 80, 11, Raster()))
    assert frame[0].split() == ["Accuracy", "log", "epoch"]
    assert frame[1].startswith("    1┤")
    assert frame[7].startswith("    0┤")
    assert frame[9].split() == ["0", "1", "2", "5", "10", "20", "50", "100", "200"]


def test_marks_stand_on_the_axis_below_their_events_and_are_named():
    frame = draw(PANEL, 80, 11, Raster())
    axis, named = rows(frame)[8], rows(frame)[10]
    assert [i for i, c in enumerate(axis) if c == "▲"] == [frame.column(14), frame.column(58)]
    assert named.rstrip().endswith("t_test 58")
    assert abs(named.index("t_train 14") + 5 - frame.column(14)) <= 1


def test_names_of_marks_that_would_collide_are_joined():
    near = Panel("Accuracy", lines=(TEST,), marks=(Mark(6, "t_train 6"), Mark(8, "t_test 8")))
    assert "t_train 6, t_test 8" in rows(draw(near, 60, 10, Raster()))[9]


def test_times_and_columns_undo_each_other():
    frame = draw(PANEL, 80, 11, Raster())
    assert frame.column(0) == GUTTER
    for time in (0, 1, 14, 58, 200):
        assert frame.column(frame.time_at(frame.column(time))) == frame.column(time)
    assert frame.column(500) is None
    assert frame.time_at(GUTTER - 1) is None


def test_an_empty_panel_says_why():
    frame = rows(draw(Panel("Fisher speed", empty=("nothing yet", "do this")), 60, 8, Raster()))
    assert any("nothing yet" in row for row in frame)
    assert any("do this" in row for row in frame)
    assert "epoch" not in frame[0]


@pytest.mark.parametrize("width", range(1, 30, 4))
@pytest.mark.parametrize("height", range(1, 9, 2))
def test_no_size_is_too_small(width, height):
    assert draw(PANEL, width, height, Raster()).text.shape == (height, width)


def test_values_are_refitted_to_the_window():
    values = np.where(EPOCH < 100, 1000.0, EPOCH)
    panel = Panel("x", lines=(Line("", EPOCH, values),), log_x=False, window=(150.0, 200.0))
    _, value = panel.scales(60)
    assert 140 < value.low < 150
    assert 200 < value.high < 210


def test_a_part_without_a_value_says_so_and_keeps_its_axis():
    line = Line("", np.array([0.0, 1.0, 200.0]), np.array([1.0, 2.0, np.nan]))
    panel = Panel("x", lines=(line,), log_x=False, window=(50.0, 100.0))
    frame = draw(panel, 60, 12, Raster())
    assert any("nothing was recorded in this part" in row for row in rows(frame))
    assert frame.column(75) is not None


def test_a_right_axis_has_ticks_of_its_own_and_its_title():
    norm = Line("norm", EPOCH, 100 + EPOCH, Ink("orange"), right=True)
    panel = Panel("Accuracy", lines=(TEST, norm), bounds=(0, 1), side=Side("Norm"), margin=6)
    frame = rows(draw(panel, 80, 12, Raster()))
    assert "→ Norm" in frame[0]
    assert sum("├" in row for row in frame) >= 2
    assert any(row.rstrip().endswith("├200") for row in frame)
    assert frame[1].startswith("    1┤")


def test_phases_are_named_between_the_marks_where_there_is_room():
    phases = (Phase(0, 14, "memorising"), Phase(14, 58, "plateau"), Phase(58, 59, "sudden"))
    frame = rows(draw(replace(PANEL, phases=phases), 100, 12, Raster()))
    assert frame[-1].index("memorising") < frame[-1].index("t_train 14")
    assert frame[-1].index("t_train 14") < frame[-1].index("plateau") < frame[-1].index("t_test 58")
    assert "sudden" not in frame[-1]
