"""Families: a fork tells where it began, and a run what was forked from it."""

import pytest

from grokscope.store.listing.family import forked_from, forks_of


@pytest.mark.parametrize(
    ("config", "told"),
    [({}, None), ({"fork.parent": "a-s0-1", "fork.step": 40}, "a-s0-1@40")],
)
def test_where_a_run_began(config, told):
    assert forked_from(config) == told


def test_a_parent_s_name_from_a_stranger_s_file_is_made_readable():
    assert "\x1b" not in forked_from({"fork.parent": "\x1b[2J", "fork.step": 1})


def test_forks_are_found_among_other_runs():
    class Run:
        def __init__(self, parent):
            self.config = {"fork.parent": parent} if parent else {}

    runs = [Run("a"), Run("b"), Run(None), Run("a")]
    assert forks_of("a", runs) == [runs[0], runs[3]]
