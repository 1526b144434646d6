import errno
import json
import os
import subprocess
import sys
import time

import pytest

from grokscope.errors import NotAStore, StoreFailed, Unreadable
from grokscope.store.keeping.annotations import annotate
from grokscope.store.listing import catalogue as module
from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.listing.index import index_path
from grokscope.store.listing.summary import read_summary
from tests.store.conftest import edit


def test_runs_are_listed_newest_first(three):
    assert [run.id for run in Catalogue(three).refresh()] == ["b-1", "a-2", "a-1"]


def test_a_store_that_does_not_exist_is_empty(tmp_path):
    assert Catalogue(tmp_path / "none").refresh() == []


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO])
def test_a_store_that_cannot_be_listed_is_told_in_one_line(tmp_path, monkeypatch, code):
    def refuse(path):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(StoreFailed, match=r"the store .* cannot be listed: "):
        Catalogue(tmp_path).refresh()


def test_a_store_that_is_a_file_is_told_in_one_line(tmp_path):
    (tmp_path / "store").touch()
    with pytest.raises(NotAStore, match=r"the store .* cannot be listed: not a directory"):
        Catalogue(tmp_path / "store").refresh()


def test_only_what_changed_is_read_again(three, monkeypatch):
    catalogue = Catalogue(three)
    catalogue.refresh()
    read = []
    real = module.read_summary_file
    monkeypatch.setattr(
        module, "read_summary_file", lambda run: (read.append(run.name), real(run))[1]
    )
    catalogue.refresh()
    assert read == []
    edit(three / "a-1", reason="changed")
    found = {run.id: run.reason for run in catalogue.refresh()}
    assert read == ["a-1"]
    assert found["a-1"] == "changed"


def test_a_rewrite_of_equal_size_and_time_is_noticed(three):
    catalogue = Catalogue(three)
    catalogue.refresh()
    path = three / "a-1" / "summary.json"
    before = path.stat()
    edit(three / "a-1", step=7)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert {run.id: run.step for run in catalogue.refresh()}["a-1"] == 7


def test_a_run_that_was_removed_or_renamed_is_listed_as_it_stands(three):
    catalogue = Catalogue(three)
    catalogue.refresh()
    (three / "a-1").rename(three / "renamed")
    assert sorted(run.id for run in catalogue.refresh()) == ["a-2", "b-1", "renamed"]


def test_listing_opens_no_hdf5_file(three, monkeypatch):
    for run in three.iterdir():
        (run / "run.h5").write_bytes(b"not looked at")
    assert len(Catalogue(three).refresh()) == 3


def test_listing_runs_that_ended_imports_no_array_library(three):
    code = (
        "import sys, pathlib\nfrom grokscope.store import Catalogue\n"
        "print(len(Catalogue(pathlib.Path(sys.argv[1])).refresh()))\n"
        "heavy = {'numpy', 'h5py', 'xarray', 'torch', 'click', 'textual'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, str(three)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["3", "[]"]


def test_what_cannot_be_read_is_told_in_one_line_and_hides_nothing(three):
    (three / "a-1" / "summary.json").write_text("{")
    (three / "a-2" / "summary.json").unlink()
    (three / "notes").mkdir()
    (three / ".hidden").mkdir()
    catalogue = Catalogue(three)
    assert [run.id for run in catalogue.refresh()] == ["b-1"]
    assert catalogue.broken.keys() == {"a-1", "a-2"}
    assert catalogue.broken["a-2"] == "run 'a-2' has no summary.json"
    assert "\n" not in catalogue.broken["a-1"]


def test_one_bad_run_costs_no_listing(three):
    bad = {name: three / name / "summary.json" for name in ("a-1", "a-2", "dir", "huge", "inf")}
    for name, path in bad.items():
        path.parent.mkdir(exist_ok=True)
        path.unlink(missing_ok=True)
        if name == "dir":
            path.mkdir()
        elif name == "a-1":
            os.mkfifo(path)
        elif name == "huge":
            path.write_bytes(b" " * ((4 << 20) + 1))
        elif name == "inf":
            told = json.loads((three / "b-1" / "summary.json").read_text())
            path.write_text(json.dumps(told | {"step": 0}).replace('"step": 0', '"step": 1e999'))
        else:
            path.touch()
    catalogue = Catalogue(three)
    assert [run.id for run in catalogue.refresh()] == ["b-1"]
    assert catalogue.broken.keys() == bad.keys()
    assert "no plain file" in catalogue.broken["dir"]
    assert read_summary(three / "b-1").id == "b-1"
    for name in bad:
        with pytest.raises(Unreadable):
            read_summary(three / name)


def test_a_summary_that_cannot_be_read_now_is_told(three, monkeypatch):
    def refuse(path, limit):
        raise OSError(13, "Permission denied")

    monkeypatch.setattr("grokscope.store.listing.summary.read_small", refuse)
    catalogue = Catalogue(three)
    assert catalogue.refresh() == []
    assert catalogue.broken["a-1"] == "run 'a-1': summary.json cannot be read: permission denied"
    with pytest.raises(Unreadable, match="permission denied"):
        read_summary(three / "a-1")


def test_a_directory_that_cannot_be_looked_into_is_told(three, monkeypatch):
    def refuse(path):
        raise OSError(13, "Permission denied")

    monkeypatch.setattr(module, "_stamp", refuse)
    catalogue = Catalogue(three)
    assert catalogue.refresh() == []
    assert catalogue.broken["a-1"] == "run 'a-1' cannot be read: permission denied"


def test_links_to_elsewhere_are_not_followed(three, tmp_path):
    (three / "a-1").rename(tmp_path / "outside")
    (three / "link").symlink_to(tmp_path / "outside")
    assert "link" not in [run.id for run in Catalogue(three).refresh()]


@pytest.fixture
def remembering(three, monkeypatch):
    """A store whose few runs are remembered as those of a large one are."""
    monkeypatch.setattr(module, "SMALLEST", 1)
    Catalogue(three).refresh()
    return three


def reading(monkeypatch):
    """Return the list of runs whose summaries are read from now on."""
    read, real = [], module.read_summary_file
    monkeypatch.setattr(
        module, "read_summary_file", lambda run: (read.append(run.name), real(run))[1]
    )
    return read


def test_another_process_reads_no_summary_again(remembering, monkeypatch):
    read = reading(monkeypatch)
    found = Catalogue(remembering).refresh()
    assert read == []
    assert [json.dumps(run.as_json()) for run in found] == [
        json.dumps(read_summary(run.path).as_json()) for run in found
    ]


def test_what_changed_since_is_read_again(remembering, monkeypatch):
    edit(remembering / "a-1", reason="changed")
    (remembering / "a-2").rename(remembering / "c-1")
    read = reading(monkeypatch)
    found = {run.id: run.reason for run in Catalogue(remembering).refresh()}
    assert found == {"a-1": "changed", "b-1": "", "c-1": ""}
    assert sorted(read) == ["a-1", "c-1"]


def test_what_is_remembered_is_told_before_any_file_is_asked_about(remembering, monkeypatch):
    found = Catalogue(remembering).refresh()
    (remembering / "a-1").rename(remembering / "c-1")
    monkeypatch.setattr(module, "_stamp", None)
    catalogue = Catalogue(remembering)
    assert [run.id for run in catalogue.recalled()] == [run.id for run in found]
    monkeypatch.undo()
    assert sorted(run.id for run in catalogue.refresh()) == ["a-2", "b-1", "c-1"]


def test_of_a_store_without_an_index_nothing_is_remembered(three):
    catalogue = Catalogue(three)
    assert catalogue.recalled() == []
    assert len(catalogue.refresh()) == 3


def test_annotations_are_listed_and_followed(remembering):
    catalogue = Catalogue(remembering)
    annotate(remembering / "a-1", lambda a: a.tagged(add=["paper"]).noted("two\nlines"))
    told = {run.id: run.annotations.tags for run in catalogue.refresh()}
    assert told == {"a-1": ("paper",), "a-2": (), "b-1": ()}
    annotate(remembering / "a-1", lambda a: a.tagged(remove=["paper"]))
    assert {run.annotations.tags for run in catalogue.refresh()} == {()}
    run = next(run for run in Catalogue(remembering).refresh() if run.id == "a-1")
    assert (run.annotations.note, run.as_json()["note"]) == ("two\nlines", "two\nlines")


def test_damaged_annotations_are_told_and_hide_no_run(remembering):
    (remembering / "a-1" / "annotations.json").write_text("{")
    for _ in range(2):
        catalogue = Catalogue(remembering)
        assert len(catalogue.refresh()) == 3
        assert "annotations.json" in catalogue.broken["a-1"]
        assert len(catalogue.refresh()) == 3
        assert "a-1" in catalogue.broken


def test_a_run_that_goes_on_has_its_status_derived_at_each_look(begin, store, monkeypatch):
    monkeypatch.setattr(module, "SMALLEST", 1)
    writer = begin("live")
    writer.log(0, 0, {"a": 1})
    writer._presence.sum_up("running")
    begin("ended").finish("finished")
    assert {run.id: run.status for run in Catalogue(store).refresh()}["live"] == "running"
    catalogue = Catalogue(store)
    assert {run.id: run.status for run in catalogue.recalled()}["live"] == "running"
    assert {run.id: run.status for run in catalogue.refresh()}["live"] == "running"
    later = time.time() + 3600
    monkeypatch.setattr(module.time, "time", lambda: later)
    assert {run.id: run.status for run in catalogue.refresh()}["live"] == "stalled"
    (store / "live" / "lock.json").unlink()
    assert {run.id: run.status for run in catalogue.refresh()}["live"] == "dead"
    assert {run.id: run.status for run in Catalogue(store).refresh()}["live"] == "dead"


def test_a_small_store_leaves_no_index(three):
    Catalogue(three).refresh()
    assert not index_path(three).exists()


def test_a_listing_leaves_the_collector_as_it_was(three):
    import gc

    for enabled in (True, False):
        (gc.enable if enabled else gc.disable)()
        Catalogue(three).refresh()
        assert gc.isenabled() is enabled
    gc.enable()


def test_listing_writes_nothing_into_the_store(remembering):
    before = sorted((p, p.stat().st_mtime_ns) for p in remembering.rglob("*"))
    Catalogue(remembering).refresh()
    assert sorted((p, p.stat().st_mtime_ns) for p in remembering.rglob("*")) == before
