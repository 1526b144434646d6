import json

import pytest

from grokscope.store.doctor.examination import examine, mend
from grokscope.store.lock import Lock, read_lock
from tests.store.doctor.conftest import flip, healed, resumes, told


def state_of(store):
    """Return everything about the files of a store but when they were read."""
    found = {}
    for path in [store, *sorted(store.rglob("*"))]:
        status = path.lstat()
        data = b"" if path.is_dir() else path.read_bytes()
        found[path] = (status.st_mtime_ns, status.st_ctime_ns, status.st_ino, data)
    return found


def files_of(store):
    return {path: state for path, state in state_of(store).items() if not path.is_dir()}


def damage_all(store):
    """Do something to every run."""
    (store / "finished" / "summary.json").write_text("{")
    flip(store / "interrupted" / "resume.h5", b"theta")
    (store / "dead" / "annotations.json").write_text("[]")
    (store / "dead" / "segments" / ".ck-1.h5.0123abcd.tmp").write_bytes(b"half")


def test_a_healthy_run_has_no_findings(finished, interrupted):
    assert examine(finished, deep=True) == []
    assert examine(interrupted, deep=True) == []


def test_looking_writes_nothing_at_all(store):
    damage_all(store)
    before = state_of(store)
    for deep in (False, True):
        for run in store.iterdir():
            examine(run, deep)
    assert state_of(store) == before


@pytest.mark.slow
def test_a_second_mending_finds_nothing_to_mend(store):
    damage_all(store)
    for run in store.iterdir():
        healed(run, deep=True)
        before = state_of(run)
        assert list(mend(run, examine(run, deep=True), deep=True)) == []
        assert state_of(run) == before


def test_several_damages_are_mended_one_after_another(finished):
    (finished / "summary.json").unlink()
    (finished / "run.h5").unlink()
    done = list(mend(finished, examine(finished)))
    assert done
    assert all(not each.well for each in done)


def test_a_live_run_is_left_alone(dead):
    lock = dead / "lock.json"
    lock.unlink()
    held = Lock.take(dead)
    (dead / "summary.json").write_text("{")
    before = state_of(dead)
    assert told(dead) == []
    assert list(mend(dead, examine(dead))) == []
    assert state_of(dead) == before
    held.release()
    assert "summary.json is damaged" in str(examine(dead))


def test_a_run_that_comes_alive_before_it_is_mended_is_left_alone(dead):
    findings = examine(dead)
    (dead / "lock.json").unlink()
    held = Lock.take(dead)
    before = files_of(dead)
    (done,) = mend(dead, findings)
    assert not done.well
    assert "left as it is: run 'dead' is being written" in done.line
    assert files_of(dead) == before
    assert read_lock(dead) == held.holder


def test_the_lock_is_given_back_whatever_happens(dead, monkeypatch):
    monkeypatch.setattr(
        "grokscope.store.doctor.logs.fold_log", lambda run: (_ for _ in ()).throw(OSError(28, "no"))
    )
    done = list(mend(dead, examine(dead)))
    assert [each.line for each in done if not each.well] == ["not mended: no"]
    assert read_lock(dead) is None


def test_a_store_that_cannot_be_written_is_told_so(dead, monkeypatch):
    def refuse(*_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Lock, "take", refuse)
    (done,) = mend(dead, examine(dead))
    assert done.line == "left as it is: read-only file system"


def test_a_dead_run_that_was_mended_goes_on_where_it_was_saved(dead):
    healed(dead)
    assert resumes(dead) == 69


def test_a_run_that_vanishes_while_it_is_looked_at_has_no_findings(tmp_path):
    assert examine(tmp_path / "gone") == []


@pytest.mark.parametrize("name", ["finished", "interrupted", "dead"])
def test_findings_are_plain_json(store, name):
    damage_all(store)
    for finding in examine(store / name):
        assert json.loads(json.dumps(finding.as_json()))["found"] == finding.found
