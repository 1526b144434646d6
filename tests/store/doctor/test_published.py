import json

import h5py
import numpy as np
import pytest

from grokscope.errors import UnreadableNow
from grokscope.store.curves.published import Published, read_published
from grokscope.store.curves.reader import read_analyses, read_attrs, read_metrics
from grokscope.store.doctor.examination import examine, mend
from grokscope.store.doctor.salvaging import CURVES
from grokscope.store.hdf5.groups import write_groups
from grokscope.store.inspection import looker, opening
from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.listing.summary import read_summary
from tests.store.doctor.conftest import ROWS, flip, healed, measured, resumes, told, write

NOT_TOLD = {"heartbeat", "rate", "generation", "disk_bytes"}
"""What depends on the moment of writing."""


def data_of(run):
    return json.loads((run / "summary.json").read_text())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("finished", None),
        ("interrupted", "{"),
        ("dead", None),
        ("dead", "[]"),
        ("finished", '{"schema_version": "1.0.0"}'),
    ],
)
def test_a_summary_is_rebuilt_as_its_writer_wrote_it(store, name, text):
    run = store / name
    before = data_of(run)
    if text is None:
        (run / "summary.json").unlink()
    else:
        (run / "summary.json").write_text(text)
    assert any("summary" in found for found in told(run))
    healed(run)
    after = data_of(run)
    if name == "dead":
        # the last summary was written before the last rows
        assert after["step"] == ROWS - 1
        before |= {k: after[k] for k in ("step", "epoch", "metrics", "outcomes", "spark")}
        before["checkpoints"] = 8
    assert {k: v for k, v in after.items() if k not in NOT_TOLD} == {
        k: v for k, v in before.items() if k not in NOT_TOLD
    }


def test_a_rebuilt_summary_tells_when_the_run_ended(finished):
    before = data_of(finished)["heartbeat"]
    (finished / "summary.json").unlink()
    healed(finished)
    assert data_of(finished)["heartbeat"] == pytest.approx(before, abs=1)


@pytest.mark.parametrize(
    ("change", "found"),
    [({"state": "running"}, "says running"), ({"step": 3}, "step 3"), ({"checkpoints": 9}, "9")],
)
def test_a_summary_at_odds_with_the_published_file_is_rebuilt(finished, change, found):
    before = data_of(finished)
    (finished / "summary.json").write_text(json.dumps(before | change))
    (told_,) = told(finished)
    assert found in told_
    healed(finished)
    after = data_of(finished)
    assert {k: after[k] for k in change} == {k: before[k] for k in change}


def test_a_lost_file_of_a_dead_run_comes_back_whole_from_summary_and_log(dead):
    before, attrs = read_metrics(dead), read_attrs(dead)
    (dead / "run.h5").unlink()
    assert "run.h5 is missing" in told(dead)
    lines = healed(dead)
    assert "run.h5 put together anew with 80 rows" in lines
    assert CURVES not in lines
    after = read_metrics(dead)
    np.testing.assert_array_equal(after.step, before.step)
    for name, curve in before.curves.items():
        np.testing.assert_array_equal(after.curves[name].values, curve.values)
    restored = read_attrs(dead)
    for key in ("config", "config_digest", "chance", "n_test", "seed", "task", "total_epochs"):
        assert restored[key] == attrs[key]
    assert "hostname" not in restored
    assert resumes(dead) == 69


@pytest.mark.parametrize("damage", [b"", b"garbage", b"\x89HDF\r\n\x1a\n" + bytes(2000)])
def test_a_destroyed_file_is_kept_aside(interrupted, damage):
    (interrupted / "run.h5").write_bytes(damage)
    assert healed(interrupted)[1] == "the metrics, except those in the log"
    assert (interrupted / "run.h5.damaged").read_bytes() == damage
    summary = read_summary(interrupted)
    assert (summary.status, summary.reason) == ("interrupted", "Ctrl-C")
    assert "mended" in read_attrs(interrupted)


def test_what_a_damaged_file_still_holds_is_salvaged(store):
    """One curve of a long run is damaged: the other ones, and the measures, stay."""
    write(store, "long", rows=300).finish("finished")
    run = store / "long"
    measured(run)
    published, before = read_published(run), read_metrics(run)
    flip(run / "run.h5", published.metrics.variables["test_accuracy"].data.tobytes()[80:160])
    (found,) = told(run)
    assert "long/run.h5 is damaged" in found
    line, lost, *_ = healed(run)
    assert line == (
        "run.h5 put together anew with 300 rows; the damaged file is kept as run.h5.damaged"
    )
    assert lost == "test_accuracy"
    after = read_metrics(run)
    assert set(before.curves) - set(after.curves) == {"test_accuracy"}
    np.testing.assert_array_equal(
        after.curves["train_accuracy"].values, before.curves["train_accuracy"].values
    )
    assert set(read_analyses(run)) == {"speed"}
    assert read_summary(run).status == "finished"


def test_a_run_that_nothing_tells_about_is_left(finished):
    (finished / "run.h5").unlink()
    data = data_of(finished)
    del data["yardstick"]
    (finished / "summary.json").write_text(json.dumps(data))
    (done,) = [d for d in mend(finished, examine(finished)) if "nothing tells" in d.line]
    assert not done.well
    assert "restore run.h5 from a backup" in done.line


def test_a_file_that_reaches_outside_itself_is_refused_and_left(finished):
    with h5py.File(finished / "run.h5", "a") as file:
        file["stolen"] = h5py.ExternalLink("/etc/passwd", "/")
    (finding,) = [f for f in examine(finished) if f.severity == "problem"]
    assert finding.fix is None
    assert "stolen" in finding.found
    assert list(mend(finished, examine(finished))) == []


def test_a_newer_file_is_refused_by_name_and_left(finished):
    with h5py.File(finished / "run.h5", "a") as file:
        file.attrs["schema_version"] = "7.0.0"
    (finding,) = [f for f in examine(finished) if f.severity == "problem"]
    assert "has schema version 7.0.0" in finding.found
    assert list(mend(finished, examine(finished))) == []


def test_mending_shows_in_the_listing(finished):
    (finished / "summary.json").write_text("{")
    assert "finished" in [*_broken(finished)]
    healed(finished)
    assert [*_broken(finished)] == []


def _broken(run):
    catalogue = Catalogue(run.parent)
    catalogue.refresh()
    return catalogue.broken


def test_a_file_with_steps_out_of_order_is_damaged(finished):
    published = read_published(finished)
    steps = published.metrics.variables["step"].data
    steps[3] = steps[2]
    groups = {"metrics": published.metrics}
    write_groups(finished / "run.h5", published.attrs, groups)
    assert any("its steps do not increase" in found for found in told(finished))


def refusing(monkeypatch, error):
    """Let every file be looked at first, and be refused."""
    monkeypatch.setattr(opening, "_passed", lambda status: False)
    monkeypatch.setattr(opening.LOOKER, "look", lambda place, called: error)
    monkeypatch.setattr(opening, "SOON", 0.0)


def test_a_file_that_the_disk_does_not_give_is_not_moved(interrupted, monkeypatch):
    before = sorted(path.name for path in interrupted.rglob("*"))
    with monkeypatch.context() as patch:
        refusing(patch, UnreadableNow("run.h5 cannot be read now: input/output error"))
        findings = examine(interrupted)
        assert any("cannot be read now" in finding.found for finding in findings)
        assert told(interrupted) == []
        assert list(mend(interrupted, findings)) == []
    assert sorted(path.name for path in interrupted.rglob("*")) == before
    assert examine(interrupted) == []


def test_a_file_that_crashed_its_reader_is_mended(interrupted, monkeypatch):
    with monkeypatch.context() as patch:
        refusing(patch, looker._told("run.h5", -11))
        assert any("made its reader crash" in found for found in told(interrupted))


def test_what_a_hostile_file_is_called_does_not_make_it_mendable(finished):
    with h5py.File(finished / "run.h5", "a") as file:
        file["damaged, truncated, empty"] = h5py.ExternalLink("/etc/passwd", "/")
    (finding,) = [f for f in examine(finished) if f.severity == "problem"]
    assert "'damaged, truncated, empty' is a link" in finding.found
    assert finding.fix is None


def test_a_salvage_that_the_disk_refuses_loses_nothing_at_the_next_try(interrupted, monkeypatch):
    rows = read_metrics(interrupted).step.size
    damaged = (interrupted / "run.h5").read_bytes()[:-1]
    (interrupted / "run.h5").write_bytes(damaged)
    with monkeypatch.context() as patch:

        def refuse(*_):
            raise OSError(28, "No space left on device")

        patch.setattr(Published, "put", refuse)
        done = list(mend(interrupted, examine(interrupted)))
        assert [each.well for each in done] == [False]
    assert (interrupted / "run.h5").read_bytes() == damaged
    lines = healed(interrupted)
    assert any("the damaged file is kept as run.h5.damaged" in line for line in lines)
    assert read_metrics(interrupted).step.size == rows
    assert [p.name for p in interrupted.glob("run.h5.damaged*")] == ["run.h5.damaged"]


def test_a_file_that_was_only_moved_aside_is_taken_from_there(interrupted):
    rows = read_metrics(interrupted).step.size
    (interrupted / "run.h5.damaged-2").write_bytes(b"nothing")
    (interrupted / "run.h5").rename(interrupted / "run.h5.damaged")
    assert any("it was taken from run.h5.damaged" in line for line in healed(interrupted))
    assert read_metrics(interrupted).step.size == rows


def test_what_does_not_fit_is_not_mended_and_told(dead, monkeypatch):
    def misfit(run):
        raise ValueError("step 1 after step 2\x1b[2J")

    monkeypatch.setattr("grokscope.store.doctor.logs.fold_log", misfit)
    (done,) = [each for each in mend(dead, examine(dead)) if not each.well]
    assert done.line == "not mended: what it holds does not fit (step 1 after step 2·[2J)"


def test_a_group_that_this_version_does_not_know_stays_where_the_file_is_mended(finished):
    with h5py.File(finished / "run.h5", "a") as file:
        file["novelty/values"] = np.arange(3.0)
        worn = file["metrics"].create_dataset(
            "worn", data=np.zeros(80), chunks=(80,), fletcher32=True
        )
        at = worn.id.get_chunk_info(0).byte_offset
    data = bytearray((finished / "run.h5").read_bytes())
    data[at + 4] ^= 0xFF
    (finished / "run.h5").write_bytes(data)
    healed(finished, deep=True)
    with h5py.File(finished / "run.h5") as file:
        assert file["novelty/values"][()].tolist() == [0, 1, 2]
        assert "lost: worn" in file.attrs["mended"]


def test_a_group_that_this_version_does_not_know_and_that_is_damaged_is_told_as_lost(finished):
    with h5py.File(finished / "run.h5", "a") as file:
        file.create_dataset("novelty/values", data=np.arange(99.0), chunks=(99,), fletcher32=True)
        at = file["novelty/values"].id.get_chunk_info(0).byte_offset
    data = bytearray((finished / "run.h5").read_bytes())
    data[at + 4] ^= 0xFF
    (finished / "run.h5").write_bytes(data)
    assert any(
        "novelty, which this version does not know" in line for line in healed(finished, True)
    )
