"""Migration, exercised on a format that never was: version 0.9 of runs, made from today's."""

import json
import os
import shutil
from dataclasses import replace

import h5py
import numpy as np
import pytest

from grokscope.errors import OlderSchema, Unreadable
from grokscope.store.curves.reader import read_metrics
from grokscope.store.doctor.examination import examine, mend
from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.listing.summary import read_summary
from grokscope.store.migration import filetree
from grokscope.store.migration import migrate as migration
from grokscope.store.migration.filetree import Tree
from grokscope.store.migration.migrate import MIGRATIONS, Migration, migrate
from grokscope.store.schema import SCHEMA_VERSION, Group
from grokscope.store.writing.writer import RunWriter
from tests.store.migration.conftest import TO_1, forward, same


def test_an_older_run_is_listed_as_such(old):
    catalogue = Catalogue(old)
    assert catalogue.refresh() == []
    assert "has schema version 0.9.2" in catalogue.broken["finished"]
    assert "`grokscope doctor --fix` migrates it" in catalogue.broken["finished"]
    with pytest.raises(OlderSchema):
        read_metrics(old / "finished")


@pytest.mark.parametrize(
    "name",
    ["finished", *(pytest.param(name, marks=pytest.mark.slow) for name in ("interrupted", "dead"))],
)
def test_the_doctor_migrates_and_keeps_the_old_files(old, new, name):
    run = old / name
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    findings = examine(run)
    assert [f.severity for f in findings if f.fix] == ["problem"]
    done = next(mend(run, findings))
    assert done.well, done.line
    assert "files migrated to version" in done.line
    same(run, new / name)
    for path, data in before.items():
        assert path.with_name(f"{path.name}.v0").read_bytes() == data
    assert "kept from an earlier mending" in str(examine(run))
    rest = [f.found for f in examine(run, deep=True) if f.fix]
    assert rest == [f.found for f in examine(new / name, deep=True) if f.fix]


def test_a_migrated_run_goes_on(old):
    migrate(old / "interrupted")
    writer, point = RunWriter.reopen(old / "interrupted")
    assert point.step == 69
    writer.log(70, 70, {"train_accuracy": 1, "test_accuracy": 1})
    writer.finish("finished")
    assert read_summary(old / "interrupted").status == "finished"


class Crash(Exception):
    pass


@pytest.mark.parametrize(
    "after", [n if n == 6 else pytest.param(n, marks=pytest.mark.slow) for n in range(12)]
)
def test_a_crash_between_any_two_steps_loses_nothing(old, new, after, monkeypatch):
    """The process dies at its n-th rename or link; migrating again goes on from there."""
    run = old / "interrupted"
    calls = 0

    def counted(real):
        def call(*args, **kwargs):
            nonlocal calls
            if calls >= after:
                raise Crash
            calls += 1
            return real(*args, **kwargs)

        return call

    with monkeypatch.context() as patch:
        patch.setattr(os, "link", counted(os.link))
        patch.setattr("pathlib.Path.replace", counted(type(run).replace))
        crashed = False
        try:
            migrate(run)
        except Crash:
            crashed = True
    assert crashed or after > 8
    if crashed:
        catalogue = Catalogue(old)
        catalogue.refresh()
        assert "0.9.2" in catalogue.broken["interrupted"]
    assert all(each.well for each in mend(run, examine(run)))
    same(run, new / "interrupted")


def test_a_function_whose_result_does_not_read_back_changes_nothing(old, monkeypatch):
    run = old / "finished"
    before = (run / "run.h5").read_bytes()
    monkeypatch.setattr(migration, "equal", lambda one, other: False)
    with pytest.raises(Unreadable, match="does not read back; the old file stands"):
        migrate(run)
    assert (run / "run.h5").read_bytes() == before
    assert not list(run.glob(".*.tmp"))


def test_a_function_that_breaks_a_run_is_noticed(old, monkeypatch):
    """Values that are not those of the digests do not take the place of the old ones."""

    def wrong(tree):
        tree = forward(tree)
        group = tree.groups["trajectory"]
        b = group.variables["b_in"]
        changed = Group({**group.variables, "b_in": replace(b, data=b.data + 1)}, group.attrs)
        return replace(tree, groups={**tree.groups, "trajectory": changed})

    monkeypatch.setitem(MIGRATIONS, 0, replace(TO_1, trajectory=wrong))
    path = old / "finished" / "trajectory.h5"
    before = path.read_bytes()
    with pytest.raises(Unreadable, match="checkpoints are not what they were"):
        migrate(old / "finished")
    assert path.read_bytes() == before


def test_a_version_from_which_no_way_leads_is_told(old, monkeypatch):
    monkeypatch.delitem(MIGRATIONS, 0)
    run = old / "finished"
    (done,) = mend(run, examine(run))
    assert not done.well
    assert "from which no way leads to 1.x" in done.line


def test_several_versions_are_taken_one_after_another(old, new, monkeypatch):
    monkeypatch.setattr(migration, "MAJOR", 2)
    monkeypatch.setattr(migration, "version_of", lambda path: _version(path))
    monkeypatch.setattr(migration, "SCHEMA_VERSION", "2.0.0")
    monkeypatch.setattr(filetree, "SCHEMA_VERSION", "2.0.0")
    monkeypatch.setattr(migration, "_prove", lambda path, called: None)
    monkeypatch.setitem(MIGRATIONS, 1, Migration(summary=lambda data: data | {"title": "two"}))
    run = old / "interrupted"
    migrate(run)
    data = json.loads((run / "summary.json").read_text())
    assert (data["schema_version"], data["title"], data["state"]) == ("2.0.0", "two", "interrupted")
    with h5py.File(run / "run.h5") as file:
        assert file.attrs["schema_version"] == "2.0.0"
        assert "metrics" in file


def _version(path):
    with h5py.File(path) as file:
        return file.attrs["schema_version"]


def test_this_version_is_left_as_it_is(new, tmp_path):
    run = shutil.copytree(new / "finished", tmp_path / "finished")
    before = {path: path.stat().st_mtime_ns for path in run.rglob("*")}
    assert migrate(run).startswith("0 files")
    assert {path: path.stat().st_mtime_ns for path in run.rglob("*")} == before


def test_what_a_later_minor_version_adds_is_ignored_and_kept(new, tmp_path):
    run = shutil.copytree(new / "interrupted", tmp_path / "interrupted")
    major = SCHEMA_VERSION.partition(".")[0]
    with h5py.File(run / "run.h5", "a") as file:
        file.attrs["schema_version"] = f"{major}.99.0"
        file.attrs["mood"] = "new"
        file["novelty/values"] = np.arange(3.0)
    data = json.loads((run / "summary.json").read_text()) | {"novelty": [1]}
    (run / "summary.json").write_text(json.dumps(data | {"schema_version": f"{major}.99.0"}))
    assert read_metrics(run).step.size == 80
    assert read_summary(run).status == "interrupted"
    assert examine(run) == []


def test_the_table_begins_at_the_first_version():
    assert set(MIGRATIONS) == set(range(1, migration.MAJOR))
    assert Tree({}).groups == {}
