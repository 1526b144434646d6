import math

import pytest

from grokscope.store.files.values import clean, finite, number, real, safe, stored_moment, whole


def test_numbers_that_json_lacks_become_nothing():
    assert clean({"a": [math.nan, 1.0, (math.inf,)], "b": True}) == {
        "a": [None, 1.0, [None]],
        "b": True,
    }


def test_texts_are_made_safe_wherever_they_are():
    assert safe({"a\x1b": ["b\n", ({"c": "\x07"},), 1.5, None]}) == {
        "a·": ["b·", [{"c": "·"}], 1.5, None]
    }


@pytest.mark.parametrize("value", [0.0, -1.5, math.nan, math.inf])
def test_what_is_no_number_in_json_reads_as_nan(value):
    read = real(number(value))
    assert read == value if math.isfinite(value) else math.isnan(read)


@pytest.mark.parametrize("value", [math.inf, math.nan, "x", None, 10**400])
def test_what_is_no_finite_number_is_refused(value):
    for check in (finite, whole, lambda value: stored_moment(1, value)):
        with pytest.raises((ValueError, TypeError, OverflowError)):
            check(value)
    with pytest.raises(ValueError, match="more than 64 bits"):
        whole(2**63)
