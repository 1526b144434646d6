import pytest

from grokscope.errors import RunHeld, StoreFailed
from grokscope.store.listing.summary import read_summary
from grokscope.store.writing import presence as module
from grokscope.store.writing.budget import PublishBudget
from tests.store.conftest import train


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(module.time, "monotonic", clock)
    return clock


def version(run):
    return (run / "run.h5").stat().st_ino, (run / "summary.json").stat().st_ino


def test_a_tick_publishes_and_sums_up_no_more_often_than_it_may(begin, clock):
    writer = begin(budget=PublishBudget(clock=clock))
    first = version(writer.path)
    train(writer, 0, 30)
    clock.now += 0.9
    writer.tick()
    assert version(writer.path) == first
    clock.now += 0.2
    writer.tick()
    second = version(writer.path)
    assert (second[0] != first[0], second[1] != first[1]) == (True, True)
    train(writer, 30, 60)
    clock.now += 5
    writer.tick()
    assert version(writer.path)[0] == second[0]
    clock.now += 10
    writer.tick()
    assert version(writer.path)[0] != second[0]


def test_a_spent_budget_leaves_a_heartbeat_every_ten_seconds(begin, clock):
    budget = PublishBudget(clock=clock)
    writer = begin(budget=budget)
    budget.spent = 1e9
    train(writer, 0, 30)
    first = version(writer.path)
    clock.now += 9
    writer.tick()
    assert version(writer.path) == first
    clock.now += 2
    writer.tick()
    assert version(writer.path)[0] == first[0]
    assert version(writer.path)[1] != first[1]


def test_a_summary_tells_how_far_a_run_is(begin, clock):
    writer = begin(total_epochs=100, total_steps=100)
    train(writer, 0, 41)
    clock.now += 20
    writer.tick()
    found = read_summary(writer.path)
    assert (found.id, found.status, found.step, found.epoch) == ("run", "running", 40, 40.0)
    assert found.rate == pytest.approx(2.0)
    assert found.eta == pytest.approx(30.0)
    assert found.metrics["train_accuracy"].last == 1
    assert found.outcome.t_train == 19
    assert found.outcome.regime is None
    assert found.disk_bytes > 0
    assert found.spark[-1] == pytest.approx(40 / 60, abs=1e-4)


def test_a_refused_publish_is_skipped_and_counted(begin, clock, monkeypatch):
    writer = begin(budget=PublishBudget(clock=clock))
    train(writer, 0, 30)
    clock.now += 100
    before = version(writer.path)
    with monkeypatch.context() as full:
        full.setattr(module, "publish_json", lambda *a, **k: (_ for _ in ()).throw(OSError(28, "")))
        full.setattr(writer._presence.published, "put", lambda path: (_ for _ in ()).throw(OSError))
        writer.tick()
    assert version(writer.path) == before
    assert writer._presence.skipped == 2
    clock.now += 100
    writer.tick()
    assert version(writer.path) != before


def test_a_run_that_was_taken_over_is_not_published(begin, clock):
    writer = begin()
    train(writer, 0, 30)
    before = version(writer.path)
    (writer.path / "lock.json").write_text("{}")
    clock.now += 100
    with pytest.raises(RunHeld, match="was taken over by another process"):
        writer.tick()
    with pytest.raises(RunHeld, match="was taken over"):
        writer.finish("finished")
    assert version(writer.path) == before


def test_a_lock_that_cannot_be_read_for_a_moment_costs_one_tick(begin, clock, monkeypatch):
    writer = begin(budget=PublishBudget(clock=clock))
    train(writer, 0, 30)
    before = version(writer.path)
    clock.now += 100
    with monkeypatch.context() as bad:
        bad.setattr("grokscope.store.lock.read_small", lambda *a: (_ for _ in ()).throw(OSError(5)))
        writer.tick()
    assert version(writer.path) == before
    clock.now += 100
    writer.tick()
    assert version(writer.path)[0] != before[0]
    assert version(writer.path)[1] != before[1]


def test_a_run_whose_directory_is_gone_says_so(begin, clock, store):
    writer = begin()
    writer.path.rename(store / "elsewhere")
    clock.now += 100
    with pytest.raises(StoreFailed, match="run 'run': its directory is gone from"):
        writer.tick()
    with pytest.raises(StoreFailed, match="its directory is gone"):
        writer.finish("finished")
