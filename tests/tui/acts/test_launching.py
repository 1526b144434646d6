"""From what is typed to a command line, to what differs, to a plan."""

import asyncio
import json

import pytest

from grokscope.config import parse_axis, preset
from grokscope.config.overrides import full_key
from grokscope.store.schema import flatten
from grokscope.tui.acts.launching import (
    Base,
    Plan,
    arguments,
    bases,
    blamed,
    changes,
    completion,
    key_of,
    plan,
    planned,
    where,
)
from tests.tui.conftest import write_pair

CONFIG = {
    "name": "modadd",
    "task.name": "modular_addition",
    "task.p": 113,
    "model.hidden": [512],
    "model.bias": True,
    "optimizer.lr": 0.005,
    "optimizer.weight_decay": 3e-5,
    "seed.root": 0,
    "seed.init": None,
}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("lr=1e-3", ["--set", "lr=1e-3"]),
        ("lr=1e-3,1e-2", ["--sweep", "lr=1e-3,1e-2"]),
        ("hidden=[64,64]", ["--set", "hidden=[64,64]"]),
        ("hidden=[64],[128]", ["--sweep", "hidden=[64],[128]"]),
        ("seed=0..4", ["--sweep", "seed=0:5"]),
        ("seed=7,0..1", ["--sweep", "seed=7,0:2"]),
        ("seed=0:5", ["--sweep", "seed=0:5"]),
        ("lr=log(1e-4,1e-2,5)", ["--sweep", "lr=log(1e-4,1e-2,5)"]),
        ("lr,wd=(1,2),(3,4)", ["--sweep", "lr,wd=(1,2),(3,4)"]),
        ("title='a b' --jobs=2", ["--set", "title=a b", "--jobs=2"]),
        ("version=1.0..2", ["--set", "version=1.0..2"]),
    ],
)
def test_several_values_make_a_sweep_and_one_a_setting(text, words):
    assert arguments(text) == words


def test_a_range_with_two_dots_holds_both_ends():
    (_, axis) = arguments("seed=2..5")
    assert [point for (point,) in parse_axis(axis).points] == [2, 3, 4, 5]


def test_an_open_quotation_is_refused():
    with pytest.raises(ValueError, match="quotation"):
        arguments("title='a")


def test_differences_are_told_by_full_keys():
    assert changes("lr=1e-3 seed=0..4 --again nonsense", CONFIG) == [
        ("optimizer.lr", "0.005", "1e-3"),
        ("seed.root", "0", "0..4"),
    ]
    assert changes("lr,weight_decay=(1,2),(3,4)", CONFIG) == [
        ("optimizer.lr,optimizer.weight_decay", "0.005,3e-5", "(1,2),(3,4)")
    ]
    assert changes("colour=red", CONFIG) == [("colour", "–", "red")]
    assert changes("title='a", CONFIG) == []


@pytest.mark.parametrize("typed", ["lr", "p", "weight_decay", "seed", "name", "model.hidden"])
def test_a_short_key_stands_for_what_the_command_line_takes_it_for(typed):
    config = preset("modadd-grok").as_config(whole=True)
    assert key_of(typed, flatten(config)) == full_key(config, typed)


@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("wei", "weight_decay="),
        ("lr=1 se", "lr=1 seed="),
        ("seed.r", "seed.root="),
        ("weight_decay=", "weight_decay=3e-05"),
        ("hidden=", "hidden=[512]"),
        ("bias=t", "bias=true"),
        ("lr=1", None),
        ("seed.init=", None),
        ("lr=1 ", None),
        ("", None),
        ("zzz", None),
    ],
)
def test_keys_are_completed_and_values_offered(typed, whole):
    assert completion(typed, CONFIG) == whole


@pytest.mark.parametrize(
    ("problem", "word"),
    [
        ("unknown key 'init_scal', did you mean 'init_scale'?", "init_scal=1"),
        ("--sweep 'lr=1,', column 6: a value is missing", "lr=1,"),
        ("lr must be > 0, got -1", "lr=1,"),
        ("the disk is full", ""),
    ],
)
def test_the_word_that_an_error_names_is_marked(problem, word):
    text = "seed=0 init_scal=1 lr=1,"
    start, end = blamed(problem, text)
    assert text[start:end] == word


def told(**counts):
    rest = {"train": 0, "resume": 0, "reuse": 0, "live": 0, "seconds": 90.0, "bytes": 5e6}
    rest |= {"source": "as fast as a", "plan": [{"id": "a-s0", "action": "train"}]}
    rest |= counts
    return json.dumps(rest | {"runs": sum(map(rest.get, ("train", "resume", "reuse", "live")))})


def test_a_plan_tells_counts_time_and_room():
    line = ("run", "a")
    assert planned(told(train=2, reuse=1), line) == Plan(
        "3 runs: 2 to train, 1 there already; about 2m (as fast as a), about 5.0 MB",
        line,
        (("a-s0", "train"),),
        True,
    )
    assert planned(told(resume=1, seconds=None), line).line == (
        "1 run: 1 to resume; time unknown, about 5.0 MB"
    )
    nothing = planned(told(reuse=1, live=1), line)
    assert not nothing.trains
    assert nothing.line == "2 runs: 1 there already, 1 being trained; --again trains anew"


def test_what_is_no_plan_is_refused():
    for printed in ("", "[]", "{}"):
        with pytest.raises((ValueError, KeyError, TypeError)):
            planned(printed, ())


def test_a_fork_goes_on_from_a_step_or_an_epoch():
    assert where("a-s0@epoch:58") == "from epoch 58 on, with changes"
    assert where("a-s0@400") == "from step 400 on, with changes"
    labels = [Base("a", "", *more).label for more in ((), (True,), (True, {}, "a@1"))]
    assert labels == ["a", "this run", "a fork"]


def test_presets_are_read_as_they_are_printed():
    assert bases('[{"preset": "a", "title": "the a"}]') == [Base("a", "the a")]


@pytest.mark.slow
def test_a_run_and_a_preset_are_planned_by_the_command_line(tmp_path):
    store = write_pair(tmp_path / "store")
    base, found = asyncio.run(plan(Base("modadd-grok", "a preset"), "p=11 seed=0..1", store))
    assert base.config["task.p"] == 113
    assert [what for _, what in found.runs] == ["train", "train"]
    assert found.words == ("run", "modadd-grok", "--set", "p=11", "--sweep", "seed=0:2")
    own = Base("modadd-grok-s0", "a run", True, {"task.p": 113})
    _, found = asyncio.run(plan(own, "seed=5", store))
    assert [id.rpartition("-")[0] for id, _ in found.runs] == ["modadd-grok-s5"]
    with pytest.raises(ValueError, match="unknown key 'pp'"):
        asyncio.run(plan(own, "pp=1", store))
