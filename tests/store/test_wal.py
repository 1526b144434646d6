import math
import os

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grokscope.errors import OlderSchema, Unreadable
from grokscope.store import wal
from grokscope.store.curves.tail import Tail
from grokscope.store.wal import MAGIC, MARK, Log, Row, frames, read_log

ROWS = [
    Row(0, 0.0, 0.1, {"a": 1.5}),
    Row(1, 0.5, 0.2, {"a": 2.5}),
    Row(2, 1.0, 0.3, {"b": 3.5, "a": math.inf}),
]


@pytest.fixture
def log(tmp_path):
    log = Log(tmp_path / "live" / "metrics.wal")
    yield log
    log.close()


def same(found, expected):
    """Compare rows; a column that a row lacks reads as NaN."""
    assert [(r.step, r.epoch, r.wall_time) for r in found] == [
        (r.step, r.epoch, r.wall_time) for r in expected
    ]
    for row, wanted in zip(found, expected, strict=True):
        assert {k: v for k, v in row.values.items() if not math.isnan(v)} == dict(wanted.values)


def test_rows_read_back_and_a_new_metric_may_appear_in_mid_run(log):
    for row in ROWS:
        log.append(row)
    same(read_log(log.path), ROWS)


def test_a_log_that_does_not_exist_has_no_rows(tmp_path):
    assert read_log(tmp_path / "none") == []


def test_a_tail_torn_at_any_byte_loses_only_the_last_row(log):
    ends = []
    for row in ROWS:
        log.append(row)
        ends.append(log.end)
    whole = log.path.read_bytes()
    for cut in range(ends[1], ends[2]):
        log.path.write_bytes(whole[:cut])
        same(read_log(log.path), ROWS[:2])
        again = Log(log.path)
        again.append(Row(9, 9.0, 9.0, {"a": 9.0}))
        again.close()
        same(read_log(log.path), [*ROWS[:2], Row(9, 9.0, 9.0, {"a": 9.0})])
        again.path.write_bytes(whole)


@given(at=st.integers(0, 10_000), flip=st.integers(1, 255))
def test_a_damaged_byte_ends_the_log_before_it(tmp_path_factory, at, flip):
    path = tmp_path_factory.mktemp("wal") / "live" / "metrics.wal"
    log = Log(path)
    ends = []
    for row in ROWS:
        log.append(row)
        ends.append(log.end)
    log.close()
    data = bytearray(path.read_bytes())
    at %= len(data)
    data[at] ^= flip
    # another digit in the mark is another version of the log, which is told, not read
    assume(not MARK.match(data) or data.startswith(MAGIC))
    path.write_bytes(data)
    good = 0 if at < len(MAGIC) else sum(end <= at for end in ends)
    same(read_log(path), ROWS[:good])


def test_garbage_has_no_rows_and_never_raises():
    assert list(frames(os.urandom(1000))) == []
    assert list(frames(MAGIC + os.urandom(1000))) == []


def test_a_refused_write_leaves_the_log_where_it_was(log, monkeypatch):
    log.append(ROWS[0])
    before, real = log.path.read_bytes(), os.pwrite
    calls = []

    def full(place, data, offset):
        if calls:
            raise OSError(28, "No space left on device")
        calls.append(1)
        return real(place, data[:5], offset)

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(OSError, match="No space"):
        log.append(ROWS[1])
    assert log.path.read_bytes() == before
    monkeypatch.undo()
    log.append(ROWS[1])
    same(read_log(log.path), ROWS[:2])


def test_a_replaced_log_is_empty_and_names_its_columns_again(log):
    log.append(ROWS[0])
    log.replace()
    assert read_log(log.path) == []
    log.append(ROWS[1])
    same(read_log(log.path), [ROWS[1]])


def test_a_row_longer_than_a_frame_is_refused_and_costs_none_after_it(log, monkeypatch):
    monkeypatch.setattr(wal, "FRAME_BYTES", 200)
    log.append(ROWS[0])
    for values in ({f"m{i}": 1.0 for i in range(30)}, {"m" * 300: 1.0}):
        with pytest.raises(ValueError, match=r"an evaluation takes \d+ bytes; the log takes 200"):
            log.append(Row(1, 0.5, 0.2, values))
    log.append(ROWS[1])
    same(read_log(log.path), ROWS[:2])


def test_a_log_that_cannot_be_opened_leaves_no_file_open(tmp_path, monkeypatch):
    def full(place, length):
        raise OSError(28, "full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "ftruncate", full)
        before = os.dup(0)
        os.close(before)
        with pytest.raises(OSError, match="full"):
            Log(tmp_path / "live" / "metrics.wal")
        after = os.dup(0)
        os.close(after)
    assert after == before


def test_a_log_of_an_earlier_version_leaves_no_file_open(tmp_path):
    path = tmp_path / "run" / "live" / "metrics.wal"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"grokscope log 0\n")
    before = os.dup(0)
    os.close(before)
    with pytest.raises(OlderSchema):
        Log(path)
    after = os.dup(0)
    os.close(after)
    assert (after, path.read_bytes()) == (before, b"grokscope log 0\n")


def test_a_log_is_due_again_some_time_after_it_was_synced(log, monkeypatch):
    now = [log._synced_at]
    monkeypatch.setattr(wal.time, "monotonic", lambda: now[0])
    assert not log.due
    now[0] += wal.SYNC
    assert log.due
    log.sync()
    assert not log.due


@pytest.mark.parametrize(
    "names",
    [b"{}", b"1", b"[1]", b'["a/b"]', b'["step"]', b'[""]', b'["a","a"]', b'["\\u001b[2J"]',
     b"[" * 5000, b"\xff", b'["' + b"x" * 100, b"[null]", b"NaN"],
)  # fmt: skip
def test_names_that_no_writer_gives_end_the_log(tmp_path, names):
    path = tmp_path / "run" / "live" / "metrics.wal"
    log = Log(tmp_path / "metrics.wal")
    log.append(Row(1, 1.0, 0.0, {"loss": 1.0}))
    log.close()
    path.parent.mkdir(parents=True)
    path.write_bytes(log.path.read_bytes() + wal._frame(b"n" + names))
    assert [row.step for row in read_log(path)] == [1]
    tail = Tail(path)
    tail.refresh()
    assert [row.step for row in tail.rows] == [1]


def test_a_frame_that_claims_gigabytes_ends_the_log(tmp_path):
    path = tmp_path / "metrics.wal"
    for length in (0, wal.FRAME_BYTES + 1, 0xFFFFFFFF):
        path.write_bytes(MAGIC + wal.HEAD.pack(length, 0) + bytes(100))
        assert read_log(path) == []


def test_a_log_of_gigabytes_is_refused_unread(tmp_path):
    path = tmp_path / "run" / "live" / "metrics.wal"
    path.parent.mkdir(parents=True)
    path.write_bytes(MAGIC)
    os.truncate(path, 100 << 30)
    told = "run/live/metrics.wal holds 107374182400 bytes"
    for read in (lambda: read_log(path), Tail(path).refresh):
        with pytest.raises(Unreadable, match=told):
            read()


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_plain_file_is_no_log(tmp_path, make):
    path = tmp_path / "run" / "live" / "metrics.wal"
    path.parent.mkdir(parents=True)
    make(path)
    for use in (lambda: read_log(path), Tail(path).refresh, lambda: Log(path)):
        with pytest.raises(Unreadable):
            use()


def test_a_log_that_is_a_link_is_not_written_through(tmp_path):
    mine = tmp_path / "mine"
    mine.write_text("mine")
    (tmp_path / "metrics.wal").symlink_to(mine)
    with pytest.raises(Unreadable, match="symbolic link"):
        Log(tmp_path / "metrics.wal")
    assert mine.read_text() == "mine"
