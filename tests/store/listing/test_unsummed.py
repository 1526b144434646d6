import json

import numpy as np
import pytest

from grokscope.events import Curves, Yardstick, outcomes
from grokscope.store.curves.reader import read_metrics
from grokscope.store.listing import unsummed
from grokscope.store.listing.catalogue import Catalogue
from grokscope.store.listing.summary import MetricRange, read_summary
from grokscope.store.listing.unsummed import log_end
from grokscope.store.wal import read_log
from tests.store.conftest import CONFIG


def learn(writer, start, stop):
    """Log a run that fits at step 19, generalises at step 57 and forgets from step 80 on."""
    for step in range(start, stop):
        test = 0.5 if step >= 80 else min(1, step / 60)
        values = {"train_accuracy": min(1, step / 20), "test_accuracy": test}
        writer.log(step, step / 2, values)


def kill(writer):
    """Leave a run as a process that was killed does."""
    writer._log.close()
    (writer.path / "lock.json").unlink()
    return writer.path


@pytest.fixture
def dead(begin):
    """A run that was summed up at step 29 and went on to step 89; all of it is in its log."""
    writer = begin("dead")
    learn(writer, 0, 30)
    writer._presence.sum_up("running")
    learn(writer, 30, 90)
    return kill(writer)


def told(run):
    """Return a run as it is listed, which is how it is shown alone."""
    (listed,) = [each for each in Catalogue(run.parent).refresh() if each.id == run.name]
    assert listed == read_summary(run)
    return listed


def expected(run):
    metrics = read_metrics(run)
    values = [metrics.curves[name].values for name in ("train_accuracy", "test_accuracy")]
    curves = Curves(metrics.step, metrics.epoch, *values)
    return outcomes(curves, Yardstick(chance=1 / 113, n_test=3831), ended=False)


def test_a_dead_run_is_listed_as_its_log_tells_it(dead):
    assert json.loads((dead / "summary.json").read_text())["step"] == 29
    run = told(dead)
    assert (run.status, run.step, run.epoch) == ("dead", 89, 44.5)
    assert run.metrics["test_accuracy"] == MetricRange(0.5, 0.0, 1.0)
    assert run.outcomes == expected(dead)
    assert (run.outcome.t_test, run.outcome.t_lost, run.outcome.regime) == (28.5, 40, "grokking")


@pytest.mark.parametrize("began", [10, 30, 65, 85])
def test_a_log_that_was_begun_anew_adds_to_the_summary(begin, began):
    writer = begin("dead")
    learn(writer, 0, began)
    writer._presence.publish("running")
    writer._presence.sum_up("running")
    writer._log.replace()
    learn(writer, began, 90)
    run = told(kill(writer))
    whole = expected(run.path)["ceiling"]
    assert run.outcome == whole
    assert run.metrics["test_accuracy"] == MetricRange(0.5, 0.0, 1.0)


def test_of_a_long_log_the_end_is_read(dead, monkeypatch):
    whole = read_log(dead / "live" / "metrics.wal")
    monkeypatch.setattr(unsummed, "HEAD_BYTES", 200)
    monkeypatch.setattr(unsummed, "LISTED_BYTES", 500)
    assert log_end(dead / "live" / "metrics.wal") == whole[-(500 // 49) :]
    run = told(dead)
    assert (run.step, run.metrics["test_accuracy"].last) == (89, 0.5)


def test_of_a_long_log_whose_metrics_became_more_no_row_is_missed(begin, monkeypatch):
    writer = begin("dead")
    learn(writer, 0, 30)
    for step in range(30, 60):
        writer.log(step, step / 2, {"train_accuracy": 1.0, "late": 0.1 * step})
    path = kill(writer) / "live" / "metrics.wal"
    monkeypatch.setattr(unsummed, "HEAD_BYTES", 200)
    monkeypatch.setattr(unsummed, "LISTED_BYTES", 500)
    assert log_end(path)[-1].values["late"] == 0.1 * 59


def test_a_log_that_cannot_be_read_leaves_the_summary(dead):
    (dead / "live" / "metrics.wal").write_bytes(b"grokscope log 7\n")
    assert told(dead).step == 29
    (dead / "live" / "metrics.wal").unlink()
    assert told(dead).step == 29


def test_the_log_of_a_run_that_lives_is_left_to_views(begin, store):
    writer = begin("alive")
    learn(writer, 0, 30)
    writer._presence.sum_up("running")
    learn(writer, 30, 40)
    (run,) = Catalogue(store).refresh()
    assert (run.status, run.step) == ("running", 29)


def test_a_log_is_read_once_by_all_processes(dead, begin, monkeypatch):
    begin("other", CONFIG).finish("finished")
    before = told(dead)

    def refuse(*_):
        raise AssertionError("read again")

    monkeypatch.setattr(unsummed, "caught_up", refuse)
    after = {run.id: run for run in Catalogue(dead.parent).refresh()}["dead"]
    assert after.as_json() == before.as_json()
    assert np.isclose(after.metrics["train_accuracy"].last, 1)


def test_a_run_that_goes_on_is_listed_by_its_summary_again(dead):
    from grokscope.store.writing.writer import RunWriter

    catalogue = Catalogue(dead.parent)
    assert catalogue.refresh()[0].step == 89
    writer, _ = RunWriter.reopen(dead)
    learn(writer, 0, 5)
    writer.finish("interrupted")
    assert catalogue.refresh()[0].step == 4
