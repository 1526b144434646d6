"""`export`: the format by the name, one file or several, and what is refused."""

import csv
import io
import re

import h5py
import pytest

from grokscope.cli import progress
from tests.cli.conftest import call


@pytest.fixture
def two(stored):
    return stored("first", "second")


@pytest.mark.parametrize("name", ["a.h5", "a.nc", "a.NC4", "a.hdf5"])
def test_one_run_lies_at_the_root_of_its_file(two, tmp_path, name):
    done = call("export", "first", "--to", tmp_path / name)
    assert done.code == 0
    assert re.fullmatch(rf"{tmp_path / name}: 1 run, [\d.]+ kB\n", done.out)
    with h5py.File(tmp_path / name) as file:
        assert file.attrs["run_id"] == "first"
        assert file["trajectory/w"].shape == (4, 3, 4)


def test_several_runs_lie_in_groups(two, tmp_path):
    done = call("export", "name:first or name:second", "--to", tmp_path / "a.h5")
    assert "2 runs" in done.out, done.err
    with h5py.File(tmp_path / "a.h5") as file:
        assert sorted(file) == ["first", "second"]


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (("--no-trajectory",), None),
        (("--checkpoints", "every:2"), 3),
        (("--checkpoints", "last"), 1),
    ],
)
def test_checkpoints_are_left_out(two, tmp_path, words, count):
    assert call("export", "first", "--to", tmp_path / "a.h5", *words).code == 0
    with h5py.File(tmp_path / "a.h5") as file:
        assert (len(file["trajectory/w"]) if "trajectory" in file else None) == count


def test_a_directory_gets_a_file_for_each_run(two, tmp_path):
    (tmp_path / "there").mkdir()
    for folder in (tmp_path / "there", f"{tmp_path}/new/"):
        assert call("export", "first", "second", "--to", folder).code == 0
    for folder in ("there", "new"):
        assert sorted(p.name for p in (tmp_path / folder).iterdir()) == ["first.h5", "second.h5"]


def test_a_run_that_cannot_be_read_keeps_no_other_from_a_directory(two, tmp_path):
    (two[0] / "trajectory.h5").write_text("damaged")
    done = call("export", "first", "second", "--to", f"{tmp_path}/new/")
    assert done.code == 4
    assert "first/trajectory.h5" in done.err
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["second.h5"]


def test_curves_go_to_a_table_or_to_standard_output(two, tmp_path):
    call("export", "first", "second", "--to", tmp_path / "a.csv")
    text = call("export", "first", "second", "--to", "-").out
    assert (tmp_path / "a.csv").read_text() == text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["run"] for row in rows] == ["first"] * 4 + ["second"] * 4
    assert [float(row["train_accuracy"]) for row in rows[:4]] == [0, 1 / 3, 2 / 3, 1]


def test_runs_go_to_a_table(two):
    text = call("export", "first", "second", "--to", "-", "--table", "runs").out
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["id"] for row in rows] == ["first", "second"]
    assert {row["optimizer.lr"] for row in rows} == {"0.01"}


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("first", "--to", "{}/a.zip"), 1, "tells no format; one of FILE.h5"),
        (("first", "--to", "{}/none/a.h5"), 1, "is no directory"),
        (("first", "--to", "{}/there.h5"), 1, "is there already; --force"),
        (("first", "--to", "{}/there.csv"), 1, "is there already; --force"),
        (("none", "--to", "{}/a.h5"), 1, "no run 'none'"),
        (("first", "--to", "{}/a.h5", "--checkpoints", "some"), 1, "is no rule; accepted: every:N"),
        (("first", "--to", "{}/a.h5", "--table", "runs"), 2, "--table is for CSV"),
        (("first", "--to", "{}/a.csv", "--checkpoints", "last"), 2, "is for netCDF"),
        (("--to", "{}/a.csv"), 2, "RUN"),
        (("first",), 2, "--to"),
    ],
)
def test_what_cannot_be_exported_is_told(two, tmp_path, words, code, told):
    for name in ("there.h5", "there.csv"):
        (tmp_path / name).write_text("mine")
    done = call("export", *(word.format(tmp_path) for word in words))
    assert (done.code, done.out) == (code, "")
    assert told in done.err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["there.csv", "there.h5"]
    assert (tmp_path / "there.h5").read_text() == "mine"


def test_force_writes_a_file_anew(two, tmp_path):
    for name in ("a.h5", "a.csv"):
        (tmp_path / name).write_text("mine")
        assert call("export", "first", "--to", tmp_path / name, "--force").code == 0
        assert (tmp_path / name).read_bytes()[:4] != b"mine"


def test_a_file_in_a_run_is_refused_whatever_is_forced(two):
    done = call("export", "first", "--to", two[0] / "run.h5", "--force")
    assert done.code == 1
    assert "lies in run 'first'" in done.err
    assert call("show", "first").code == 0


@pytest.mark.parametrize("name", ["second/run.h5", "second/summary.csv", "second/new/", ""])
def test_nothing_is_written_into_another_run_or_the_store(two, store, name):
    before = sorted(store.rglob("*"))
    content = (two[1] / "run.h5").read_bytes()
    done = call("export", "first", "--force", "--to", f"{store}/{name}")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert sorted(store.rglob("*")) == before
    assert (two[1] / "run.h5").read_bytes() == content


def test_long_work_tells_how_far_it_is(two, tmp_path, monkeypatch):
    monkeypatch.setattr(progress, "LINE", 0.0)
    err = call("export", "first", "--to", tmp_path / "a.h5").err
    assert re.search(r"^a\.h5: ([\d.]+ kB) of \1, [\d.]+ .?B/s, 0 s left$", err, re.MULTILINE)
    err = call("export", "first", "second", "--to", tmp_path / "a.csv").err
    assert err.startswith("a.csv: 1 of 2, ")
