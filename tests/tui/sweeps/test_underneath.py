import pytest

from grokscope.tui.session import Only
from grokscope.tui.sweeps.underneath import heading, keys, readout, where
from tests.tui.swept import looked_at, text


@pytest.fixture
def session():
    session = looked_at()
    session.sweep.put(session, (0, 0))
    return session


def test_the_cell_under_the_cursor_is_told_with_its_runs(session):
    assert where(session) == "init_scale 0.3, weight_decay 0"
    assert text(readout(session, 80, 9)) == [
        " init_scale 0.3, weight_decay 0: 3 runs, 2 grokking, 1 steady",
        " epoch  t_train 6   t_test 19 (12 to 20)   Δ 13 (6 to 14)",
        "   demo-0.3-0-s0  grokking: t_train 6, t_test 19, Δ 13 > 6",
        "   demo-0.3-0-s1  grokking: t_train 6, t_test 20, Δ 14 > 6",
        "   demo-0.3-0-s2  steady: t_train 6, t_test 12, Δ 6 ≤ 6",
    ]


def test_runs_that_have_no_room_are_counted(session):
    lines = text(readout(session, 80, 4))
    assert len(lines) == 4
    assert lines[-1] == "   and 2 more"
    assert len(readout(session, 80, 2)) == 2


def test_an_empty_cell_says_so(session):
    session.sweep.put(session, (2, 2))
    assert text(readout(session, 80, 5)) == [
        " init_scale 30, weight_decay 0.001: no run has these values"
    ]


def test_the_heading_names_keys_counts_and_what_was_left_out(session):
    assert keys(session) == "init_scale × weight_decay"
    session.refilter("init_scale<10")
    session.narrow(Only(frozenset(run.id for run in session.runs), "those"))
    left, right = heading(session, "phase", keys(session), 80)
    assert text([left]) == [" phase  init_scale × weight_decay  only init_scale<10, those"]
    assert text([right]) == ["6 cells, 18 runs"]
