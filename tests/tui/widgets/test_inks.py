from rich.style import Style

from grokscope.tui.plot.palette import HUES, Ink
from grokscope.tui.widgets.inks import readable, strip, style


def test_every_ink_has_a_style_and_its_hue_at_the_asked_depth():
    assert style(Ink(), "256") == Style.null()
    written = style(Ink("sky", dim=True), "256")
    assert written.dim
    assert tuple(written.color.triplet) == HUES["sky"]["256"]


def test_a_strip_is_as_wide_as_asked_and_no_segment_lacks_a_style():
    line = strip([("abc", Ink()), ("", Ink()), ("de", Ink("sky"))], 8, "16", Style())
    assert line.cell_length == 8
    assert all(segment.style is not None for segment in line)
    assert strip([("abcdefgh", Ink())], 3, "16", Style()).text == "abc"


def test_names_from_strangers_cannot_steer_the_terminal():
    assert readable("a\x1b[2Jb\nc\u202ed") == "a·[2Jb·c·d"
