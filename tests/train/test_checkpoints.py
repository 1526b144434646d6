"""Kept epochs: a dense window, then triples, always both ends."""

from hypothesis import given
from hypothesis import strategies as st

from grokscope.config.sections import Record
from grokscope.train.checkpoints import kept_epochs


def test_the_dense_window_keeps_every_epoch():
    assert kept_epochs(Record(dense_until=200), 200) == set(range(201))


def test_after_the_window_come_triples():
    kept = kept_epochs(Record(dense_until=3, ratio=2.0), 50)
    assert sorted(kept) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 14, 24, 25, 26, 48, 49, 50]


records = st.builds(
    Record,
    interval=st.integers(1, 7),
    dense_until=st.integers(0, 60),
    ratio=st.floats(1.01, 3),
)


@given(records, st.integers(1, 400))
def test_both_ends_are_kept_and_nothing_beyond(record, epochs):
    kept = kept_epochs(record, epochs)
    assert {0, epochs} <= kept <= set(range(epochs + 1))


@given(records, st.integers(1, 400))
def test_beyond_the_window_every_triple_gives_two_steps(record, epochs):
    f = record.interval
    kept = kept_epochs(record, epochs) - {epochs}
    starts = {e for e in kept if e > record.dense_until and e - f not in kept}
    assert all({e + f, e + 2 * f} <= kept for e in starts if e + 2 * f < epochs)


@given(records, st.integers(1, 400))
def test_a_longer_run_keeps_what_a_shorter_one_kept(record, epochs):
    shorter, longer = kept_epochs(record, epochs), kept_epochs(record, epochs + 50)
    assert shorter - {epochs} <= longer
