import numpy as np
import pytest

from grokscope.tui.plot.drawing import GUTTER, draw
from grokscope.tui.plot.palette import Ink
from grokscope.tui.plot.panel import Line, Mark, Panel
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


def test_each_curve_is_labelled_where_it_runs():
    frame = rows(draw(PANEL, 80, 11, Raster()))
    body = "\n".join(frame[1:8])
    assert body.count("train") == 1
    assert body.count("test") == 1


def test_train_is_dotted_and_test_solid():
    frame = draw(PANEL, 80, 11, Raster())
    top = rows(frame)[1]
    between = top[frame.column(20) : frame.column(50)]
    after = top[frame.column(70) : frame.column(200)]
    assert " " in between
    assert " " not in after


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


def test_infinities_zeros_and_gaps_do_not_break_a_log_panel():
    values = np.array([np.inf, 0.0, -1.0, np.nan, 1e-300, 1.0, 1e300])
    line = Line("x", np.arange(7.0), values)
    frame = draw(Panel("odd", lines=(line,), log_y=True), 60, 10, Raster())
    assert frame.time is not None


def test_ascii_frames_tell_train_from_test_by_character():
    text = "".join(rows(draw(PANEL, 60, 10, Raster(ascii=True))))
    assert "*" in text
    assert "." in text
    assert not any(0x2800 <= ord(c) < 0x2900 for c in text)


@pytest.mark.parametrize("width", range(1, 30, 4))
@pytest.mark.parametrize("height", range(1, 9, 2))
def test_no_size_is_too_small(width, height):
    assert draw(PANEL, width, height, Raster()).text.shape == (height, width)
