import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.store.writing.budget import PublishBudget, Turn


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_a_run_publishes_when_it_grew_enough_and_not_before_the_interval():
    clock = Clock()
    budget = PublishBudget(clock=clock)
    clock.now = 100.0
    assert not budget.allows(since=9.9, published=50, rows=100)
    assert budget.allows(since=10.0, published=100, rows=105)
    assert not budget.allows(since=10.0, published=100, rows=104)


def test_the_first_rows_are_published_within_seconds():
    clock = Clock()
    budget = PublishBudget(clock=clock)
    clock.now = 100.0
    assert not budget.allows(since=0.9, published=0, rows=1)
    assert budget.allows(since=1.0, published=0, rows=1)


def test_after_a_minute_any_new_row_is_reason_enough():
    clock = Clock()
    budget = PublishBudget(clock=clock)
    clock.now = 100.0
    assert budget.allows(since=60.0, published=1000, rows=1001)
    assert not budget.allows(since=600.0, published=1000, rows=1000)


@given(st.lists(st.tuples(st.floats(0, 50), st.floats(0, 5)), max_size=40), st.integers(1, 9))
def test_publishing_takes_two_percent_of_the_time_but_for_the_last_one(steps, runs):
    clock = Clock()
    budget = PublishBudget(interval=0, clock=clock)
    longest = 0.0
    for wait, cost in steps:
        clock.now += wait
        for _ in range(runs):
            if budget.allows(since=1e9, published=0, rows=1):
                with budget.spending():
                    clock.now += cost
                longest = max(longest, cost)
    assert budget.spent <= 0.02 * clock.now + longest + 1e-9


def served(clock, turns, seconds, cost):
    """Return what each run did in so many seconds, with two ticks in each."""
    done = [[] for _ in turns]
    for _ in range(round(seconds * 2)):
        clock.now += 0.5
        for found, turn in zip(done, turns, strict=True):
            due = turn.due(published=0, rows=1) - {"publish"}
            if "sum up" in due:
                with turn.budget.spending():
                    clock.now += cost
            found += due
    return done


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("time.monotonic", clock)
    return clock


def test_one_run_is_summed_up_every_second_while_that_is_affordable(clock):
    (done,) = served(clock, [Turn(PublishBudget(clock=clock))], 60, cost=0.001)
    assert 50 <= done.count("sum up") <= 60
    assert "beat" not in done


def test_many_runs_take_turns_within_the_share_and_each_shows_life(clock):
    budget = PublishBudget(clock=clock)
    done = served(clock, [Turn(budget) for _ in range(100)], 600, cost=0.01)
    sums = [found.count("sum up") for found in done]
    assert sum(sums) * 0.01 <= 0.03 * clock.now
    assert min(sums) >= 1
    assert max(sums) - min(sums) <= 2
    lives = [len(found) for found in done]
    assert (min(lives) >= 55, max(lives) <= 65) == (True, True)


def test_a_spent_budget_leaves_one_new_summary_in_ten_seconds_to_few_runs(clock):
    budget = PublishBudget(clock=clock)
    turns = [Turn(budget) for _ in range(4)]
    budget.spent = 1e9
    for found in served(clock, turns, 60, cost=0.0):
        assert found.count("sum up") in (5, 6)


def test_what_can_wait_waits_longer_the_more_runs_there_are():
    budget = PublishBudget()
    for runs, crowd in ((1, 1), (8, 1), (16, 2), (1024, 128)):
        budget.runs = runs
        assert budget.crowd == crowd
