import pytest

from grokscope.store.listing.pulse import Pulse

DAY = 86_400.0


class Clock:
    now = 50.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_a_run_just_found_is_as_old_as_its_heartbeat_says(clock):
    assert Pulse(clock).age("run", 1, heartbeat=1000.0, now=1007.0) == 7.0


def test_a_heartbeat_from_the_future_is_no_negative_age(clock):
    pulse = Pulse(clock)
    assert pulse.age("run", 1, heartbeat=1000.0 + DAY, now=1000.0) == 0.0
    clock.now += 40
    assert pulse.age("run", 1, heartbeat=1000.0 + DAY, now=1040.0) == 40.0


@pytest.mark.parametrize("skew", [-DAY, 0.0, DAY])
def test_a_run_that_was_seen_to_change_is_told_by_that_whatever_its_clock_says(clock, skew):
    pulse = Pulse(clock)
    for beat in range(3):
        now = 1000.0 + 10 * beat
        age = pulse.age("run", beat, heartbeat=now + skew, now=now)
        assert age == (max(-skew, 0.0) if not beat else 0.0)
        clock.now += 10
    clock.now += 25
    assert pulse.age("run", 2, heartbeat=1020.0 + skew, now=1055.0) == 35.0


def test_runs_are_watched_each_by_itself(clock):
    pulse = Pulse(clock)
    pulse.age("one", 1, 1000.0, 1000.0)
    clock.now += 20
    assert pulse.age("two", 1, 1019.0, 1020.0) == 1.0
    assert pulse.age("one", 1, 1000.0, 1020.0) == 20.0
