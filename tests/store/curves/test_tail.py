import pytest

from grokscope.store.curves.tail import Tail
from grokscope.store.wal import Log, Row


@pytest.fixture
def log(tmp_path):
    log = Log(tmp_path / "live" / "metrics.wal")
    yield log
    log.close()


def put(log, *steps):
    for step in steps:
        log.append(Row(step, step / 2, step / 10, {"loss": 1 / (1 + step)}))


def steps(tail):
    return [row.step for row in tail.rows]


def test_only_what_is_new_is_added(log):
    tail = Tail(log.path)
    put(log, 0, 1)
    assert tail.refresh()
    before = tail.rows[0]
    assert not tail.refresh()
    put(log, 2)
    assert tail.refresh()
    assert steps(tail) == [0, 1, 2]
    assert tail.rows[0] is before


def test_a_log_begun_anew_is_read_from_its_start(log):
    tail = Tail(log.path)
    put(log, 0, 1, 2)
    tail.refresh()
    log.replace()
    put(log, 3)
    assert tail.refresh()
    assert steps(tail) == [3]


def test_another_log_that_was_given_the_number_of_the_first_is_read_from_its_start(log):
    """File systems give numbers again: two new beginnings between looks may hide each other."""
    tail = Tail(log.path)
    put(log, *range(10))
    tail.refresh()
    other = log.path.with_name("other.wal")
    anew = Log(other)
    put(anew, *range(100, 130))
    anew.close()
    with log.path.open("r+b") as file:
        file.truncate(0)
        file.write(other.read_bytes())
    assert log.path.stat().st_ino == tail._file
    assert tail.refresh()
    assert steps(tail) == list(range(100, 130))


def test_a_torn_frame_is_left_until_it_is_whole(log):
    tail = Tail(log.path)
    put(log, 0, 1)
    whole = log.path.read_bytes()
    log.path.write_bytes(whole[:-3])
    tail.refresh()
    assert steps(tail) == [0]
    log.path.write_bytes(whole)
    assert tail.refresh()
    assert steps(tail) == [0, 1]


def test_a_log_that_is_gone_has_no_rows(log):
    tail = Tail(log.path)
    put(log, 0)
    tail.refresh()
    log.path.unlink()
    assert tail.refresh()
    assert steps(tail) == []
    assert not tail.refresh()
