"""`run --refine`: a sweep is trained as far as its boundary needs."""

import json

import pytest

from grokscope.store.listing.catalogue import Catalogue
from tests.cli.conftest import SMALL, call

LONGER = ["--set", "hidden=32", "--set", "epochs=60", "--set", "dense_until=0"]
RATES = ["--sweep", "lr=1e-5,1e-1", "--refine", "train_accuracy>=0.5", "--jobs", 1]


def refine(*words):
    return call("run", "modadd-grok", *SMALL, *LONGER, *words)


def test_the_boundary_of_a_sweep_is_bracketed_with_few_runs(store):
    done = refine(*RATES, "--tolerance", "0.5", "--json")
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert (told["refine"], told["between"]) == ("train_accuracy>=0.5", "optimizer.lr")
    ((interval,),) = (line["intervals"] for line in told["lines"])
    assert (interval["below"], interval["above"]) == (
        "not train_accuracy>=0.5",
        "train_accuracy>=0.5",
    )
    assert interval["high"] / interval["low"] < 2.01
    assert told["runs"] == len(Catalogue(store).refresh()) < told["grid"]
    for end, fits in (("low", "<"), ("high", ">=")):
        query = f"lr={interval[end]} and train_accuracy{fits}0.5"
        assert len(json.loads(call("ls", query, "--json").out)) == 1
    again = refine(*RATES, "--tolerance", "0.5")
    assert (again.code, "training" in again.err) == (0, False)
    assert f"{told['runs']} runs, where a grid as fine takes {told['grid']}" in again.out


@pytest.mark.slow
def test_along_one_key_at_each_value_of_another(store):
    done = refine(*RATES, "--sweep", "seed=0:2", "--tolerance", "0.9", "--between", "lr", "--json")
    first, second = json.loads(done.out)["lines"]
    assert [first["fixed"], second["fixed"]] == [{"seed": 0}, {"seed": 1}]
    assert first["intervals"]
    assert second["intervals"]


def test_a_line_without_a_boundary_says_what_all_its_runs_are():
    words = ["--sweep", "lr=1e-6,1e-5", "--refine", "regime", "--jobs", 1]
    done = refine(*words)
    assert done.code == 0, done.err
    none = "optimizer.lr: no boundary between 1e-06 and 1e-05: all untrained"
    assert done.out.splitlines() == [none, "2 runs, where a grid as fine takes 2"]
    assert f"seed = 0, {none}" in refine(*words, "--sweep", "seed=0:1", "--between", "lr").out


def test_an_interrupt_ends_the_search(monkeypatch):
    from grokscope.train import stop

    monkeypatch.setattr(stop.Stop, "requested", property(lambda self: True))
    done = refine(*RATES)
    assert (done.code, done.out) == (130, "")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--refine", "regime"], "--refine needs a sweep over a key"),
        (["--sweep", "lr=0.1", "--refine", "regime"], "--refine takes two or more numbers"),
        (["--sweep", "shuffle=true,false", "--refine", "regime"], "takes two or more numbers"),
        ([*RATES, "--between", "seed"], "--between seed: the sweep is over optimizer.lr"),
        ([*RATES, "--dry-run"], "--refine takes one sweep, and neither --again, --dry-run"),
    ],
)
def test_what_cannot_be_refined_is_refused(words, message):
    done = refine(*words)
    assert (done.code in (1, 2), message in done.err) == (True, True), done.err


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("regimes", "no word that a run turns out as, did you mean 'regime'?"),
        ("t_grok", "or a condition such as 't_grok>100'"),
        ("t_grok>>3", "query 't_grok>>3', column"),
    ],
)
def test_what_tells_no_runs_apart_is_refused_before_one_is_trained(store, what, words):
    done = refine("--sweep", "lr=1e-5,1e-1", "--refine", what)
    assert done.code == 1
    assert words in done.err
    assert Catalogue(store).refresh() == []
