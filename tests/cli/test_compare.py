"""`compare`: what differs and how each came out."""

import json

from grokscope.cli.compare import differing
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


def test_a_key_only_one_run_has_differs():
    assert differing({"a": 1, "b": 2}, {"a": 1, "c": 3}) == {"b": (2, None), "c": (None, 3)}
