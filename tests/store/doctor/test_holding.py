import json
import os
import time

import pytest

from grokscope.store.doctor.examination import examine, mend
from grokscope.store.doctor.holding import check_clock, check_holding
from tests.store.doctor.conftest import healed


def lock_of(run, **changes):
    data = json.loads((run / "lock.json").read_text()) | changes
    (run / "lock.json").write_text(json.dumps(data))


def age(run, seconds):
    then = time.time() - seconds
    for name in ("summary.json", "run.h5", "lock.json"):
        os.utime(run / name, (then, then))


def test_the_lock_of_a_dead_process_is_released(dead, files):
    lock, died = check_holding(files(dead))
    assert lock.found.startswith("a lock of process")
    assert lock.found.endswith("which is gone")
    assert died.found == "its process died after step 79"
    assert died.remedy == "go on with: grokscope resume dead"
    assert any("released" in line for line in healed(dead))
    assert not (dead / "lock.json").exists()


def test_an_empty_lock_counts_as_dead_once_it_is_old(dead, files):
    (dead / "lock.json").write_text("")
    assert "an empty lock" not in str(check_holding(files(dead)))
    age(dead, 120)
    assert "an empty lock" in check_holding(files(dead))[0].found
    healed(dead)


def test_a_process_of_another_machine_is_told_with_its_last_sign_of_life(dead):
    lock_of(dead, boot="another", machine="another", host="far")
    age(dead, 7200)
    (finding,) = [f for f in examine(dead) if f.severity == "warning"]
    assert "held by process" in finding.found
    assert "on far, which cannot be seen from this machine, last heard of 2 hours ago" in (
        finding.found
    )
    assert finding.remedy.endswith("grokscope resume dead --force")
    assert list(mend(dead, examine(dead))) == []
    assert (dead / "lock.json").exists()


def test_a_lock_that_cannot_be_understood_keeps_others_out_while_there_are_signs_of_life(dead):
    (dead / "lock.json").write_bytes(b"\x00garbage")
    age(dead, 60)
    (finding,) = [f for f in examine(dead) if "lock.json" in f.found]
    assert (finding.severity, finding.fix) == ("warning", None)


def test_a_lock_that_cannot_be_understood_is_moved_aside_after_long_silence(dead):
    (dead / "lock.json").write_bytes(b"\x00garbage")
    age(dead, 3600)
    (finding,) = [f for f in examine(dead) if "lock.json" in f.found]
    assert finding.severity == "problem"
    done = healed(dead)
    assert done[0] == "lock.json kept as lock.json.damaged"
    assert (dead / "lock.json.damaged").read_bytes() == b"\x00garbage"
    assert not (dead / "lock.json").exists()


@pytest.mark.parametrize(("ahead", "found"), [(30, 0), (3600, 1)])
def test_a_run_written_in_the_future_is_told(finished, files, ahead, found):
    data = json.loads((finished / "summary.json").read_text())
    data["heartbeat"] = time.time() + ahead
    (finished / "summary.json").write_text(json.dumps(data))
    assert len(check_clock(files(finished))) == found
