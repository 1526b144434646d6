import json
import os
import shutil
import time

import pytest

from grokscope.store.doctor import place
from grokscope.store.doctor.examination import mend_place
from grokscope.store.doctor.place import check_place, file_system, runs_in
from grokscope.store.keeping.trash import discard
from grokscope.store.listing.room import Room
from grokscope.store.lock import Lock


def found(store):
    return [finding.found for finding in check_place(store, time.time())]


@pytest.fixture(autouse=True)
def roomy(monkeypatch):
    monkeypatch.setattr(place, "room_of", lambda store: Room(10**12, 10**12))
    monkeypatch.setattr(place, "file_system", lambda store: "ext4")


def test_a_tidy_store_has_no_findings(store):
    assert found(store) == []
    assert [run.name for run in runs_in(store)] == ["dead", "finished", "interrupted"]


def test_a_damaged_run_still_counts_as_one(store):
    for name in ("run.h5", "summary.json"):
        (store / "finished" / name).unlink()
    assert "finished" in [run.name for run in runs_in(store)]


def test_directories_that_are_no_runs_are_told(store):
    (store / "notes").mkdir()
    (store / "not an id").mkdir()
    (store / "README.md").write_text("a file is nobody's business")
    assert found(store) == [
        "directory 'not an id' cannot be the name of a run",
        "directory 'notes' holds no file of a run",
    ]


def test_links_are_told(store, tmp_path):
    (store / "link").symlink_to(store / "finished")
    assert found(store) == ["link is a symbolic link"]
    assert "link" not in [run.name for run in runs_in(store)]


def test_the_trash_is_told_with_its_size(store):
    discard(store, "finished")
    (told,) = found(store)
    assert told.startswith("the trash holds")
    assert told.endswith("kB")


def test_a_deletion_that_was_cut_short_is_ended(store):
    leaving = store / ".trash" / ".leaving-old"
    leaving.mkdir(parents=True)
    (leaving / "run.h5").write_bytes(b"x" * 100)
    findings = check_place(store, time.time())
    (done,) = mend_place(findings)
    assert done.line == "100 bytes of them deleted"
    assert found(store) == []


def test_a_run_that_never_appeared_is_removed_once_it_is_old(store):
    unborn = store / ".new.1a2b3c4d.tmp"
    shutil.copytree(store / "dead", unborn)
    for path in unborn.rglob("*"):
        if path.is_file() and path.name not in ("run.h5", "summary.json", "lock.json"):
            path.unlink()
    assert found(store) == []
    then = time.time() - 7200
    os.utime(unborn, (then, then))
    (told,) = found(store)
    assert told.endswith("is of a run that never began")
    held = json.loads((unborn / "lock.json").read_text())
    (unborn / "lock.json").unlink()
    Lock.take(unborn)
    os.utime(unborn, (then, then))
    assert found(store) == []
    (unborn / "lock.json").write_text(json.dumps(held))
    os.utime(unborn, (then, then))
    list(mend_place(check_place(store, time.time())))
    assert not unborn.exists()


def test_damaged_data_sets_are_told(store):
    (store / "datasets").mkdir()
    (store / "datasets" / "abc.h5").write_bytes(b"torn")
    (told,) = found(store)
    assert told.startswith("datasets/abc.h5 is no HDF5 file")


def test_a_full_disk_is_told(store, monkeypatch):
    monkeypatch.setattr(place, "room_of", lambda store: Room(10**8, 10**12))
    assert found(store) == ["100 MB are free of the 1.0 TB of the store's disk"]


def test_a_store_that_is_read_only_is_told(store, monkeypatch):
    monkeypatch.setattr(place, "room_of", lambda store: Room(0, 10**12, read_only=True))
    assert found(store) == ["the store is mounted read-only"]


def test_a_network_file_system_is_told(store, monkeypatch):
    monkeypatch.setattr(place, "file_system", lambda store: "nfs4")
    assert found(store) == ["the store lies on a network file system (nfs4)"]


def test_the_file_system_is_that_of_the_innermost_mount(tmp_path):
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "1 0 8:1 / / rw - ext4 /dev/vda rw\n"
        f"2 1 0:40 / {tmp_path} rw shared:1 - nfs4 server:/x rw\n"
        f"3 1 0:41 / {tmp_path}/b\\040c rw - lustre x rw\n"
        "nonsense\n"
    )
    (tmp_path / "b c").mkdir()
    assert file_system(tmp_path / "a", mounts) == "nfs4"
    assert file_system(tmp_path / "b c" / "d", mounts) == "lustre"
    assert file_system(tmp_path.parent, mounts) == "ext4"
    assert file_system(tmp_path, tmp_path / "none") == ""


@pytest.mark.parametrize("name", [".cache.tmp", ".notes.0a1b2c3.tmp", ".a b.1a2b3c4d.tmp"])
def test_directories_of_other_names_are_not_ours_to_remove(store, name):
    (store / name / "segments").mkdir(parents=True)
    os.utime(store / name, (0, 0))
    assert found(store) == []


def test_a_directory_that_holds_what_no_run_does_is_left(store):
    mine = store / ".new.1a2b3c4d.tmp"
    mine.mkdir()
    (mine / "thesis.tex").write_text("years of work")
    os.utime(mine, (0, 0))
    (finding,) = check_place(store, time.time())
    assert "holds 'thesis.tex'" in finding.found
    assert finding.fix is None
