"""Shards: every run in exactly one of them, whatever the store holds."""

import pytest

from grokscope.errors import BadConfig
from grokscope.train.executors.shard import parse_shard
from grokscope.train.plan import plan
from grokscope.train.session import train


def shards(runs, store, parts):
    return [[p.id for p in plan(runs, store, shard=(i, parts))] for i in range(parts)]


def test_every_run_is_in_one_shard_and_shards_do_not_depend_on_the_store(small, tmp_path):
    runs = [small(f"seed={seed}") for seed in range(5)]
    before = shards(runs, tmp_path, 3)
    assert sorted(id for shard in before for id in shard) == sorted(one.run_id for one in runs)
    assert [len(shard) for shard in before] == [2, 2, 1]
    train(plan(runs, tmp_path, shard=(1, 3)), tmp_path, device="cpu", notify=print)
    assert shards(runs, tmp_path, 3) == shards(runs[::-1], tmp_path, 3) == before
    assert [p.action for p in plan(runs, tmp_path, shard=(1, 3))] == ["reuse", "reuse"]
    assert [p.action for p in plan(runs, tmp_path, shard=(0, 3))] == ["train", "train"]


@pytest.mark.parametrize(
    ("text", "meant"), [("0/1", (0, 1)), (" 3/8 ", (3, 8)), ("999/1000", (999, 1000))]
)
def test_a_shard_is_counted_from_zero(text, meant):
    assert parse_shard(text) == meant


@pytest.mark.parametrize("text", ["", "3", "4/4", "0/0", "-1/4", "a/b", "1/2/3"])
def test_what_is_no_shard_is_refused(text):
    with pytest.raises(BadConfig, match="--shard takes i/n with i from 0 to n - 1"):
        parse_shard(text)
