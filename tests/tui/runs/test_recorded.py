import re
from dataclasses import replace

from grokscope.store.listing.catalogue import Catalogue
from grokscope.tui.runs.recorded import LAST, recorded, state

NAMES = ["epoch", "train acc", "test acc", "train loss", "test loss", "weight norm"]


def run_of(demo, id):
    return next(run for run in Catalogue(demo).refresh() if run.id == id)


def test_the_last_evaluations_stand_in_a_table_and_the_reason_at_the_end(demo):
    lines = recorded(run_of(demo, "modadd-grok-s1"), 100)
    assert lines[0].startswith(str(demo / "modadd-grok-s1"))
    assert re.split(r"\s{2,}", lines[1].strip()) == NAMES
    row = next(line.split() for line in lines if line.split()[:1] == ["90"])
    assert row[1] == "1.000"
    assert len({len(line) for line in lines[1:94]}) == 1
    assert lines[93] == lines[1]
    assert "failed at epoch 90/200" in lines[-3]
    assert lines[-2] == "loss became NaN at step 12600"


def test_a_live_run_tells_what_its_log_has(demo, demo_writer):
    lines = recorded(run_of(demo, "modadd-grok-s7"), 80)
    assert lines[0].endswith("live/metrics.wal")
    assert any(line.split()[:1] == ["62"] for line in lines)
    assert "running at epoch 62/200" in lines[-1]


def test_columns_that_do_not_fit_are_counted(pair):
    lines = recorded(run_of(pair, "modadd-grok-s0"), 50)
    assert lines[1].split() == ["epoch", "train", "acc", "test", "acc", "train", "loss"]
    assert "and 2 more metrics" in lines
    assert max(len(line) for line in lines[1:90]) <= 50


def test_all_that_is_usually_recorded_fits_80_columns(pair):
    lines = recorded(run_of(pair, "modadd-grok-s0"), 77)
    assert lines[1].endswith("weight norm")
    assert not any("more metric" in line for line in lines)


def test_only_the_last_evaluations_are_told(pair):
    lines = recorded(run_of(pair, "modadd-grok-s0"), 100)
    assert sum(line.strip()[:1].isdigit() for line in lines) == LAST


def test_what_cannot_be_read_is_told_and_how_to_go_on(pair, tmp_path):
    run = run_of(pair, "modadd-grok-s0")
    lines = recorded(replace(run, path=tmp_path / "gone"), 80)
    assert "cannot be read" in lines[1]
    assert "U resumes" in state(replace(run, status="interrupted"))[-1]
