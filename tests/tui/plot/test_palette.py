import itertools

import pytest
from rich.color import Color, ColorSystem

from grokscope.store.query.fields import REGIMES
from grokscope.tui.plot.palette import (
    GROUNDS,
    RUN_HUES,
    depth,
    ground,
    other_than,
    regime_ink,
    run_hue,
)
from tests.tui.eyes import SIGHT, SYSTEMS, distance


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("name", SYSTEMS)
def test_terminals_have_every_hue_exactly_and_no_two_hues_share_a_colour(name, ground):
    numbers = {}
    for hue, colors in GROUNDS[ground].items():
        reduced = Color.from_rgb(*colors[name]).downgrade(SYSTEMS[name])
        assert tuple(reduced.get_truecolor()) == tuple(
            Color.from_ansi(reduced.number).get_truecolor()
        )
        numbers[hue] = reduced.number
    assert len(set(numbers.values())) == len(RUN_HUES)


def test_256_colours_come_from_the_cube_which_terminals_do_not_redefine():
    for colors in (one for hues in GROUNDS.values() for one in hues.values()):
        assert Color.from_rgb(*colors["256"]).downgrade(ColorSystem.EIGHT_BIT).number >= 16


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("level", ["truecolor", "256", "16"])
def test_the_colour_blind_tell_hues_apart(ground, level):
    colors = [GROUNDS[ground][hue][level] for hue in RUN_HUES]
    pairs = [*itertools.combinations(colors, 2)]
    turns = [*itertools.pairwise([*colors, colors[0]])]
    for sight in SIGHT:
        nearest = min(distance(a, b, sight) for a, b in pairs)
        beside = min(distance(a, b, sight) for a, b in turns)
        # on white sixteen colours leave no choice: the red-green blind take green for brown
        assert nearest > (10 if level == "16" and ground == "light" else 14.9)
        assert beside > (10 if level == "16" and ground == "light" else 15)


def test_a_terminal_of_all_colours_has_hues_further_apart_than_a_just_noticeable_step_by_seven():
    assert {
        ground: int(min(
            distance(a["truecolor"], b["truecolor"], sight)
            for a, b in itertools.combinations(hues.values(), 2) for sight in SIGHT
        ))
        for ground, hues in GROUNDS.items()
    } == {"dark": 15, "black": 23, "light": 20}  # fmt: skip


def test_the_ground_is_told_by_text_and_by_what_is_behind_it():
    assert ground((224, 224, 224), (18, 18, 18)) == "dark"
    assert ground((255, 255, 255), (0, 0, 0)) == "black"
    assert ground((28, 28, 28), (220, 220, 220)) == "light"
    assert ground(None, None) == "dark"


def test_runs_take_hues_in_turn_and_a_clash_takes_the_next():
    assert [run_hue(age) for age in range(len(RUN_HUES))] == list(RUN_HUES)
    assert run_hue(len(RUN_HUES)) == RUN_HUES[0]
    assert all(other_than(hue) != hue for hue in RUN_HUES)


def test_unknown_colour_systems_count_as_16_colours():
    assert depth("truecolor") == "truecolor"
    assert depth("256") == "256"
    assert {depth("standard"), depth(None), depth("windows")} == {"16"}


def test_every_regime_is_written_in_a_hue_of_its_own_and_untrained_runs_step_back():
    inks = {word: regime_ink(word) for word in REGIMES}
    assert inks["untrained"].dim
    hues = [ink.hue for word, ink in inks.items() if word != "untrained"]
    assert len({*hues}) == len(REGIMES) - 1
