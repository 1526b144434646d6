"""Trash that is cut short, and trash that goes for good."""

import os
import shutil
from pathlib import Path

import pytest

from grokscope.errors import NotARun
from grokscope.store.keeping.trash import (
    discard,
    find_trashed,
    purge,
    read_trash,
    restore,
    sweep_trash,
)
from grokscope.store.writing.rundir import disk_bytes
from tests.store.keeping.conftest import dead_pid, held_by

STEPS = ("pathlib.Path.mkdir", "pathlib.Path.rename", "pathlib.Path.unlink", "os.open", "os.close")


def cut_short(monkeypatch, after, action):
    """Do something that is interrupted behind its step number `after`; return whether it was."""
    left = [after]

    def counted(real):
        def step(*args, **options):
            result = real(*args, **options)
            left[0] -= 1
            if left[0] == 0:
                raise KeyboardInterrupt
            return result

        return step

    with monkeypatch.context() as patch:
        for name in STEPS:
            home, _, function = name.rpartition(".")
            owner = Path if home == "pathlib.Path" else os
            patch.setattr(name, counted(getattr(owner, function)))
        try:
            action()
        except KeyboardInterrupt:
            return True
    return False


def die(store):
    """Have whoever holds a run be dead, as a process is that was interrupted."""
    gone = dead_pid()
    for lock in [*store.glob("*/lock.json"), *store.glob(".trash/*/lock.json")]:
        held_by(lock.parent, pid=gone)


def test_an_interrupt_anywhere_loses_nothing_and_the_same_can_be_said_again(
    finished, store, monkeypatch
):
    finished("run")
    (store / "run" / "mine").write_text("mine")
    for after in range(1, 100):
        interrupted = cut_short(monkeypatch, after, lambda: discard(store, "run"))
        die(store)
        assert (store / "run").exists() + len(read_trash(store)) == 1
        if (store / "run").exists():
            discard(store, "run")
        again = cut_short(monkeypatch, after, lambda: restore(store, read_trash(store)[0]))
        assert (store / "run").exists() + len(read_trash(store)) == 1
        if not (store / "run").exists():
            restore(store, read_trash(store)[0])
        assert (store / "run" / "mine").read_text() == "mine"
        if not interrupted and not again:
            break
    assert 5 < after < 99


def test_what_is_purged_is_gone_and_its_size_is_told(finished, store):
    size = disk_bytes(finished("run"))
    finished("other")
    discard(store, "other")
    assert purge(discard(store, "run")) == size
    assert [run.id for run in read_trash(store)] == ["other"]
    assert not list((store / ".trash").glob("*run*"))


def test_purging_does_not_follow_links(finished, store, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("mine")
    (finished("run") / "link").symlink_to(tmp_path / "mine")
    purge(discard(store, "run"))
    assert (tmp_path / "mine" / "file").read_text() == "mine"


def test_a_deletion_cut_short_is_not_restored_and_can_be_finished(finished, store, monkeypatch):
    finished("run")
    trashed = discard(store, "run")

    def interrupt(path):
        (path / "run.h5").unlink()
        raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "rmtree", interrupt)
    with pytest.raises(KeyboardInterrupt):
        purge(trashed)
    monkeypatch.undo()
    assert read_trash(store) == []
    with pytest.raises(NotARun, match="no run 'run' in the trash"):
        find_trashed(store, "run")
    assert sweep_trash(store) > 0
    assert not (store / ".trash").exists()
