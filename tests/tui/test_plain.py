from hypothesis import given
from hypothesis import strategies as st

from grokscope.tui.actions import ACTIONS, key_name
from grokscope.tui.plain import plain


@given(st.text())
def test_plain_text_is_ascii_and_as_long(text):
    assert plain(text).isascii()
    assert len(plain(text)) == len(text)


def test_signs_keep_their_meaning():
    assert plain("▲ 10⁻⁵ – >200 A │ B …") == "^ 1e-5 - >200 A | B ~"
    assert plain("Δ 6 ≤ 6, 2 ± 1, ≤400, 6±0.2") == "D 6 <=6, 2 +-1, <400, 6~0.2"


def test_a_miniature_rises_and_frames_stay_frames():
    assert plain("▁▂▃▄▅▆▇█") == "__..-==#"
    assert plain("╭━▔▎╯") == "+--|+"


def test_keys_are_named_by_words_that_any_terminal_shows():
    assert all(key_name(key).isascii() for action in ACTIONS for key in action.keys)
