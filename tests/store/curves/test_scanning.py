import zlib

from hypothesis import given
from hypothesis import strategies as st

from grokscope.store.curves import scanning
from grokscope.store.curves.scanning import scan
from grokscope.store.wal import FRAME_BYTES, HEAD, MAGIC, ROW, Log, Row


def written(path, count):
    log = Log(path)
    for step in range(count):
        names = {"a": step / 2} if step < count // 2 else {"a": step / 2, "b": float(step)}
        log.append(Row(step, float(step), 0.0, names))
    log.close()
    return path.read_bytes()


@given(cut=st.integers(0, 2000))
def test_a_torn_log_loses_nothing_but_its_torn_row(tmp_path_factory, cut):
    path = tmp_path_factory.mktemp("run") / "live" / "metrics.wal"
    data = written(path, 30)
    path.write_bytes(data[:cut])
    log = scan(path)
    assert [row.step for row in log.rows] == list(range(len(log.rows)))
    assert log.rescued == []
    assert log.damaged == 0
    assert len(log.rows) == 30 or log.torn < 60 + len(MAGIC)


@given(at=st.integers(len(MAGIC), 1500), span=st.integers(1, 40))
def test_a_damaged_place_costs_only_the_rows_it_lies_in(tmp_path_factory, at, span):
    path = tmp_path_factory.mktemp("run") / "live" / "metrics.wal"
    data = bytearray(written(path, 30))
    at = min(at, len(data) - 1)
    for i in range(at, min(at + span, len(data))):
        data[i] ^= 0x55
    path.write_bytes(data)
    log = scan(path)
    steps = [row.step for row in [*log.rows, *log.rescued]]
    assert steps == sorted(set(steps))
    names_hit = at < 16 + 40 or len(steps) < 20
    assert len(steps) >= 26 or names_hit
    assert all(row.values["a"] == row.step / 2 for row in log.rows)


def test_no_log_is_an_empty_one(tmp_path):
    assert not scan(tmp_path / "none").exists


def test_a_log_made_up_to_be_slow_is_given_up(tmp_path, monkeypatch):
    # at every ninth byte a frame seems to begin that goes on to the end
    path = tmp_path / "metrics.wal"
    length = FRAME_BYTES // 8
    frame = HEAD.pack(length - length % 8 + ROW.size % 8, 1) + b"r"
    path.write_bytes(MAGIC + b"x" + frame * (FRAME_BYTES // len(frame)))
    size = path.stat().st_size
    summed = []

    def counting(data):
        summed.append(len(data))
        return crc32(data)

    crc32 = zlib.crc32
    monkeypatch.setattr(scanning.zlib, "crc32", counting)
    log = scan(path)
    assert sum(summed) <= (scanning.WORK + 2) * size + FRAME_BYTES
    assert log.rows == log.rescued == []
    assert log.damaged or log.torn


def test_a_log_with_many_damaged_places_is_read_past_all_of_them(tmp_path):
    path = tmp_path / "live" / "metrics.wal"
    data = bytearray(written(path, 2000))
    size = HEAD.size + ROW.size + 16
    for at in range(len(data) - 5, len(data) // 2, -10 * size):
        data[at] ^= 0x55
    path.write_bytes(data)
    log = scan(path)
    assert len(log.rows) + len(log.rescued) >= 1850


def test_a_log_beyond_all_measure_is_not_read(tmp_path, monkeypatch):
    path = tmp_path / "live" / "metrics.wal"
    written(path, 3)
    monkeypatch.setattr(scanning, "MOST", 10)
    assert "up to 10 are read" in str(scan(path).error)
