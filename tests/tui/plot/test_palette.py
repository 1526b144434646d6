import itertools

import pytest
from rich.color import Color, ColorSystem

from grokscope.tui.plot.palette import HUES, RUN_HUES, depth, other_than, run_hue

SYSTEMS = {"256": ColorSystem.EIGHT_BIT, "16": ColorSystem.STANDARD}


@pytest.mark.parametrize("name", SYSTEMS)
def test_terminals_have_every_hue_exactly_and_no_two_hues_share_a_colour(name):
    numbers = {}
    for hue, colors in HUES.items():
        reduced = Color.from_rgb(*colors[name]).downgrade(SYSTEMS[name])
        assert tuple(reduced.get_truecolor()) == tuple(
            Color.from_ansi(reduced.number).get_truecolor()
        )
        numbers[hue] = reduced.number
    assert len(set(numbers.values())) == len(HUES)


def test_256_colours_come_from_the_cube_which_terminals_do_not_redefine():
    for colors in HUES.values():
        assert Color.from_rgb(*colors["256"]).downgrade(ColorSystem.EIGHT_BIT).number >= 16


@pytest.mark.parametrize("level", ["truecolor", "256", "16"])
def test_hues_in_turn_differ_in_lightness_or_blue_so_that_the_colour_blind_tell_them(level):
    def seen(hue):
        red, green, blue = HUES[hue][level]
        return 0.3 * red + 0.6 * green + 0.1 * blue, blue

    for a, b in itertools.pairwise(RUN_HUES):
        (light_a, blue_a), (light_b, blue_b) = seen(a), seen(b)
        assert abs(light_a - light_b) > 30 or abs(blue_a - blue_b) > 60


def test_runs_take_hues_in_turn_and_a_clash_takes_the_next():
    assert [run_hue(age) for age in range(len(RUN_HUES))] == list(RUN_HUES)
    assert run_hue(len(RUN_HUES)) == RUN_HUES[0]
    assert all(other_than(hue) != hue for hue in RUN_HUES)


def test_unknown_colour_systems_count_as_16_colours():
    assert depth("truecolor") == "truecolor"
    assert depth("256") == "256"
    assert {depth("standard"), depth(None), depth("windows")} == {"16"}
