from hypothesis import given
from hypothesis import strategies as st

from grokscope.tui.plain import plain


@given(st.text())
def test_plain_text_is_ascii_and_as_long(text):
    assert plain(text).isascii()
    assert len(plain(text)) == len(text)


def test_signs_keep_their_meaning():
    assert plain("▲ 10⁻⁵ – >200 A │ B …") == "^ 1e-5 - >200 A | B ~"
