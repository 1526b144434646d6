import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.tui.curves.view import BANDS, EVENTS, KINDS, RELATIONS, WIDTHS, View
from grokscope.tui.saved import forms
from grokscope.tui.sweeps.sweep import Sweep
from grokscope.tui.through.shots import Film, Shot

NAMES = st.text("abc_.", min_size=1, max_size=5)
NUMBERS = st.floats(-1e6, 1e6)
VIEWS = st.builds(
    View,
    log_x=st.booleans(),
    log_other=st.booleans(),
    flipped=st.frozensets(NAMES, max_size=3),
    first=NAMES,
    chosen=st.lists(st.lists(NAMES, min_size=1, max_size=2).map(tuple), max_size=3).map(tuple),
    second=st.booleans(),
    cursor=st.none() | NUMBERS,
    overlay=st.booleans(),
    x=st.sampled_from(["", *KINDS]),
    origin=st.sampled_from(["", *EVENTS]),
    window=st.none() | st.tuples(NUMBERS, NUMBERS).filter(lambda pair: pair[0] < pair[1]),
    smoothing=st.sampled_from(WIDTHS),
    band=st.sampled_from(BANDS),
    relation=st.sampled_from(RELATIONS),
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
STORED = st.dictionaries(
    st.sampled_from([*forms.AMONG, *forms.SWITCHES, "first", "cursor", "window", "flipped",
                     "chosen", "row", "shows", "link", "key", "page", "zoom", "pair"]),
    ANYTHING,
)  # fmt: skip


@given(VIEWS)
def test_whatever_curves_are_looked_at_like_is_come_back_to(view):
    assert forms.curves(forms.of_curves(view)) == view


def test_what_is_as_usual_is_not_stored():
    assert forms.of_curves(View()) == {}
    assert forms.of_sweep(Sweep()) == {}
    assert forms.of_film(Film()) == {}


@given(STORED)
def test_whatever_stands_in_the_file_gives_views_that_can_be_drawn(stored):
    view = forms.curves(stored)
    assert view.x in ("", *KINDS)
    assert view.smoothing in WIDTHS
    assert view.window is None or all(map(math.isfinite, view.window))
    assert all(keys and all(isinstance(key, str) for key in keys) for keys in view.chosen)
    assert isinstance(forms.sweep(stored).shows, str)
    assert 0 <= forms.film(stored).zoom <= forms.LARGEST


CHOSEN = (Shot("singular_values.w"), Shot("weight_components.last", 1))


@pytest.mark.parametrize("film", [Film(), Film(True, Shot("singular_values.w", 2), CHOSEN, 3)])
def test_training_time_is_come_back_to(film):
    assert forms.film(forms.of_film(film)) == film


def test_a_sweep_is_come_back_to_with_its_cursor():
    sweep = Sweep("model.init_scale", "seed.root", "t_grok", {"seed.root": 3}, "lr", True)
    assert forms.sweep(forms.of_sweep(sweep)) == sweep
    assert forms.sweep({"row": ""}).row == ""
    assert forms.sweep({"cursor": 3, "log_x": 1}) == Sweep()
