"""Writing a run: what is there at any moment, what stays, what is refused."""

import numpy as np
import pytest
import xarray as xr

from grokscope.errors import NotARun, RunHeld
from grokscope.layout import Layout, ParameterSpec
from grokscope.store.api.tree import open_run
from grokscope.store.checkpoints.trajectory import open_trajectory
from grokscope.store.curves.reader import read_metrics
from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.listing.summary import read_summary
from grokscope.store.query import find_run
from grokscope.store.wal import read_log
from grokscope.store.writing.budget import PublishBudget
from tests.store.conftest import row, train
from tests.store.writing.conftest import ENGINES, opens


def test_a_run_appears_whole(begin, store):
    writer = begin()
    assert opens(writer.path) == 0
    assert [path.name for path in store.iterdir()] == ["run"]
    assert find_run(store, "run").status == "queued"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_run_opens_at_any_moment_and_never_goes_back(begin, engine):
    writer = begin(budget=PublishBudget(share=1.0, interval=0.0, growth=0.0))
    seen = [0]
    for step in range(0, 40, 5):
        train(writer, step, step + 5)
        writer.tick()
        with xr.open_datatree(writer.path / "run.h5", engine=engine) as tree:
            seen.append(tree["metrics"].load().sizes["step"])
    assert seen == sorted(seen)
    assert seen[-1] == 40


def test_a_finished_run_holds_everything_and_nothing_else(begin):
    writer = begin()
    train(writer, 0, 100)
    writer.save_resume({"theta": row(99)}, {"step": 99})
    writer.set_attrs({"device": "cpu"})
    writer.finish("finished")
    assert opens(writer.path) == 100
    assert sorted(path.name for path in writer.path.iterdir()) == [
        "analysis", "live", "resume.h5", "run.h5", "segments", "summary.json", "trajectory.h5",
    ]  # fmt: skip
    assert list((writer.path / "segments").iterdir()) == []
    np.testing.assert_array_equal(open_trajectory(writer.path).rows(50), row(50))
    tree = open_run(writer.path)
    assert tree["events"].regime.values.tolist() == ["grokking", "grokking"]
    assert tree["events"].t_test.values[0] == 57
    assert tree.attrs["device"] == "cpu"
    assert tree.attrs["status"] == "finished"
    found = read_summary(writer.path)
    assert (found.status, found.checkpoints, found.outcome.regime) == ("finished", 100, "grokking")


@pytest.mark.parametrize("state", ["finished", "failed", "interrupted"])
def test_an_ending_is_kept_with_its_reason(begin, state):
    writer = begin()
    train(writer, 0, 30)
    writer.finish(state, "because")
    writer.finish("finished")
    writer.tick()
    found = read_summary(writer.path)
    assert (found.status, found.reason) == (state, "because")
    assert found.outcome.regime == ("partial" if state == "finished" else None)
    assert not (writer.path / "lock.json").exists()


def test_an_id_is_given_once(begin):
    begin()
    with pytest.raises(RunHeld, match="run 'run' exists already"):
        begin()
    with pytest.raises(NotARun, match="cannot name a run"):
        begin("../run")


def test_a_published_log_is_begun_anew_and_no_row_is_lost_or_doubled(begin, monkeypatch):
    monkeypatch.setattr("grokscope.store.writing.writer.LOG_BYTES", 500)
    writer = begin(budget=PublishBudget(share=1.0, interval=0.0, growth=0.0))
    lengths = []
    for step in range(0, 60, 10):
        train(writer, step, step + 10, checkpoints=False)
        writer.tick()
        lengths.append(writer._log.end)
        assert read_metrics(writer.path).step.tolist() == list(range(step + 10))
        # what a listing would say of the run if it died now
        rows = read_log(writer.path / "live" / "metrics.wal")
        assert rows or read_summary(writer.path).step == step + 9
    assert lengths[-1] < 500


def test_rows_out_of_order_are_refused(begin):
    writer = begin()
    writer.log(5, 5, {"a": 1})
    with pytest.raises(ValueError, match="evaluation at step 5 after one at step 5"):
        writer.log(5, 5, {"a": 1})


def test_the_layout_may_be_known_later(begin, layout):
    writer = begin(layout=None)
    assert writer.row_bytes == 0
    writer.layout = layout
    assert writer.row_bytes == 96
    writer.checkpoint(0, 0, row(0))
    writer.finish("finished")
    assert len(open_trajectory(writer.path)) == 1


def test_a_layout_or_an_attribute_that_cannot_be_stored_is_refused_at_the_call(begin, store):
    clashing = Layout((ParameterSpec("x", ("x",), (24,)),))
    with pytest.raises(ValueError, match="'x' names an axis"):
        begin(layout=clashing)
    assert list(store.iterdir()) == []
    writer = begin(layout=None)
    with pytest.raises(ValueError, match="'x' names an axis"):
        writer.layout = clashing
    for bad in (None, True, [1, "a"], 2**64):
        with pytest.raises(ValueError, match="attribute bad is"):
            writer.set_attrs({"bad": bad})
    writer.finish("finished")


def test_a_read_only_store_is_read_all_the_same(begin, store):
    writer = begin()
    train(writer, 0, 70)
    before = {p: p.stat().st_mtime_ns for p in store.rglob("*")}
    open_run(writer.path).load()
    Catalogue(store).refresh()
    find_run(store, "run")
    assert {p: p.stat().st_mtime_ns for p in store.rglob("*")} == before
