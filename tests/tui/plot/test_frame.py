from grokscope.tui.plot.frame import Frame
from grokscope.tui.plot.palette import MUTED, Ink
from grokscope.tui.plot.scale import Scale


def test_what_is_written_is_cut_off_at_the_right_and_lies_nowhere_else():
    frame = Frame.blank(6, 2)
    frame.write(1, 3, "beyond", MUTED)
    frame.write(2, 0, "below")
    frame.write(0, 9, "right")
    assert ["".join(row) for row in frame.text] == [" " * 6, "   bey"]
    assert frame.inks[frame.ink[1, 5]] == MUTED


def test_an_ink_has_one_number():
    frame = Frame.blank(2, 2)
    assert frame.number(Ink("sky")) == frame.number(Ink("sky")) != frame.number(Ink("orange"))


def test_times_outside_have_no_column_and_columns_outside_no_time():
    frame = Frame.blank(20, 4)
    assert frame.column(1.0) is None
    frame.time, frame.plot = Scale(0.0, 10.0), (0, 5, 3, 11)
    assert [frame.column(time) for time in (0, 10, 11, -1)] == [5, 15, None, None]
    assert frame.time_at(4) is None
    assert frame.time_at(10) == 5
