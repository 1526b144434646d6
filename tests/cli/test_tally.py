"""Runs on their way, counted: what became of them, how fast they go, and what is read anew."""

import os

import pytest

from grokscope.cli import tally
from grokscope.cli.tally import Runs, alone, describe, whole
from grokscope.store.listing.summary import read_summary
from grokscope.store.writing.budget import PublishBudget
from grokscope.store.writing.writer import RunWriter


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def begin(one, store):
    return RunWriter.create(
        store,
        one.run_id,
        config=one.as_config(),
        yardstick=one.yardstick(one.split()),
        total_epochs=12,
        budget=PublishBudget(share=1.0),
    )


def go_on(writer, epoch):
    """Record an evaluation and show it to readers."""
    writer.log(epoch, epoch, {"train_accuracy": 1.0, "test_accuracy": 0.0})
    writer._presence.sum_up("running")
    file = writer.path / "summary.json"
    os.utime(file, ns=(0, file.stat().st_mtime_ns + 1_000_000))


def test_where_a_run_stands_is_said_in_a_few_words(small, tmp_path):
    writer = begin(small(), tmp_path)
    writer.log(0, 0.0, {"train_accuracy": 0.5, "test_accuracy": 0.25})
    writer.log(10, 3.0, {"train_accuracy": 1.0, "test_accuracy": 0.25})
    writer.finish("finished")
    run = read_summary(writer.path)
    assert describe(run).startswith("epoch 3/12  train 1.000  test 0.250")
    line = alone(run, Runs([writer.path]))
    assert (line.name, line.done, line.of, line.live) == (writer.id, 3, 12, False)


def test_many_runs_are_told_by_what_became_of_them_and_how_fast_they_are(small, tmp_path):
    clock = Clock()
    writers = [begin(small(f"seed={seed}"), tmp_path) for seed in range(3)]
    paths = [*(writer.path for writer in writers), tmp_path / "not-there-yet"]
    runs = Runs(paths, clock=clock)
    for writer in writers:
        go_on(writer, 0)
    assert whole(runs.look(), runs).told == "0 of 4 ended"
    clock.now = 2.0
    for writer in writers:
        for epoch in (1, 2, 3, 4):
            go_on(writer, epoch)
    writers[0].finish("failed", "diverged")
    writers[1].finish("finished")
    line = whole(runs.look(), runs)
    assert line.told == "2 of 4 ended  1 memorised  1 failed  6.00 epochs/s in all"
    assert (line.done, line.of, line.eta, line.live) == (12, 32, pytest.approx(20 / 6), True)
    writers[2].finish("interrupted")
    assert not whole(runs.look(), runs).live


def test_no_time_is_told_before_there_is_something_to_tell_it_from(small, tmp_path, monkeypatch):
    monkeypatch.setattr(tally, "SHARE", 0.5)
    clock, writer = Clock(), begin(small(), tmp_path)
    runs = Runs([writer.path, tmp_path / "not-there-yet"], clock=clock)
    runs.look()
    told = []
    for now, epoch in ((1.0, 1), (9.0, 2), (11.0, 3)):
        clock.now = now
        go_on(writer, epoch)
        told.append(whole(runs.look(), runs).eta)
    assert told == [None, None, pytest.approx((24 - 3) / (3 / 11))]
    writer.finish("interrupted")


def test_time_is_told_by_the_work_that_is_left_and_not_by_epochs(small, tmp_path, monkeypatch):
    monkeypatch.setattr(tally, "SHARE", 0.1)
    clock, short, long = Clock(), begin(small(), tmp_path), begin(small("seed=1"), tmp_path)
    later = tmp_path / "not-there-yet"
    runs = Runs([short.path, long.path, later], {short.path: 10, long.path: 60, later: 30}, clock)
    runs.look()
    clock.now = 5.0
    go_on(short, 12)
    go_on(long, 2)
    # 10 + 10 of 100 are done in 5 s
    assert whole(runs.look(), runs).eta == pytest.approx(80 / 4)
    short.finish("finished")
    line = whole(runs.look(), runs)
    assert (line.done, line.of, line.eta) == (20, 100, pytest.approx(20))
    assert line.told.endswith("2.80 epochs/s in all")
    long.finish("interrupted")


def test_what_a_live_run_became_is_told_as_soon_as_it_is_known(small, tmp_path):
    writer = begin(small(), tmp_path)
    for epoch in range(9):
        writer.log(epoch, epoch, {"train_accuracy": 1.0, "test_accuracy": float(epoch > 3)})
    go_on(writer, 9)
    runs = Runs([writer.path, tmp_path / "not-there-yet"])
    (run,) = runs.look()
    assert run.live
    became = run.outcome.regime
    assert became in ("grokking", "steady")
    assert alone(run, runs).told.endswith(f"  {became}")
    assert f"  1 {became}" in whole([run], runs).told
    writer.finish("interrupted")


def test_before_anything_began_nothing_is_claimed(tmp_path):
    runs = Runs([tmp_path / "a", tmp_path / "b"])
    line = whole(runs.look(), runs)
    assert (line.told, line.of, line.eta, line.live) == ("0 of 2 ended", None, None, False)


def test_only_what_changed_is_read_again(small, tmp_path, monkeypatch):
    writers = [begin(small(f"seed={seed}"), tmp_path) for seed in range(3)]
    runs, read = Runs([writer.path for writer in writers]), []
    monkeypatch.setattr(tally, "read_summary", lambda path: read.append(path) or read_summary(path))
    runs.look()
    assert len(read) == 3
    runs.look()
    assert len(read) == 3
    go_on(writers[1], 1)
    writers[2].finish("finished")
    runs.look()
    assert set(read[3:]) == {writers[1].path, writers[2].path}
    (writers[2].path / "summary.json").touch()
    runs.look()
    assert len(read) == 5
    for writer in writers[:2]:
        writer.finish("interrupted")
