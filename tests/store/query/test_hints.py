import pytest

from grokscope.store.query import parse
from grokscope.store.query.hints import hint


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("init_scale", "'init_scale' is a field: compare it, as in init_scale>=3"),
        ("own and (zzz or not t_test)", "'t_test' is a field: compare it, as in t_test>=3"),
        ("regime", "'regime' is a field: ask for its value, as in regime:grokking"),
        ("optimizer.name", "as in optimizer.name:*"),
        ("@first", "'@first' means nothing; @last is the newest run"),
        ("starred", ""),
        ("zzz", ""),
        ("zzz:3", ""),
        ("", ""),
    ],
)
def test_a_word_that_means_a_field_is_told(runs, text, told):
    found = hint(parse(text), runs)
    assert told in found
    assert bool(told) == bool(found)
