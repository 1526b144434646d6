import json
from dataclasses import asdict, replace

import h5py
import numpy as np
import pytest
import xarray as xr

from grokscope.errors import StoreFailed
from grokscope.events import Moment
from grokscope.store.curves.analysis import (
    moments_in,
    moments_of,
    read_loose,
    removals,
    write_analysis,
)
from grokscope.store.curves.reader import read_analyses, read_metrics
from grokscope.store.listing.summary import read_summary
from grokscope.store.lock import new_holder
from grokscope.store.schema import Group, Variable
from tests.store.conftest import train


def result(value: float) -> Group:
    return Group({"speed": Variable(("checkpoint",), np.full(3, value), {"units": "1"})})


def test_a_result_stored_anew_while_the_older_is_taken_over_is_not_removed(begin):
    writer = begin()
    for key in ("speed", "other"):
        write_analysis(writer.path, key, result(1))
    _, read = read_loose(writer.path)
    write_analysis(writer.path, "speed", result(2))
    for remove in removals(read):
        remove()
    assert names(writer.path) == ["speed.h5"]


@pytest.fixture
def ended(begin):
    writer = begin()
    train(writer, 0, 10)
    writer.finish("finished")
    return writer.path


def names(run):
    return [path.name for path in (run / "analysis").iterdir()]


def test_a_result_goes_into_a_run_that_nobody_writes(ended):
    write_analysis(ended, "speed", result(1))
    assert names(ended) == []
    with xr.open_datatree(ended / "run.h5", engine="h5netcdf") as tree:
        assert tree["analysis/speed/speed"].values.tolist() == [1, 1, 1]
    assert not (ended / "lock.json").exists()
    assert read_metrics(ended).step.size == 10


def test_groups_of_a_later_version_stay_where_a_result_is_merged(ended):
    with h5py.File(ended / "run.h5", "a") as file:
        file["novelty/values"] = np.arange(3.0)
    write_analysis(ended, "speed", result(1))
    with h5py.File(ended / "run.h5") as file:
        assert file["novelty/values"][()].tolist() == [0, 1, 2]
        assert "analysis/speed" in file


def test_a_later_result_replaces_an_earlier_one(ended):
    for value in (1, 2):
        write_analysis(ended, "speed", result(value))
    assert read_analyses(ended)["speed"].values.tolist() == [2, 2, 2]


def test_a_live_run_takes_results_over_when_it_ends(begin):
    writer = begin()
    train(writer, 0, 10)
    write_analysis(writer.path, "speed", result(1), {"speed_min": Moment(5, 2.5)})
    assert names(writer.path) == ["speed.h5"]
    assert read_analyses(writer.path)["speed"].values.tolist() == [1, 1, 1]
    writer.finish("finished")
    assert names(writer.path) == []
    assert read_analyses(writer.path)["speed"].values.tolist() == [1, 1, 1]
    assert read_summary(writer.path).moments == {"speed_min": Moment(5, 2.5)}


def test_results_beside_a_dead_run_go_into_it_and_its_rows_stay(begin):
    writer = begin()
    train(writer, 0, 10)
    dead = replace(new_holder(), pid=2**22 + 1)
    (writer.path / "lock.json").write_text(json.dumps(asdict(dead)))
    write_analysis(writer.path, "speed", result(1))
    assert names(writer.path) == []
    assert read_metrics(writer.path).step.size == 10
    assert read_summary(writer.path).status == "dead"


def test_turning_points_reach_the_summary(ended):
    moments = {"speed_min": Moment(5, 2.5), "speed_max": Moment(8, 4.0)}
    before = read_summary(ended)
    write_analysis(ended, "speed", result(1), moments)
    after = read_summary(ended)
    assert after.moments == moments
    assert after.generation > before.generation
    assert (after.status, after.step) == (before.status, before.step)


def test_half_a_turning_point_is_none():
    assert moments_in({"a": Group({}, {"moment_x_step": 3})}) == {}


@pytest.mark.parametrize("key", ["", "../x", "a/b", ".x", "a" * 201])
def test_a_key_that_cannot_name_a_group_is_refused(ended, key):
    with pytest.raises(ValueError, match="cannot name a stored measure"):
        write_analysis(ended, key, result(1))


def test_a_full_disk_is_told_in_one_line_and_changes_nothing(ended, monkeypatch):
    before = (ended / "run.h5").read_bytes()
    monkeypatch.setattr("os.fsync", lambda place: (_ for _ in ()).throw(OSError(28, "Full")))
    with pytest.raises(StoreFailed, match="run 'run' takes no result: full"):
        write_analysis(ended, "speed", result(1))
    assert (ended / "run.h5").read_bytes() == before


def test_a_file_that_cannot_be_read_stays_where_it_is(ended):
    (ended / "analysis" / "bad.h5").write_bytes(b"junk")
    write_analysis(ended, "speed", result(1))
    assert names(ended) == ["bad.h5"]
    assert read_loose(ended) == ({}, {})


@pytest.mark.parametrize(
    "attrs",
    [
        {"moment_a_step": 1},
        {"moment_a_step": "x", "moment_a_epoch": 1.0},
        {"moment_a_step": [1], "moment_a_epoch": 1.0},
        {"moment_a_step": 1 << 70, "moment_a_epoch": 1.0},
        {"moment_a_step": 1, "moment_a_epoch": float("nan")},
    ],
)
def test_a_turning_point_without_times_is_none(attrs):
    assert moments_of(attrs) == {}
