"""Course: what is due, and that each epoch is seen before the next."""

from grokscope.train.course import Course, Due


class Counted:
    """An ensemble that counts its epochs."""

    epoch = 0

    def advance(self):
        self.epoch += 1


def test_evaluations_are_due_at_their_intervals_and_at_the_end():
    due = Due(11, 4, lambda epoch: False, [])
    assert [epoch for epoch in range(12) if due.evaluated(epoch)] == [0, 4, 8, 11]


def test_each_epoch_is_seen_as_it_is():
    ensemble = Counted()
    course = Course(ensemble, Due(3, 1, lambda epoch: True, []))
    assert [(seen, seen.epoch) for seen in course.advance()] == [(ensemble, 1)]
    assert [*course.rest()] == []
    assert course.told == {}
