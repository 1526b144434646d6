import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.tui.plot.scale import Scale, time_scale
from grokscope.tui.plot.viewport import panned, selected, zoomed

LINEAR, LOG = Scale(0.0, 100.0), Scale(1.0, 1000.0, True, 0.05)
SPANS = st.tuples(st.floats(0, 1), st.floats(0.01, 0.9))


def seen(whole, window):
    """Return the scale that shows a window of a whole axis."""
    ends = [0.0, whole.low, whole.high] if whole.zero_gap else [whole.low, whole.high]
    return time_scale([ends], whole.log, 60, window)


def test_zooming_keeps_the_cursor_where_it_is_on_the_screen():
    window = zoomed(LINEAR, LINEAR, 40.0, 0.5)
    assert window == pytest.approx((20, 70))
    assert seen(LINEAR, window).place([40])[0] == pytest.approx(0.4)


def test_zooming_out_as_far_as_in_shows_all_again():
    window = zoomed(LOG, LOG, 30.0, 0.25)
    assert window is not None
    assert zoomed(seen(LOG, window), LOG, 30.0, 4.0) is None


def test_a_logarithmic_axis_is_zoomed_in_decades_and_its_0_stays_where_it_is_seen():
    low, high = zoomed(LOG, LOG, 0.0, 0.5)
    assert low == 0
    assert high == pytest.approx(1000 ** ((0.5 - 0.05) / 0.95))
    low, high = zoomed(LOG, LOG, 1000.0, 0.5)
    assert (low > 1, high) == (True, pytest.approx(1000))


def test_moving_along_stops_at_both_ends():
    window = (20.0, 40.0)
    assert panned(seen(LINEAR, window), LINEAR, 0.5) == pytest.approx((30, 50))
    assert panned(seen(LINEAR, window), LINEAR, 50) == pytest.approx((80, 100))
    assert panned(seen(LINEAR, window), LINEAR, -50) == pytest.approx((0, 20))
    assert panned(LINEAR, LINEAR, 0.5) is None


def test_a_selection_goes_either_way_and_needs_a_length():
    assert selected(LINEAR, 60.0, 10.0) == pytest.approx((10, 60))
    assert selected(LINEAR, 60.0, 60.0) is None


@given(SPANS, st.floats(0, 100), st.floats(0.1, 10), st.booleans())
def test_what_is_seen_stays_within_the_axis(span, time, factor, log):
    whole = LOG if log else LINEAR
    start, length = span[0] * (1 - span[1]), span[1]
    window = selected(whole, whole.value(start), whole.value(start + length))
    if window is None:
        return
    for after in (zoomed(seen(whole, window), whole, time, factor),
                  panned(seen(whole, window), whole, factor - 5)):  # fmt: skip
        if after is not None:
            low, high = after
            assert low < high <= whole.high * (1 + 1e-6)
            assert low >= 0
