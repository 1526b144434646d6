from pathlib import Path

import pytest

from grokscope.store.listing.catalogue import Catalogue
from grokscope.tui.curves.view import View
from grokscope.tui.saved.views import WAYS, SavedView, present
from grokscope.tui.session import Only, Session
from tests.tui.films import BOTH


@pytest.fixture
def session(pair):
    found = Session(Path(pair))
    found.listed(Catalogue(pair).refresh(), {})
    return found


def test_all_that_is_looked_at_is_come_back_to(session, pair):
    session.marks, session.selected = {"A": BOTH[1], "B": BOTH[0]}, BOTH[1]
    session.view = View(log_x=False, band="range", window=(2.0, 9.0))
    session.listing.fold, session.listing.chosen = "task", ("t_test",)
    session.listing.unfolded = {"fold:x"}
    session.sweep.shows = "t_test"
    session.narrow(Only(frozenset(BOTH), "init_scale 1"))
    session.refilter("grokking or steady")
    view = SavedView.read(present(session, "compare").written())
    other = Session(Path(pair))
    other.listed(session.runs, {})
    assert view.restore(other) == []
    assert (other.marks, other.selected, other.view) == (session.marks, BOTH[1], session.view)
    assert other.listing.remembered() == session.listing.remembered()
    assert other.listing.unfolded == {"fold:x"}
    assert (other.only, other.filter, other.sweep.shows) == (session.only, session.filter, "t_test")
    assert view.way(other) == (("compare",), "")
    assert other.runs == session.runs
    assert view.told() == (
        "compare · /grokking or steady · init_scale 1 · marked AB · by task · range · zoomed"
    )


def test_what_was_chosen_since_gives_way_to_what_was_saved(session):
    view = present(session, "runs")
    session.listing.fold, session.listing.widths = "task", {"t_test": 20}
    session.mark(BOTH[0])
    session.narrow(Only(frozenset(BOTH[:1]), "one"))
    view.restore(session)
    assert session.listing.fold == "seed"
    assert session.listing.widths == {}
    assert session.marks == {}
    assert session.only is None


def test_what_is_gone_is_told_and_passed_over(session):
    view = SavedView(
        "run",
        str(session.store.resolve()),
        filter="no_such_field>3",
        selected="gone",
        parts={"marks": {"A": "away", "Z": BOTH[0], "B": 3}, "only": {"ids": [BOTH[0], "x\x1b"]}},
    )
    told = view.restore(session)
    assert told[0] == "A away, gone, x· no longer here"
    assert "no_such_field" in told[1]
    assert session.filter == session.typed == ""
    assert session.marks == {}
    assert session.only.ids == {BOTH[0]}
    session.selected = "gone"
    assert view.way(session) == ((), "no run to open")


def test_a_view_for_every_store_leaves_runs_of_another_one_alone(session):
    view = SavedView("compare", "/elsewhere", True, parts={"marks": {"A": "x", "B": "y"}})
    session.mark(BOTH[0])
    assert view.fits(session.store)
    assert view.restore(session) == []
    assert session.marks == {"A": BOTH[0]}
    assert view.way(session)[1] == "two marked runs are needed"
    assert not SavedView("runs", "/elsewhere").fits(session.store)


@pytest.mark.parametrize("stored", [3, "x", [], {}, {"screen": 3}, {"filter": "a"}])
def test_what_is_no_view_is_none(stored):
    assert SavedView.read(stored) is None


def test_a_view_of_a_newer_version_is_opened_as_far_as_it_is_known(session):
    stored = {"screen": "hologram", "list": {"fold": 7, "new": 1}, "curves": 3, "angle": {"x": 1}}
    view = SavedView.read(stored)
    assert view.everywhere
    assert view.restore(session) == ["no screen 'hologram' in this version"]
    assert view.way(session) == ((), "")


def test_views_are_saved_on_all_screens_that_can_be_come_back_to():
    from grokscope.tui.actions.views import SEEN

    assert set(WAYS) == set(SEEN)


def test_two_runs_through_time_lead_over_the_comparison(session):
    session.film.pair, session.marks = True, dict(zip("AB", BOTH, strict=True))
    view = present(session, "through")
    assert view.restore(session) == []
    assert view.way(session) == (("compare", "through"), "")
