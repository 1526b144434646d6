from dataclasses import replace
from pathlib import Path

import pytest

from grokscope.store.listing.status import STALL, derive, holder_of
from grokscope.store.lock import NAMELESS, new_holder

GONE = {"pid": 2**22 + 1}


@pytest.mark.parametrize("state", ["finished", "failed", "interrupted"])
def test_a_run_that_ended_is_believed(state):
    assert derive(state, new_holder(), True, 0.0, 1e9) == state


@pytest.mark.parametrize(
    ("holder", "recorded", "age", "status"),
    [
        (None, True, 0, "dead"),
        (replace(new_holder(), **GONE), True, 0, "dead"),
        (new_holder(), False, STALL + 1, "queued"),
        (new_holder(), True, STALL, "running"),
        (new_holder(), True, STALL + 1, "stalled"),
        (NAMELESS, False, 0, "running"),
        (NAMELESS, True, STALL + 1, "stalled"),
    ],
)
def test_one_that_did_not_is_what_its_lock_and_heartbeat_tell(holder, recorded, age, status):
    assert derive("running", holder, recorded, 1000.0, 1000.0 + age) == status


def test_a_state_that_no_writer_writes_is_refused():
    with pytest.raises(ValueError, match="state 'idle'"):
        derive("idle", None, True, 0.0, 0.0)


def test_only_a_run_that_did_not_end_has_its_lock_read(tmp_path, monkeypatch):
    assert holder_of(tmp_path, "running") is None
    monkeypatch.setattr("grokscope.store.listing.status.read_lock", lambda run: 1 / 0)
    assert holder_of(Path("nowhere"), "finished") is None
