import pytest

from grokscope.errors import BadTerminal
from grokscope.tui.terminal import colorless, encoding, only_ascii


@pytest.mark.parametrize("term", ["dumb", "", "unknown"])
def test_terminals_that_cannot_draw_are_refused_in_one_line(term):
    with pytest.raises(BadTerminal) as refusal:
        only_ascii({"TERM": term}, True, "utf-8")
    text = str(refusal.value)
    assert "\n" not in text
    assert (f"TERM={term}" if term else "no TERM") in text
    assert "xterm-256color" in text


def test_a_redirected_standard_error_is_refused():
    with pytest.raises(BadTerminal, match="standard error"):
        only_ascii({"TERM": "xterm"}, False, "utf-8")


@pytest.mark.parametrize(
    ("term", "found", "ascii"),
    [
        ("xterm-256color", "UTF-8", False),
        ("tmux-256color", "utf8", False),
        ("linux", "UTF-8", True),
        ("xterm", "ISO-8859-1", True),
        ("xterm", "ascii", True),
    ],
)
def test_ascii_where_the_locale_or_the_console_has_no_more(term, found, ascii):
    assert only_ascii({"TERM": term}, True, found) is ascii


@pytest.mark.parametrize(
    ("environ", "without"),
    [
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, True),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, False),
        ({"TERM": "vt100"}, True),
        ({"TERM": "xterm-mono"}, True),
        ({}, False),
    ],
)
def test_no_colours_where_none_are_wanted_or_the_terminal_has_none(environ, without):
    assert colorless(environ) is without


def test_the_locale_counts_not_pythons_utf8_mode():
    assert encoding({"LC_ALL": "de_DE.ISO-8859-1", "LANG": "C.UTF-8"}) == "ISO-8859-1"
    assert encoding({"LANG": "en_US.UTF-8@euro"}) == "UTF-8"
