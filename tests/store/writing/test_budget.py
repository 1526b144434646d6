from hypothesis import given
from hypothesis import strategies as st

from grokscope.store.writing.budget import PublishBudget


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
