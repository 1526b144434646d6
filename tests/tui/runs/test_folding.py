from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.tui.runs.folding import HEAD, NOTHING, SEEDS, foldings, grouped, ordered, rank, rows
from tests.store.query.conftest import make


def runs():
    """Two scales of three seeds and a run of its own, newest first."""
    found = [
        make(
            f"{name}-s{seed}",
            name=name,
            seed=seed,
            times=times,
            config={"name": name, "model.init_scale": scale, "seed.root": seed},
        )
        for name, scale, seed, times in (
            ("wide", 10, 2, (14, 60)),
            ("wide", 10, 0, (14, 58)),
            ("lone", 5, 0, (9, 30)),
            ("slim", 1, 1, (6, 8)),
            ("wide", 10, 1, (14, None)),
            ("slim", 1, 0, (6, 9)),
        )
    ]
    return [replace(run, created=float(-n)) for n, run in enumerate(found)]


def folded(runs, by, unfolded, value=None, inverted=False):
    groups = grouped(runs, by)
    return rows(ordered(groups, value, inverted, alike=False) if value else groups, unfolded)


def ids(found):
    return [[run.id for run in row.runs] for row in found]


def test_runs_that_differ_in_seeds_share_a_row_and_stand_in_its_order():
    found = folded(runs(), SEEDS, ())
    assert ids(found) == [["wide-s0", "wide-s1", "wide-s2"], ["lone-s0"], ["slim-s0", "slim-s1"]]
    assert [row.several for row in found] == [True, False, True]
    assert found[1].id == "lone-s0"
    assert found[0].id.startswith(HEAD)


def test_an_unfolded_row_is_followed_by_its_runs():
    head = folded(runs(), SEEDS, ())[0].id
    found = folded(runs(), SEEDS, {head})
    assert [row.id for row in found[:5]] == [head, "wide-s0", "wide-s1", "wide-s2", "lone-s0"]
    assert [row.branch for row in found[:5]] == ["", "├ ", "├ ", "└ ", ""]


def test_nothing_is_folded_by_nothing_and_all_by_what_all_share():
    assert ids(folded(runs(), NOTHING, ())) == [[run.id] for run in runs()]
    (row,) = folded(runs(), "task", ())
    assert len(row.runs) == 6
    assert [len(row.runs) for row in folded(runs(), "model.init_scale", ())] == [3, 1, 2]


def test_rows_are_sorted_by_their_middle_value_and_what_has_none_goes_last():
    def t_test(run):
        return run.glance.t_test

    order = [row.runs[0].name for row in folded(runs(), SEEDS, (), t_test)]
    assert order == ["slim", "lone", "wide"]
    order = [row.runs[0].name for row in folded(runs(), SEEDS, (), t_test, inverted=True)]
    assert order == ["wide", "lone", "slim"]
    for inverted in (False, True):
        found = folded(runs(), NOTHING, (), t_test, inverted)
        assert found[-1].id == "wide-s1"


@pytest.mark.parametrize("missing", [None, "", float("nan")])
def test_what_is_missing_has_no_rank(missing):
    assert rank(missing) is None


def test_numbers_rank_before_words_whatever_else_a_configuration_holds():
    values = ["b", 3, True, "A", 2.5, [1, 2]]
    assert sorted(values, key=rank) == [True, 2.5, 3, [1, 2], "A", "b"]


@given(st.permutations(range(6)), st.sampled_from([SEEDS, NOTHING, "task", "model.init_scale"]))
def test_every_run_stands_in_one_row_besides_those_below_a_head(order, by):
    known = runs()
    some = [known[i] for i in order]
    found = folded(some, by, ())
    held = [run.id for row in found for run in row.runs]
    assert sorted(held) == sorted(run.id for run in known)
    everything = folded(some, by, {row.id for row in found})
    assert sorted(row.id for row in everything if not row.several) == sorted(held)
    assert len({row.id for row in everything}) == len(everything)


def test_foldings_begin_with_seeds_and_hold_each_key_once():
    offered = foldings(["model.init_scale", "task.name", "optimizer.lr"])
    assert offered[0] == SEEDS
    assert offered[-1] == NOTHING
    assert offered.count("optimizer.lr") == 1
    assert "task.name" not in offered
    assert len(set(offered)) == len(offered)
