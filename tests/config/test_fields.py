"""Fields: types are checked and given, never guessed."""

from dataclasses import dataclass
from typing import Literal

import pytest

from grokscope.config.fields import build, coerce
from grokscope.errors import BadConfig


@dataclass(frozen=True)
class Section:
    width: int
    rate: float = 1.0
    sizes: tuple[int, ...] = ()


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (3, int, 3),
        (3.0, int, 3),
        (3, float, 3.0),
        (None, int | None, None),
        (4, int | None, 4),
        ([1, 2], tuple[int, ...], (1, 2)),
        (5, tuple[int, ...], (5,)),
        ([0.9, 1], tuple[float, float], (0.9, 1.0)),
        ("a", Literal["a", "b"], "a"),
        (True, bool, True),
    ],
)
def test_values_that_fit_get_the_type_of_the_field(value, kind, expected):
    result = coerce(value, kind, "k")
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    ("value", "kind"),
    [(True, int), (True, float), ("3", int), (1, bool), (None, int), (3, str), ([1], float)],
)
def test_values_that_do_not_fit_are_refused(value, kind):
    with pytest.raises(BadConfig, match="k must be"):
        coerce(value, kind, "k")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 10**400])
def test_numbers_are_finite(value):
    with pytest.raises(BadConfig, match="k must be a finite number, got"):
        coerce(value, float, "k")


@pytest.mark.parametrize("value", [2**63, -(2**63), 1e30])
def test_whole_numbers_have_room_in_files(value):
    with pytest.raises(BadConfig, match="k must be a whole number below 2\\^63, got"):
        coerce(value, int, "k")


def test_a_section_is_built_from_checked_values():
    assert build(Section, {"width": 2.0, "sizes": 7}, "section") == Section(2, 1.0, (7,))


def test_a_missing_key_is_named():
    with pytest.raises(BadConfig, match=r"section\.width is missing"):
        build(Section, {}, "section")


@pytest.mark.parametrize(
    ("value", "kind", "words"),
    [
        ("16,16", tuple[int, ...], r"k must be a list such as \[16, 16\], got '16,16'"),
        ("a, b", tuple[str, ...], r'k must be a list such as \["a", "b"\]'),
    ],
)
def test_a_list_without_brackets_is_told_its_form(value, kind, words):
    with pytest.raises(BadConfig, match=words):
        coerce(value, kind, "k")
