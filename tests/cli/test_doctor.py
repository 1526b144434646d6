import json
import shutil
from pathlib import Path

import pytest

from grokscope.store.files.verdicts import own
from tests.cli.conftest import call

FIXTURE = Path(__file__).parents[1] / "store" / "fixtures" / "1.0.0"


@pytest.fixture
def kept(tmp_path):
    """Return a store of three tiny runs: finished, interrupted, killed."""
    return copied(FIXTURE, tmp_path / "kept")


def copied(store, target):
    """Copy a store, as if its files had been written there: a first look at each takes long."""
    copy = Path(shutil.copytree(store, target))
    for path in copy.rglob("*.h5"):
        own(path, path.lstat())
    return copy


def one(store, name):
    (run,) = store.glob(f"{name}-*")
    return run


def files_of(store):
    return {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in [store, *store.rglob("*")]}


def test_a_store_without_problems_is_left_as_it_is_and_exits_0(kept):
    before = files_of(kept)
    done = call("doctor", "--store", kept)
    assert (done.code, done.err) == (0, "")
    assert "note     its process died after step 9" in done.out
    assert "go on with: grokscope resume killed-" in done.out
    assert "3 runs looked at: 2 notes; --fix mends 1 of them" in done.out
    assert files_of(kept) == before


def test_problems_exit_1_until_they_are_mended(kept):
    run = one(kept, "finished")
    (run / "summary.json").write_text("{")
    found = call("doctor", "--store", kept)
    assert found.code == 1
    assert "problem  run" in found.out
    assert "summary.json is damaged" in found.out
    mended = call("doctor", "--fix", "--store", kept)
    assert mended.code == 0
    assert "mended   summary.json rebuilt: finished at step 18" in mended.out
    assert "2 mended" in mended.out
    again = call("doctor", "--fix", "--store", kept)
    assert again.code == 0
    assert "0 mended" in again.out
    assert run.name in call("ls", "--store", kept).out


def test_what_cannot_be_mended_exits_1_in_words(kept):
    for name in ("resume.h5", "resume.previous.h5"):
        (one(kept, "interrupted") / name).write_bytes(b"torn")
    done = call("doctor", "--fix", "--store", kept)
    assert done.code == 1
    assert "2 problems left" in done.out
    assert "`grokscope run --again` begins a new one" in done.out


def test_what_could_not_be_saved_is_told_and_exits_1_once(kept):
    (one(kept, "finished") / "annotations.json").write_text("{")
    lossy = call("doctor", "--fix", "--store", kept)
    assert lossy.code == 1
    assert "  lost     its tags, note and star" in lossy.out
    assert "2 mended, 1 of them with losses" in lossy.out
    again = call("doctor", "--fix", "--store", kept)
    assert again.code == 0
    assert "lost" not in again.out


def test_checkpoints_that_are_lost_exit_1_and_are_told_in_json(kept):
    (one(kept, "finished") / "trajectory.h5").write_bytes(b"torn")
    lossy = call("doctor", "--fix", "--json", "--store", kept)
    assert lossy.code == 1
    told = json.loads(lossy.out)
    assert "the checkpoints in trajectory.h5; the run still has none" in [
        each["lost"] for each in told["done"]
    ]
    assert told["problems"] == 0


def test_runs_can_be_named_even_where_listings_cannot_read_them(kept):
    run = one(kept, "finished")
    (run / "summary.json").unlink()
    done = call("doctor", run.name, "--store", kept)
    assert done.code == 1
    assert "1 run looked at" in done.out
    assert "killed" not in done.out


def test_a_run_that_is_not_there_is_a_mistake(kept):
    done = call("doctor", "nothing-s0", "--store", kept)
    assert done.code == 1
    assert "nothing-s0" in done.err


def test_json_tells_findings_and_what_was_done(kept):
    (one(kept, "finished") / "summary.json").unlink()
    done = call("doctor", "--fix", "--json", "--store", kept)
    told = json.loads(done.out)
    assert (told["runs"], told["problems"]) == (3, 0)
    (problem,) = [f for f in told["findings"] if f["severity"] == "problem"]
    assert problem["found"] == "summary.json is missing"
    assert problem["fixable"]
    assert all(each["well"] for each in told["done"])


def test_a_store_whose_runs_lost_everything_listings_go_by_is_looked_at(kept):
    for run in kept.iterdir():
        (run / "summary.json").unlink()
        (run / "run.h5").unlink()
    done = call("doctor", "--store", kept)
    assert done.code == 1
    assert done.out.count("run.h5 is missing") == 3


def test_a_place_that_is_no_directory_is_a_mistake(tmp_path):
    (tmp_path / "file").write_text("")
    done = call("doctor", "--store", tmp_path / "file")
    assert done.code == 1
    assert "is a file" in done.err


def test_a_run_that_nothing_tells_about_is_left(kept):
    """A summary of version 1.0 does not hold what a lost run.h5 would be put together from."""
    (one(kept, "killed") / "run.h5").unlink()
    failed = call("doctor", "--fix", "--store", kept)
    assert failed.code == 1
    assert "failed   not mended: run 'killed-" in failed.out
    assert "restore run.h5 from a backup" in failed.out


@pytest.mark.slow
def test_a_mended_run_that_died_goes_on(tmp_path):
    kept = copied(FIXTURE.with_name("1.1.0"), tmp_path / "kept")
    run = one(kept, "killed")
    (run / "run.h5").unlink()
    (run / "resume.h5").write_bytes(b"torn")
    mended = call("doctor", "--fix", "--store", kept)
    assert mended.code == 0, mended.out
    assert "put together anew with" in mended.out
    done = call("resume", run.name, "--store", kept, "--device", "cpu")
    assert done.code == 0, done.err
    assert "finished" in call("ls", "--store", kept).out
    assert call("doctor", run.name, "--store", kept).code == 0
