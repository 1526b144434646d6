import numpy as np
import pytest

from grokscope.tui.plot.palette import REGIME_HUES, Ink
from grokscope.tui.sweeps.phase import legend
from grokscope.tui.sweeps.scan import logs, places, scan, scanned, spans
from tests.tui.swept import DECAY, SCALE, looked_at, summary, text


@pytest.fixture
def session():
    return looked_at()


def letters(frame):
    top, left, height, width = frame.plot
    inside = frame.text[top : top + height, left : left + width]
    return {c: np.argwhere(inside == c) for c in set(inside.ravel().tolist()) if c.isalpha()}


def test_of_regimes_the_lag_is_drawn_for_they_are_letters_already(session):
    assert scanned(session) == "t_grok"
    session.sweep.shows = "t_test"
    assert scanned(session) == "t_test"


def test_runs_stand_as_letters_at_their_values_capitals_where_the_time_was_not_reached(session):
    session.sweep.shows = "t_test"
    frame = scan(session, 90, 20)
    found = letters(frame)
    assert set(found) >= {"g", "s", "M", "P", "U"}
    assert "m" not in found
    # a larger value stands higher
    assert found["M"][:, 0].max() < found["s"][:, 0].min()


def test_letters_of_a_row_stand_around_the_column_of_their_value(session):
    frame = scan(session, 90, 20)
    _, left, _, _ = frame.plot
    at = frame.column(30.0) - left
    assert {abs(int(x) - at) <= 1 for x in letters(frame)["M"][:, 1]} == {True}


def test_hues_of_the_first_rows_mean_no_regime(session):
    frame = scan(session, 90, 20)
    hues = {frame.inks[ink].hue for ink in frame.ink.ravel().tolist()} - {None}
    assert hues
    assert hues.isdisjoint(REGIME_HUES.values())
    legends = [{ink.hue for _, ink in legend(hues)} for hues in (True, False)]
    assert legends == [{*REGIME_HUES.values(), None}, {None}]


def test_axes_are_logarithmic_where_values_span_decades(session):
    assert logs(session)[0]
    session.sweep.turn(session, "column")
    assert session.sweep.column == "optimizer.weight_decay"
    assert logs(session)[0]
    session.sweep.log_x = False
    assert not logs(session)[0]
    session.sweep.shows = "test_accuracy"
    assert not logs(session)[1]


def test_letters_at_the_edge_stand_inside_the_plot(session):
    session.sweep.turn(session, "column")
    frame = scan(session, 90, 20)
    top, left, height, _ = frame.plot
    assert set(frame.text[top : top + height, left - 1].tolist()) <= {"│", "┤"}
    assert text(spans(frame))[-1].split() == ["0", "1e-4", "0.001"]


def test_values_stand_under_the_axis(session):
    lines = text(spans(scan(session, 90, 20)))
    assert lines[-1].split() == ["0.3", "1", "30"]
    assert "log init_scale" in lines[0]


def test_values_that_are_no_numbers_stand_one_after_another():
    told = [summary(name, {"task.name": name}, "steady", 5, 9 + n)
            for n, name in enumerate(("parity", "division", "addition"))]  # fmt: skip
    session = looked_at(told)
    assert places(session.sweep.pivot(session).columns).tolist() == [1, 2, 3]
    assert not logs(session)[0]
    lines = text(spans(scan(session, 80, 12)))
    assert lines[-1].split() == ["addition", "division", "parity"]


def test_the_line_of_medians_breaks_where_a_median_is_not_known():
    times = {1: 10, 2: None, 3: 30, 4: 40}
    session = looked_at([
        summary(str(scale), {SCALE: scale}, "steady" if time else "memorised", 5, time)
        for scale, time in times.items()
    ])  # fmt: skip
    session.sweep.shows = "t_test"
    frame = scan(session, 80, 16)
    top, left, height, _ = frame.plot
    first, third = (frame.column(float(x)) - left for x in (1, 3))
    inside = frame.text[top : top + height, left:]
    drawn = [(inside[:, x] >= "⠀").any() for x in range(inside.shape[1])]
    assert not any(drawn[first + 2 : third - 1])
    assert any(drawn[third + 1 :])


def test_of_many_rows_the_one_under_the_cursor_alone_has_a_line():
    many = [
        summary(f"{a}-{b}", {SCALE: a, DECAY: b}, "grokking", 5, 10 + a)
        for a in range(1, 6)
        for b in range(12)
    ]
    session = looked_at(many)
    session.sweep.along(SCALE)
    session.sweep.row = DECAY
    frame = scan(session, 80, 20)
    dotted = {frame.inks[ink] for ink in frame.ink[(frame.text >= "⠀") & (frame.text < "⤀")]}
    assert dotted == {Ink(bold=True)}


def test_a_quantity_that_no_run_has_is_said_to_be_missing():
    session = looked_at([summary(str(n), {SCALE: n}, None, None, None, status="running")
                         for n in (1, 2)])  # fmt: skip
    assert any("no run here has" in line for line in text(spans(scan(session, 80, 12))))


@pytest.mark.parametrize("size", [(20, 6), (80, 12), (200, 40)])
def test_a_scan_fills_its_place(session, size):
    lines = spans(scan(session, *size))
    assert len(lines) == size[1]
    assert {len("".join(part for part, _ in line)) for line in lines} == {size[0]}
