"""`cluster`: final networks of runs, held against a field of theirs."""

import json

import pytest

from tests.cli.conftest import call

TINY = ("--set", "p=7", "--set", "hidden=[8]", "--set", "epochs=3")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Four runs of one shape, and one of another."""
    place = tmp_path_factory.mktemp("store")
    words = ("--store", place, "--device", "cpu", "--jobs", "1")
    call("run", "modadd-grok", *TINY, "--sweep", "seed=0:2", "--sweep", "init_scale=1,9", *words)
    call("run", "modadd-steady", *TINY, "--set", "hidden=[9]", *words)
    return place


def test_clusters_are_held_against_a_field(store):
    words = ["modadd-grok-*", "--by", "init_scale", "--store", store, "--device", "cpu"]
    told = json.loads(call("cluster", *words, "--json").out)
    assert {run["init_scale"] for run in told["runs"]} == {"1.0", "9.0"}
    assert {run["cluster"] for run in told["runs"]} == {0, 1}
    assert -0.5 <= told["agreement"] <= 1
    assert 0 < told["p_value"] <= 1
    assert 0 < told["spread"] < 1
    done = call("cluster", *words)
    assert "agreement with init_scale" in done.out
    assert f"{told['p_value']:.2%} agree as well" in done.out


def test_the_same_seed_gives_the_same_clusters(store):
    words = ["modadd-grok-*", "--clusters", "3", "--store", store, "--device", "cpu", "--json"]
    assert call("cluster", *words).out == call("cluster", *words).out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("modadd-grok-*", "--clusters", "9"), "9 clusters of 4 runs; ask for 1 to 4"),
        (("modadd-*",), "has another network than"),
        (("modadd-grok-*", "--by", "regme"), "no run has a field 'regme', did you mean 'regime'"),
        (("nothing-*",), "no run"),
    ],
)
def test_mistakes_are_told_in_one_line(store, words, told):
    done = call("cluster", *words, "--store", store, "--device", "cpu")
    assert done.code == 1
    assert told in done.err
    assert len(done.err.strip().splitlines()) <= 2
