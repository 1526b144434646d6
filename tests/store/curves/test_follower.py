import numpy as np
import pytest

from grokscope.errors import Unreadable
from grokscope.store.curves.follower import Follower
from grokscope.store.curves.reader import read_metrics
from tests.store.conftest import train


def test_a_follower_sees_what_a_fresh_reader_sees(begin):
    writer = begin()
    follower = Follower(writer.path)
    for start in range(0, 60, 10):
        train(writer, start, start + 10, checkpoints=False)
        if start == 20:
            writer._presence.publish("running")
        if start == 40:
            writer._presence.publish("running")
            writer._log.replace()
        found, fresh = follower.refresh(), read_metrics(writer.path)
        np.testing.assert_array_equal(found.step, np.arange(start + 10))
        assert found.curves.keys() == fresh.curves.keys()
        for name, curve in fresh.curves.items():
            np.testing.assert_array_equal(found.curves[name].values, curve.values)
    writer.finish("finished")
    assert follower.refresh().step.size == 60


def test_nothing_new_is_the_same_object(begin):
    writer = begin()
    train(writer, 0, 5)
    follower = Follower(writer.path)
    first = follower.refresh()
    assert follower.refresh() is first
    train(writer, 5, 6)
    assert follower.refresh() is not first


def test_a_torn_tail_is_read_once_it_is_whole(begin):
    writer = begin()
    train(writer, 0, 5)
    log = writer.path / "live" / "metrics.wal"
    whole = log.read_bytes()
    train(writer, 5, 6)
    longer = log.read_bytes()
    follower = Follower(writer.path)
    with log.open("r+b") as file:
        file.truncate(len(whole) + 7)
    assert follower.refresh().step.size == 5
    with log.open("r+b") as file:
        file.write(longer)
    assert follower.refresh().step.size == 6


def test_a_run_that_is_gone_or_damaged_is_told(begin):
    writer = begin()
    follower = Follower(writer.path)
    follower.refresh()
    (writer.path / "run.h5").write_bytes(b"junk")
    with pytest.raises(Unreadable):
        follower.refresh()
    (writer.path / "run.h5").unlink()
    with pytest.raises(FileNotFoundError):
        follower.refresh()
