"""Removing runs: what moves, what is refused, what comes back, and what is gone."""

import os
import shutil
import time
from pathlib import Path

import pytest

from grokscope.errors import NotARun, NotAStore, RunExists, RunHeld, StoreFailed
from grokscope.store.keeping import trash
from grokscope.store.keeping.trash import (
    discard,
    find_trashed,
    purge,
    read_trash,
    restore,
    sweep_trash,
)
from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.listing.summary import read_summary
from grokscope.store.location import open_store
from grokscope.store.lock import Lock, read_lock
from grokscope.store.writing.rundir import disk_bytes
from tests.store.conftest import train
from tests.store.keeping.conftest import dead_pid, held_by


def files(path):
    return {
        str(file.relative_to(path)): file.read_bytes()
        for file in sorted(path.rglob("*"))
        if file.is_file()
    }


def test_a_run_goes_and_comes_back_bit_for_bit(finished, store):
    before = files(finished("run"))
    finished("other")
    trashed = discard(store, "run")
    assert [run.id for run in Catalogue(store).refresh()] == ["other"]
    assert files(trashed.path) == before
    assert restore(store, trashed) == store / "run"
    assert files(store / "run") == before
    assert read_trash(store) == []


def test_the_trash_tells_what_was_removed_when_and_how_large_it_is(finished, store):
    size = disk_bytes(finished("run"))
    before = time.time()
    discard(store, "run")
    (found,) = read_trash(store)
    assert (found.id, found.disk_bytes) == ("run", size)
    assert before - 1 <= found.removed <= time.time()
    assert found.name.startswith("run@20")


def test_one_id_may_be_removed_many_times(finished, store):
    runs = [discard(store, finished("run").name) for _ in range(3)]
    assert len({run.name for run in runs}) == 3
    assert {run.path for run in find_trashed(store, "run")} == {run.path for run in runs}
    assert find_trashed(store, runs[1].name) == [
        run for run in read_trash(store) if run.name == runs[1].name
    ]


def test_a_live_run_is_refused_naming_its_holder(begin, store):
    writer = begin()
    train(writer, 0, 5)
    for force in (False, True):
        with pytest.raises(RunHeld, match=rf"being written by process {os.getpid()} on "):
            discard(store, "run", force)
    assert writer._presence.lock.held
    writer.finish("finished")
    assert discard(store, "run").id == "run"


def test_a_dead_run_is_removed_and_comes_back_dead(begin, store):
    train(begin(), 0, 5)
    held_by(store / "run", pid=dead_pid())
    trashed = discard(store, "run")
    assert read_lock(trashed.path) is None
    restore(store, trashed)
    assert read_summary(store / "run").status == "dead"


def test_a_run_held_out_of_sight_takes_force(finished, store):
    holder = held_by(finished("run"), boot="another", host="elsewhere", machine="m")
    with pytest.raises(RunHeld, match=r"on elsewhere, which cannot be seen.*rm run --force"):
        discard(store, "run")
    assert read_lock(store / "run") == holder
    assert discard(store, "run", force=True).id == "run"


def test_no_process_begins_to_write_while_a_run_moves(finished, store, monkeypatch):
    finished("run")
    moved, rename = [], Path.rename

    def late(path, target):
        with pytest.raises(RunHeld):
            Lock.take(path)
        moved.append(path)
        return rename(path, target)

    monkeypatch.setattr("pathlib.Path.rename", late)
    discard(store, "run")
    assert moved == [store / "run"]


def test_a_full_disk_lets_a_run_go(finished, store, monkeypatch):
    finished("run")

    def full(run, force=False):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(trash.Lock, "take", full)
    assert discard(store, "run").path.is_dir()


def test_a_move_that_fails_leaves_the_run_free_where_it_was(finished, store, monkeypatch):
    before = files(finished("run"))

    def refuse(path, target):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("pathlib.Path.rename", refuse)
    with pytest.raises(StoreFailed, match="run 'run' cannot be moved to the trash: read-only"):
        discard(store, "run")
    assert files(store / "run") == before


@pytest.mark.parametrize("left", [("run.h5",), ("summary.json",), ("segments",), ("lock.json",)])
def test_a_damaged_run_is_removed_by_its_id(store, left):
    (store / "run").mkdir()
    for name in left:
        (store / "run" / name).write_text("damaged")
    if left == ("lock.json",):
        with pytest.raises(RunHeld, match="a process that is not named"):
            discard(store, "run")
    assert discard(store, "run", force=True).id == "run"


@pytest.mark.parametrize("name", ["..", ".trash", "datasets", "a/b", "", "none", "notes", "link"])
def test_what_is_no_run_is_refused(finished, store, tmp_path, name):
    finished("run")
    (store / "notes").mkdir()
    (store / "notes" / "mine.txt").write_text("mine")
    shutil.copytree(store / "run", tmp_path / "outside")
    (store / "link").symlink_to(tmp_path / "outside")
    with pytest.raises(NotARun):
        discard(store, name)
    assert (tmp_path / "outside" / "run.h5").is_file()
    assert (store / "notes" / "mine.txt").is_file()


def test_a_trash_that_leads_out_of_the_store_is_refused(finished, store, tmp_path):
    finished("run")
    (tmp_path / "elsewhere").mkdir()
    (store / ".trash").symlink_to(tmp_path / "elsewhere")
    for action in (lambda: discard(store, "run"), lambda: read_trash(store)):
        with pytest.raises(NotAStore, match="symbolic link"):
            action()
    assert (store / "run").is_dir()


def test_a_run_does_not_come_back_over_another(finished, store):
    finished("run")
    trashed = discard(store, "run")
    before = files(finished("run"))
    with pytest.raises(RunExists, match="there is a run 'run' in"):
        restore(store, trashed)
    assert files(store / "run") == before
    assert trashed.path.is_dir()


def test_a_run_that_appears_at_the_last_moment_is_not_overwritten(finished, store, monkeypatch):
    finished("run")
    trashed = discard(store, "run")
    finished("run")
    monkeypatch.setattr("pathlib.Path.exists", lambda path: False)
    with pytest.raises(RunExists):
        restore(store, trashed)


def test_words_find_runs_in_the_trash(finished, store):
    for name in ("grok-a", "grok-b", "steady"):
        finished(name)
        discard(store, name)
    assert [run.id for run in find_trashed(store, "st")] == ["steady"]
    with pytest.raises(NotARun, match="'grok' fits 2 runs in the trash: grok-a, grok-b"):
        find_trashed(store, "grok")
    with pytest.raises(NotARun, match="did you mean 'steady'"):
        find_trashed(store, "stedy")


def test_strangers_in_the_trash_are_left_alone(finished, store):
    finished("run")
    discard(store, "run")
    (store / ".trash" / "notes.txt").write_text("mine")
    (store / ".trash" / "link").symlink_to(store)
    assert [run.id for run in read_trash(store)] == ["run"]
    for run in read_trash(store):
        purge(run)
    sweep_trash(store)
    assert (store / ".trash" / "notes.txt").read_text() == "mine"


def test_a_run_moved_there_by_hand_counts(finished, store):
    (store / ".trash").mkdir()
    finished("run").rename(store / ".trash" / "run")
    (found,) = read_trash(store)
    assert found.id == "run"
    assert restore(store, found) == store / "run"


def test_a_store_of_removed_runs_alone_is_a_store(finished, store):
    (store / "notes").mkdir()
    finished("run")
    discard(store, "run")
    assert open_store(store) == store


def test_a_disk_that_cannot_wait_takes_the_move_all_the_same(finished, store, monkeypatch):
    finished("run")

    def refuse(place):
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr(trash, "sync", refuse)
    assert restore(store, discard(store, "run")) == store / "run"


def test_a_store_without_trash_has_none(store):
    assert read_trash(store) == []
    assert sweep_trash(store) == 0
