"""Windows: every row is used once, in order, however it was sent."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from grokscope.train.cuda.lanes import Direct
from grokscope.train.cuda.windows import Window

CPU = torch.device("cpu")


def window(rows, begin, end, drawn=None):
    def draw(first, count):
        if drawn is not None:
            drawn.append((first, count))
        return torch.arange(first, first + count)[:, None] * torch.ones(2, dtype=torch.int64)

    return Window(rows, begin, end, draw, CPU, Direct())


@given(st.lists(st.integers(1, 8), min_size=1, max_size=20), st.integers(8, 20), st.integers(0, 9))
def test_rows_come_in_order_whatever_is_asked_for_at_once(counts, rows, begin):
    sent = window(rows, begin, begin + sum(counts))
    found = []
    for count in counts:
        sent.reach(count)
        found += [sent.take().tolist() for _ in range(count)]
    assert found == [[n, n] for n in range(begin, begin + sum(counts))]


def test_nothing_is_drawn_that_is_never_used():
    drawn = []
    sent = window(10, 3, 17, drawn)
    drawn.clear()
    for _ in range(7):
        sent.reach(2)
        sent.take(), sent.take()
    assert drawn == [(3, 10), (13, 4)]


def test_memory_of_the_host_is_written_again_only_once_it_was_sent():
    class Lane(Direct):
        waited = 0

        def send(self, source, target):
            target.copy_(source)
            return self

        def synchronize(self):
            Lane.waited += 1

    sent = Window(1, 0, 9, lambda first, count: torch.full((count, 1), first), CPU, Lane())
    for expected in (0, 0, 1, 2):
        sent.reach(1)
        assert Lane.waited == expected
    assert sent.take().item() == 3


def test_a_run_that_is_over_still_has_a_window():
    assert window(4, 5, 5).values.shape == (4, 2)
