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


def test_a_window_shows_its_part_and_curves_run_to_its_edges():
    line = Line("", np.array([0.0, 100.0]), np.array([0.0, 100.0]))
    panel = Panel("x", lines=(line,), log_x=False, window=(40.0, 60.0), values=(np.array([0.0]),))
    frame = draw(panel, 60, 12, Raster())
    assert (frame.time.low, frame.time.high) == (40, 60)
    top, left, height, width = frame.plot
    drawn = frame.text[top : top + height, left : left + width] != " "
    assert drawn[:, 0].any()
    assert drawn[:, -1].any()


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


def test_names_stand_at_the_ends_of_curves_and_do_not_collide():
    lines = tuple(
        Line(name, EPOCH, np.full(201, height)) for name, height in (("A", 0.5), ("B", 0.52))
    )
    frame = draw(Panel("x", lines=lines, ends=True, margin=2, bounds=(0, 1)), 60, 14, Raster())
    _, left, _, width = frame.plot
    named = [row[left + width + 1 :].strip() for row in rows(frame)]
    assert sorted(name for name in named if name in ("A", "B")) == ["A", "B"]


def test_phases_are_named_between_the_marks_where_there_is_room():
    phases = (Phase(0, 14, "memorising"), Phase(14, 58, "plateau"), Phase(58, 59, "sudden"))
    frame = rows(draw(replace(PANEL, phases=phases), 100, 12, Raster()))
    assert frame[-1].index("memorising") < frame[-1].index("t_train 14")
    assert frame[-1].index("t_train 14") < frame[-1].index("plateau") < frame[-1].index("t_test 58")
    assert "sudden" not in frame[-1]


def test_a_point_without_neighbours_can_be_seen():
    values = np.full(201, np.nan)
    values[[50, 150]] = 1.0
    line = Line("", EPOCH, values)
    text = "".join(rows(draw(Panel("x", lines=(line,)), 60, 12, Raster())))
    assert text.count("•") == 2
    assert "".join(rows(draw(Panel("x", lines=(line,)), 60, 12, Raster(True)))).count("o") >= 2


def test_a_rule_runs_across_where_no_curve_is():
    line = Line("", EPOCH, EPOCH - 100)
    frame = rows(draw(Panel("x", lines=(line,), rule=0.0, log_x=False), 60, 12, Raster()))
    assert max(row.count("┄") for row in frame) > 30


def test_a_curve_that_goes_to_and_fro_is_drawn_whole():
    angle = np.linspace(0, 2 * np.pi, 200)
    circle = Line("", 2 + np.cos(angle), np.sin(angle), ordered=False)
    frame = draw(Panel("x", lines=(circle,), log_x=False), 60, 20, Raster())
    top, left, height, width = frame.plot
    drawn = frame.text[top : top + height, left : left + width] != " "
    middle = drawn[height // 2]
    assert middle[: width // 4].any()
    assert middle[-width // 4 :].any()
    assert not middle[width // 3 : 2 * width // 3].any()
