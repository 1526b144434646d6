import h5py
import numpy as np

from grokscope.store.curves.reader import read_metrics
from grokscope.store.curves.scanning import scan
from grokscope.store.doctor.logs import check_log
from grokscope.store.wal import HEAD, MAGIC, Log, Row, frames
from tests.store.doctor.conftest import healed, resumes

LOG = "live/metrics.wal"


def ends(data):
    return [end for end, _, row in frames(data) if row is not None]


def test_rows_that_only_the_log_has_are_published(dead, files):
    (finding,) = check_log(files(dead))
    assert finding.severity == "note"
    assert finding.found == "80 rows of the log are not in run.h5"
    before = read_metrics(dead)
    healed(dead)
    assert not (dead / LOG).exists()
    np.testing.assert_array_equal(read_metrics(dead).step, before.step)
    assert resumes(dead) == 69


def test_a_log_left_by_a_finish_that_was_cut_short_is_published_and_gone(finished):
    log = Log(finished / LOG)
    log.append(Row(80, 80.0, 1.0, {"train_accuracy": 0.5}))
    log.close()
    healed(finished)
    metrics = read_metrics(finished)
    assert metrics.step[-1] == 80
    assert metrics.curves["train_accuracy"].values[-1] == 0.5
    assert not (finished / LOG).exists()


def test_a_torn_row_is_told_and_dropped(dead, files):
    with (dead / LOG).open("ab") as file:
        file.write(HEAD.pack(100, 0) + b"r and no more")
    (finding,) = check_log(files(dead))
    assert "the log ends in 21 bytes of a torn row" in finding.found
    healed(dead)
    assert read_metrics(dead).step.size == 80


def test_rows_behind_a_damaged_place_are_saved(dead, files):
    data = bytearray((dead / LOG).read_bytes())
    cuts = ends(data)
    data[cuts[39] + HEAD.size + 3] ^= 0xFF
    (dead / LOG).write_bytes(data)
    assert read_metrics(dead).step.size == 40
    (finding,) = check_log(files(dead))
    assert finding.severity == "problem"
    assert "39 more rows can be read behind it" in finding.found
    lost = f"what {finding.found.split()[0]} damaged bytes of the log held"
    assert lost in healed(dead)
    np.testing.assert_array_equal(read_metrics(dead).step, [*range(40), *range(41, 80)])
    assert (dead / f"{LOG}.damaged").read_bytes() == bytes(data)


def test_a_log_that_ends_where_the_published_file_does_is_removed(finished, files):
    log = Log(finished / LOG)
    log.append(Row(79, 79.0, 1.0, {"train_accuracy": 1.0}))
    log.close()
    (finding,) = check_log(files(finished))
    assert "run.h5 has all of its rows" in finding.found
    healed(finished)
    assert not (finished / LOG).exists()


def test_damage_in_rows_that_were_published_costs_nothing(finished, files):
    log = Log(finished / LOG)
    for step in (77, 78, 79):
        log.append(Row(step, float(step), 1.0, {"train_accuracy": 1.0}))
    log.close()
    data = bytearray((finished / LOG).read_bytes())
    data[ends(data)[0] + HEAD.size + 3] ^= 0xFF
    (finished / LOG).write_bytes(data)
    (finding,) = check_log(files(finished))
    assert "are damaged" in finding.found
    assert healed(finished) == [
        f"0 rows of the log published, the log removed ({LOG}.damaged is kept)"
    ]
    assert read_metrics(finished).step.size == 80


def test_groups_of_a_later_version_stay_where_rows_are_published(finished):
    with h5py.File(finished / "run.h5", "a") as file:
        file["novelty/values"] = np.arange(3.0)
    log = Log(finished / LOG)
    log.append(Row(80, 80.0, 1.0, {"train_accuracy": 1.0}))
    log.close()
    assert "1 rows of the log published, the log removed" in healed(finished)
    with h5py.File(finished / "run.h5") as file:
        assert file["novelty/values"][()].tolist() == [0, 1, 2]
        assert file["metrics/step"][-1] == 80


def test_an_empty_log_is_no_finding(finished, files):
    (finished / LOG).write_bytes(MAGIC)
    assert check_log(files(finished)) == []
    assert scan(finished / LOG).rows == []
