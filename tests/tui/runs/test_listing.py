from dataclasses import replace
from pathlib import Path

import pytest

from grokscope.errors import Unreadable
from grokscope.tui.runs.folding import NOTHING, SEEDS
from grokscope.tui.runs.listing import LOST, Listing
from grokscope.tui.session import Session
from tests.tui.runs.test_folding import runs


@pytest.fixture
def session():
    session = Session(Path("store"))
    session.listed(runs(), {})
    return session


def ids(session):
    session.listing.refresh(session)
    return [row.id for row in session.listing.rows]


def test_what_rows_are_sorted_by_is_read_beforehand_as_far_as_it_can_be(session, monkeypatch):
    asked = []

    def read(run):
        asked.append(run.id)
        if len(asked) == 2:
            raise Unreadable("damaged")

    monkeypatch.setattr("grokscope.tui.runs.listing.reading", lambda key: read)
    session.listing.prepare(runs())
    assert asked == []
    session.listing.sort = "test_loss"
    session.listing.prepare(runs())
    assert asked == [run.id for run in runs()[:2]]


def test_rows_are_made_once_for_a_listing_and_not_for_every_key(session):
    session.listing.refresh(session)
    rows = session.listing.rows
    session.listing.put(session, 1)
    session.listing.refresh(session)
    assert session.listing.rows is rows
    session.listed(runs(), {})
    session.listing.refresh(session)
    assert session.listing.rows is rows
    session.listed(runs()[1:], {})
    session.listing.refresh(session)
    assert session.listing.rows is not rows


def test_the_cursor_stands_on_the_row_that_folds_the_selected_run(session):
    session.selected = "wide-s1"
    assert session.listing.index(session) == 0
    session.listing.toggle(session)
    session.selected = "wide-s1"
    assert ids(session)[session.listing.index(session)] == "wide-s1"
    session.listing.toggle(session)
    assert session.listing.index(session) == 0
    assert len(ids(session)) == 3


def test_a_head_and_its_first_run_are_two_places_for_the_cursor(session):
    session.listing.toggle(session)
    assert session.listing.index(session) == 0
    assert session.listing.put(session, 1)
    assert (session.listing.index(session), session.selected) == (1, "wide-s0")
    assert session.listing.put(session, 0)
    assert (session.listing.index(session), session.selected) == (0, "wide-s0")
    assert not session.listing.put(session, -5)


def test_a_cursor_that_cannot_move_keeps_the_run_that_its_row_stands_for(session):
    session.selected = "wide-s1"
    assert not session.listing.put(session, -1)
    assert session.selected == "wide-s1"


def test_a_row_of_one_run_has_nothing_to_unfold(session):
    session.listing.put(session, 1)
    assert "one run" in session.listing.toggle(session)


def test_runs_are_walked_in_the_lists_order_folded_or_not(session):
    order = ["wide-s0", "wide-s1", "wide-s2", "lone-s0", "slim-s0", "slim-s1"]
    assert [run.id for run in session.listing.order(session)] == order
    session.listing.toggle(session)
    assert [run.id for run in session.listing.order(session)] == order
    session.selected = "wide-s2"
    assert session.move(1)
    assert session.selected == "lone-s0"


def test_what_comes_after_an_unfolded_row_is_not_one_of_its_runs(session):
    session.listing.toggle(session)
    assert ids(session)[session.listing.after(session)] == "lone-s0"
    session.listing.put(session, 1)
    assert ids(session)[session.listing.after(session)] == "wide-s1"
    session.listing.put(session, 99)
    assert session.listing.after(session) == len(ids(session)) - 2


def test_what_cannot_be_read_stands_below_and_a_filter_leaves_it_out(session):
    session.listed(runs(), {"torn": "its summary is damaged", "wide-s0": "its note is damaged"})
    assert ids(session)[-1] == "torn"
    assert session.listing.rows[-1].problem == "its summary is damaged"
    session.refilter("wide")
    assert "torn" not in ids(session)


def test_a_run_that_vanished_keeps_its_place_until_the_cursor_leaves_it(session):
    session.listing.put(session, 1)
    session.listed([run for run in runs() if run.id != "lone-s0"], {})
    assert ids(session)[1] == "lone-s0"
    assert session.listing.rows[1].problem == LOST
    assert session.listing.index(session) == 1
    session.listing.put(session, 2)
    assert "lone-s0" not in ids(session)


def test_rows_follow_the_filter_and_a_new_status(session):
    session.refilter("init_scale=1")
    assert len(ids(session)) == 1
    live = [replace(run, status="running") for run in runs()]
    session.listed(live, {})
    session.listing.refresh(session)
    assert {run.status for run in session.listing.rows[0].runs} == {"running"}


def test_the_order_turns_round_with_and_without_a_column(session):
    session.listing.fold = NOTHING
    newest = ids(session)
    session.listing.inverted = True
    assert ids(session) == newest[::-1]
    session.listing.sort = "t_train"
    assert ids(session)[-1] in ("slim-s0", "slim-s1")
    session.listing.inverted = False
    assert ids(session)[0] in ("slim-s0", "slim-s1")


def test_sorting_by_a_key_that_kin_share_asks_one_of_them(session):
    session.listing.sort = "model.init_scale"
    ids(session)
    assert [row.runs[0].name for row in session.listing.rows] == ["slim", "lone", "wide"]


def test_rows_are_sorted_by_name(session):
    session.listing.sort = "run"
    ids(session)
    assert [row.runs[0].name for row in session.listing.rows] == ["lone", "slim", "wide"]


def test_choices_are_remembered_and_recalled():
    listing = Listing(NOTHING, "t_test", True, ("t_test", "eta"), {"t_test": 9})
    other = Listing()
    other.recall(listing.remembered())
    assert other == listing


@pytest.mark.parametrize(
    "stored",
    [
        {"fold": 3, "sort": ["a"], "inverted": "yes", "columns": "eta", "widths": [1]},
        {"columns": [1, None, "run"], "widths": {"eta": "wide", "rate": 10**6, "status": True}},
        {"no such": "setting"},
    ],
)
def test_settings_that_make_no_sense_are_passed_over(stored):
    listing = Listing()
    listing.recall(stored)
    assert listing == Listing()
    assert listing.fold == SEEDS
