"""Boundary: bisection finds where words change, with few runs, and starts where a neighbour did."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.train.boundary import Interval, Line, Search


class World:
    """Runs whose word changes at one value; remembers what was asked."""

    def __init__(self, *at):
        self.at = at
        self.asked = []

    def __call__(self, values):
        self.asked += values
        return [str(sum(value >= at for at in self.at)) for value in values]


@given(st.floats(0.011, 99), st.floats(0.02, 0.5))
def test_a_boundary_is_found_to_the_tolerance_by_so_many_bisections(at, tolerance):
    world = World(at)
    line = Search(tolerance, rounds=50).along([0.01, 100.0], world)
    (found,) = line.intervals
    assert found.low < at <= found.high
    assert found.width <= tolerance
    # every bisection halves the logarithm of the ratio
    halvings = math.log2(math.log(1e4) / -math.log1p(-tolerance))
    assert len(world.asked) <= 3 + math.ceil(halvings)
    assert len(world.asked) == len(set(world.asked)) == len(line.words)


def test_several_boundaries_are_found_in_the_same_rounds():
    rounds = []

    def ask(values):
        rounds.append(len(values))
        return World(0.5, 50)(values)

    line = Search(0.3).along([0.01, 1.0, 100.0], ask)
    assert [(i.below, i.above) for i in line.intervals] == [("0", "1"), ("1", "2")]
    assert rounds[:2] == [3, 2]


def test_the_number_of_rounds_bounds_what_has_no_relative_width():
    line = Search(0.01, rounds=3).along([0.0, 8.0], World(1e-9))
    assert sorted(line.words) == [0.0, 1.0, 2.0, 4.0, 8.0]


def test_whole_numbers_stay_whole_and_end_side_by_side():
    line = Search(1e-9, whole=True).along([1, 100], World(37))
    assert [(i.low, i.high) for i in line.intervals] == [(36, 37)]
    assert all(isinstance(value, int) for value in line.words)


@pytest.mark.parametrize("ends", [(-4.0, 2.0), (-4.0, -2.0)])
def test_below_zero_the_middle_is_that_of_the_difference(ends):
    assert Interval(*ends, "a", "b").middle(whole=False) == sum(ends) / 2


def test_where_nothing_changes_there_is_no_boundary_and_no_further_run():
    world = World(1e9)
    line = Search().along([1.0, 2.0, 3.0], world)
    assert (line.intervals, world.asked, line.grid([1.0, 2.0, 3.0])) == ([], [1.0, 2.0, 3.0], 3)


VALUES = [0.01, 0.1, 1.0, 10.0, 100.0]
HERE = Search(0.1).along(VALUES, World(3.0))


@pytest.mark.parametrize("at", [2.95, 3.05, 0.05, 60.0, 0.001, 1000.0])
def test_beside_a_line_the_boundary_is_sought_where_it_was(at):
    world = World(at)
    line = Search(0.1).along(VALUES, world, HERE)
    (known,) = HERE.intervals
    assert world.asked[:2] == [known.low, known.high]
    assert [i.low < at <= i.high for i in line.intervals] == [True] * (0.01 < at < 100)
    assert all(i.width <= 0.1 for i in line.intervals)
    assert len(world.asked) < len(HERE.words) + 3


def test_where_the_boundary_did_not_move_two_runs_show_it():
    (known,) = HERE.intervals
    world = World((known.low + known.high) / 2)
    Search(0.1).along(VALUES, world, HERE)
    assert len(world.asked) == 2


def test_other_words_than_the_neighbour_s_need_a_look_at_all_values():
    world = World(0.05, 0.06, 0.07, 1e9)
    Search(0.1).along(VALUES, world, HERE)
    assert set(VALUES) <= set(world.asked)
    both = Search(0.1).along(VALUES, World(0.05, 3.0))
    world = World(3.0)
    Search(0.1).along(VALUES, world, both)
    assert world.asked[: len(VALUES)] == VALUES


def test_a_grid_as_fine_is_counted_from_end_to_end():
    words = {1.0: "a", 2.0: "a", 4.0: "b", 8.0: "b"}
    assert Line(words).grid([1.0, 1024.0]) == 11
    assert Line({-1.0: "a", 1.0: "b", 3.0: "b"}).grid([-1.0, 3.0]) == 3
