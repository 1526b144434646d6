"""`compare`: what differs and how each came out."""

import json
from dataclasses import replace

from grokscope.cli.compare import comparison
from grokscope.events import Moment
from tests.cli.conftest import call


def test_only_what_differs_is_shown_with_the_outcomes(pair):
    done = call("compare", pair[0].id, pair[1].id)
    assert done.code == 0
    assert "model.init_scale" in done.out
    assert "optimizer.lr" not in done.out
    assert "regime (manning-coe)" in done.out
    assert "configuration keys alike" in done.out


def test_json_names_the_differences(pair):
    data = json.loads(call("compare", pair[0].id, pair[1].id, "--json").out)
    assert data["differs"]["model.init_scale"] == [10.0, 1.0]
    assert [run["id"] for run in data["runs"]] == [run.id for run in pair]


def test_explore_without_a_terminal_prints_and_ends(pair):
    done = call("compare", pair[0].id, pair[1].id, "--explore")
    assert (done.code, "init_scale" in done.out) == (0, True)


def test_explore_where_nothing_can_be_drawn_says_why(pair, monkeypatch):
    monkeypatch.setattr("grokscope.cli.terminal.obstacle", lambda: "there is no screen")
    done = call("compare", pair[0].id, pair[1].id, "--explore")
    assert done.out.endswith("grokscope: there is no screen, so it is not opened\n")


def cells(text):
    """Return the table's rows by label; columns are two blanks or more apart."""
    lines = [line.split("  ") for line in text.splitlines()]
    return {line[0]: [cell.strip() for cell in line[1:] if cell.strip()] for line in lines}


def told_in_steps(run):
    at = Moment(step=140, epoch=4.0)
    outcome = replace(run.outcomes["ceiling"], time_unit="step", train=at, test=None)
    return replace(run, time_unit="step", outcomes={"ceiling": outcome}, moments={"speed_min": at})


def test_times_in_two_units_carry_each_its_own(pair):
    one = replace(
        pair[0].outcomes["ceiling"], train=Moment(90, 3.0), test=Moment(240, 8.0), lost=None
    )
    a = replace(pair[0], outcomes={"ceiling": one}, moments={})
    rows = cells(comparison((a, told_in_steps(pair[1]))))
    assert rows["t_train"] == ["epoch 3", "step 140"]
    assert rows["t_test"][1].startswith("step >")
    assert rows["t_grok"] == ["epoch 5", "–"]
    assert rows["Fisher speed, first minimum"] == ["–", "step 140"]


def test_times_in_one_unit_carry_it_once(pair):
    rows = cells(comparison(pair))
    assert "t_train, epoch" in rows
    assert not any("epoch" in cell for row in rows.values() for cell in row)


def test_an_outcome_that_only_the_second_run_has_is_shown(pair):
    bare = replace(pair[0], outcomes={})
    rows = cells(comparison((bare, pair[1])))
    assert rows["regime"] == ["–", pair[1].outcome.regime or "–"]
    assert rows["regime (manning-coe)"][0] == "–"


def test_titles_and_values_that_are_no_numbers_are_no_obstacle(pair):
    odd = {"title": "another", "model.init_scale": "normal", "model.hidden": [None, float("inf")]}
    other = replace(pair[1], config={**pair[1].config, **odd})
    rows = cells(comparison((pair[0], other)))
    assert rows["model.init_scale"] == ["10", "normal"]
    assert "title" not in rows
