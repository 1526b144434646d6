from dataclasses import replace

import numpy as np

from grokscope.tui.plot.drawing import draw
from grokscope.tui.plot.palette import Ink
from grokscope.tui.plot.panel import Line, Panel
from grokscope.tui.plot.raster import Raster

EPOCH = np.arange(201.0)
TRAIN = Line("train", EPOCH, (EPOCH >= 14).astype(float), Ink("sky", dim=True), dotted=True)
TEST = Line("test", EPOCH, (EPOCH >= 58).astype(float), Ink("sky"))
PANEL = Panel("Accuracy", lines=(TRAIN, TEST), bounds=(0, 1))


def rows(frame):
    return ["".join(row) for row in frame.text]


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


def test_names_are_as_bright_for_curves_that_are_dim():
    frame = draw(PANEL, 80, 11, Raster())
    row = next(row for row in rows(frame)[1:8] if "train" in row)
    at = (rows(frame).index(row), row.index("train"))
    assert frame.inks[frame.ink[at]] == Ink("sky", bold=True)


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


def test_a_window_shows_its_part_and_curves_run_to_its_edges():
    line = Line("", np.array([0.0, 100.0]), np.array([0.0, 100.0]))
    panel = Panel("x", lines=(line,), log_x=False, window=(40.0, 60.0), values=(np.array([0.0]),))
    frame = draw(panel, 60, 12, Raster())
    assert (frame.time.low, frame.time.high) == (40, 60)
    top, left, height, width = frame.plot
    drawn = frame.text[top : top + height, left : left + width] != " "
    assert drawn[:, 0].any()
    assert drawn[:, -1].any()


def test_names_stand_at_the_ends_of_curves_and_do_not_collide():
    lines = tuple(
        Line(name, EPOCH, np.full(201, height)) for name, height in (("A", 0.5), ("B", 0.52))
    )
    frame = draw(Panel("x", lines=lines, ends=True, margin=2, bounds=(0, 1)), 60, 14, Raster())
    _, left, _, width = frame.plot
    named = [row[left + width + 1 :].strip() for row in rows(frame)]
    assert sorted(name for name in named if name in ("A", "B")) == ["A", "B"]


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


def test_a_part_between_two_points_is_crossed_by_the_line_between_them():
    line = Line("", np.array([0.0, 100.0]), np.array([0.0, 100.0]))
    panel = Panel("x", lines=(line,), log_x=False, window=(40.0, 60.0), values=(np.array([0.0]),))
    frame = draw(panel, 60, 12, Raster())
    top, left, height, width = frame.plot
    drawn = frame.text[top : top + height, left : left + width] != " "
    assert drawn.any(axis=0).all()
    broken = Line("", np.array([0.0, 100.0]), np.array([0.0, np.nan]))
    empty = draw(replace(panel, lines=(broken,)), 60, 12, Raster())
    assert not (empty.text[top:4, left : left + width] != " ").any()
