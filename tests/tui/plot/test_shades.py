import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.tui.plot.shades import (
    NOWHERE,
    PAIR_SIGNS,
    PAIRS,
    PAIRS_ON_LIGHT,
    RISING,
    SIGNED,
    SIGNED_ON_LIGHT,
    Shading,
)

DEPTHS = ("truecolor", "256", "16")


def lightness(color):
    """CIE L* of an sRGB colour."""
    parts = [c / 255 for c in color]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    y = float(np.dot(linear, [0.2126, 0.7152, 0.0722]))
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


@pytest.mark.parametrize("depth", DEPTHS)
def test_lightness_rises_so_that_a_map_reads_without_hues(depth):
    rising = np.array([lightness(color) for color in Shading(depth).shades().colors])
    assert (np.diff(rising) > 0).all()
    assert rising[-1] - rising[0] > 75


@pytest.mark.parametrize("depth", DEPTHS)
def test_what_has_a_sign_is_darkest_at_0_and_lighter_on_both_sides(depth):
    light = np.array([lightness(color) for color in SIGNED[depth]])
    middle = len(light) // 2
    assert len(light) % 2 == 1
    assert (np.diff(light[: middle + 1]) < 0).all()
    assert (np.diff(light[middle:]) > 0).all()


def test_256_and_16_colours_are_ones_that_the_terminal_has():
    cube, greys = {0, 95, 135, 175, 215, 255}, {8 + 10 * n for n in range(24)}
    for one in (RISING, SIGNED, SIGNED_ON_LIGHT, PAIRS, PAIRS_ON_LIGHT):
        for color in one["256"]:
            assert set(color) <= cube or (len(set(color)) == 1 and color[0] in greys)
        for color in one["16"]:
            assert set(color) <= {0, 85, 170, 255}


@given(st.lists(st.floats(-10, 10), min_size=2))
def test_levels_keep_the_order_of_values_and_stay_within_the_map(values):
    shades = Shading().shades()
    levels = shades.levels(np.sort(values), -5, 5)
    assert (np.diff(levels) >= 0).all()
    assert levels.min() >= 0
    assert levels.max() < shades.count


def test_the_ends_have_the_end_shades_and_what_is_no_number_none():
    shades = Shading("16").shades()
    found = shades.levels([0.0, 1.0, 7.0, -3.0, np.nan, np.inf], 0, 1)
    assert found.tolist() == [0, 5, 5, 0, NOWHERE, NOWHERE]
    assert shades.levels([2.0, 2.0], 2, 2).tolist() == [0, 0]


def test_0_is_in_the_middle_of_what_has_a_sign():
    shades = Shading("256").shades(signed=True)
    assert shades.levels([0.0], -1, 1).tolist() == [shades.count // 2]


def test_without_colours_there_are_characters():
    plain = Shading("256", plain=True)
    assert plain.shades().colors == ()
    assert plain.shades().signs[0] == " "
    assert plain.pairs().signs == PAIR_SIGNS
    assert len(set(PAIR_SIGNS)) == len(PAIRS["16"]) == 4


@pytest.mark.parametrize("depth", ["truecolor", "256", "16"])
def test_on_a_light_ground_lightness_falls_with_the_amount_and_away_from_0(depth):
    light = Shading(depth, light=True)
    rising = [lightness(color) for color in light.shades().colors]
    assert rising == sorted(rising, reverse=True)
    signed = [lightness(color) for color in light.shades(signed=True).colors]
    middle = len(signed) // 2
    assert signed[: middle + 1] == sorted(signed[: middle + 1])
    assert signed[middle:] == sorted(signed[middle:], reverse=True)
    assert light.pairs().colors != Shading(depth).pairs().colors
