from dataclasses import replace
from pathlib import Path

import pytest

from grokscope.store.listing.catalogue import Catalogue
from grokscope.tui.curves.book import Book
from grokscope.tui.runs import table
from grokscope.tui.runs.folding import foldings
from grokscope.tui.session import KEPT, Only, Session, View
from tests.tui.swept import DECAY, SCALE, looked_at, runs


@pytest.fixture
def session(pair):
    session = Session(Path("store"))
    session.listed(Catalogue(pair).refresh(), {})
    return session


def test_the_newest_run_is_selected_first_and_the_choice_outlives_a_new_listing(session):
    assert session.selected == "modadd-grok-s0"
    assert session.move(1)
    session.listed(session.runs, {})
    assert session.selected == "modadd-steady-s0"
    assert not session.move(1)


def test_a_filter_keeps_runs_that_hold_every_word(session):
    session.refilter("grokking init_scale=10")
    assert [run.id for run in session.shown] == ["modadd-grok-s0"]
    session.refilter("steady")
    assert session.selected == "modadd-steady-s0"
    session.refilter("nothing like it")
    assert session.shown == []


@pytest.mark.parametrize(
    "query",
    ["modadd", "MODADD", "*grok*", "modular", "finished", "task:modular_addition", "regime:grok",
     "regime:grokking p=113", "seed=0 and t_test-t_train>20", "mlp not steady"],
)  # fmt: skip
def test_names_words_and_values_can_be_filtered_by(session, query):
    session.refilter(query)
    assert "modadd-grok-s0" in [run.id for run in session.shown]


def test_a_filter_that_cannot_be_understood_leaves_the_last_one_in_force(session):
    session.refilter("steady")
    session.refilter("steady and init_scal=1")
    assert (session.filter, session.typed) == ("steady", "steady and init_scal=1")
    assert [run.id for run in session.shown] == ["modadd-steady-s0"]
    assert session.problem.span == (11, 20)
    session.refilter("steady and init_scale=1")
    assert session.problem is None
    assert session.filter == "steady and init_scale=1"


def test_a_filter_takes_in_what_a_new_listing_brings(session):
    newer = replace(session.runs[0], config=session.runs[0].config | {"model.depth": 3})
    session.refilter("depth=3")
    assert "no run has a field" in session.problem.message
    session.listed([newer, *session.runs[1:]], {})
    assert session.problem is None
    assert [run.id for run in session.shown] == ["modadd-grok-s0"]
    session.listed(session.runs[1:], {})
    assert session.shown == []


def test_runs_can_be_narrowed_to_some_and_the_filter_still_holds(session):
    session.narrow(Only(frozenset({"modadd-steady-s0", "gone"}), "those"))
    assert [run.id for run in session.shown] == ["modadd-steady-s0"]
    assert session.selected == "modadd-steady-s0"
    session.refilter("grokking")
    assert session.shown == []
    session.narrow(None)
    assert [run.id for run in session.shown] == ["modadd-grok-s0"]


def test_marks_go_to_a_then_b_and_come_off_again(session):
    assert session.mark("modadd-grok-s0") == "A"
    assert session.mark("modadd-steady-s0") == "B"
    assert session.mark("modadd-grok-s0") == ""
    assert session.marks == {"B": "modadd-steady-s0"}
    assert session.mark("modadd-grok-s0") == "A"


def test_comparing_needs_two_runs_and_takes_the_selected_one_as_the_second(session):
    session.mark("modadd-grok-s0")
    assert "mark another run" in session.pair()
    session.move(1)
    assert session.pair() == ""
    assert session.marks == {"A": "modadd-grok-s0", "B": "modadd-steady-s0"}


def test_marks_of_runs_that_are_gone_are_dropped(session):
    session.mark("modadd-grok-s0")
    session.listed([run for run in session.runs if run.id != "modadd-grok-s0"], {})
    assert session.marks == {}


def test_a_selected_run_that_is_gone_stays_selected_until_the_list_selects_another(session):
    session.listed([run for run in session.runs if run.id != "modadd-grok-s0"], {})
    assert session.run(session.selected) is None
    assert "mark another run" in session.pair()
    assert session.marks == {}
    session.settle()
    assert session.selected == "modadd-steady-s0"


def test_a_move_from_a_run_that_is_gone_leads_to_the_first_there_is(session):
    session.listed([run for run in session.runs if run.id != "modadd-grok-s0"], {})
    assert session.move(1)
    assert session.selected == "modadd-steady-s0"


def test_a_run_asked_for_before_the_store_is_listed_stays_asked_for():
    session = Session(Path("store"), selected="modadd-grok-s0")
    session.settle()
    assert session.selected == "modadd-grok-s0"


def test_no_run_of_those_remembered_takes_the_cursor_from_the_newest_there_is(session):
    runs, begun = session.runs, Session(Path("store"))
    begun.listed(runs[1:], {}, remembered=True)
    begun.settle()
    assert (begun.shown, begun.selected, begun.read) == (runs[1:], "", False)
    begun.listed(runs, {})
    assert (begun.shown, begun.selected, begun.read) == (runs, runs[0].id, True)


def test_a_run_keeps_its_hue_and_b_never_has_as(session):
    grok, steady = session.hue("modadd-grok-s0"), session.hue("modadd-steady-s0")
    assert grok != steady
    session.mark("modadd-grok-s0")
    session.mark("modadd-steady-s0")
    assert (session.hue("modadd-grok-s0"), session.hue("modadd-steady-s0")) == (grok, steady)


def test_b_takes_another_hue_where_its_own_is_as(session):
    run = session.runs[0]
    session.listed([replace(run, id=f"run-{n}") for n in range(8)], {})
    assert session.hue("run-0") == session.hue("run-7")
    session.marks = {"A": "run-0", "B": "run-7"}
    assert session.hue("run-0") != session.hue("run-7")


def test_only_so_many_curves_are_kept(session):
    for index in range(KEPT + 5):
        session.keep(str(index), Book((), {}))
    assert len(session.books) == KEPT
    assert "0" not in session.books


def test_toggling_a_value_axis_twice_changes_nothing():
    view = View()
    assert view.toggled("loss").toggled("loss") == view


def test_curves_in_doubt_are_read_again_and_what_is_known_stays(session):
    for id in "ab":
        session.keep(id, Book((1, 2, "finished"), {"accuracy": None}))
    session.doubt(["measure", "a", "gini"])
    assert session.books["a"] == Book((), {"accuracy": None})
    assert session.books["b"].version == (1, 2, "finished")


def test_curves_of_runs_on_the_screen_stay_however_many_they_are(session):
    session.wanted = frozenset(map(str, range(KEPT + 5)))
    for index in range(KEPT + 9):
        session.keep(str(index), Book((), {}))
    assert session.wanted <= session.books.keys()
    session.wanted = frozenset()
    session.keep("one more", Book((), {}))
    assert len(session.books) == KEPT


def test_what_was_sought_is_taken_once_and_only_of_the_runs_that_there_are(session, monkeypatch):
    session.seek("steady")
    with monkeypatch.context() as patched:
        patched.setattr("grokscope.tui.runs.passing.fitting", None)
        session.refilter("steady")
        assert [run.id for run in session.shown] == ["modadd-steady-s0"]
    session.seek("steady")
    with monkeypatch.context() as patched:
        patched.setattr("grokscope.tui.runs.passing.fitting", lambda runs, text: runs)
        session.refilter("")
        session.seek("none")
        session.listed(session.runs, {})
        patched.setattr("grokscope.tui.runs.passing.fitting", None)
        session.refilter("none")
    session.seek("steady")
    session.listed([run for run in session.runs if "steady" not in run.id], {})
    session.refilter("steady")
    assert session.shown == []
    session.seek("no such field >")
    session.refilter("")
    assert session.shown == session.runs


def test_to_write_a_session_out_writes_no_runs(session):
    assert session.runs
    assert not any(run.id in repr(session.seek) for run in session.runs)


def test_what_sets_runs_apart_is_told_of_those_that_pass_the_filter():
    session = looked_at(runs())
    assert session.differing == [SCALE, DECAY]
    session.refilter("init_scale=1")
    assert session.differing == [DECAY]
    assert DECAY in foldings(session.differing)
    assert SCALE not in foldings(session.differing)
    session.refilter("")
    assert session.differing == [SCALE, DECAY]
    session.narrow(Only(frozenset(run.id for run in session.runs[:1]), "one"))
    assert session.differing == []
    session.listed(session.runs[1:], {})
    session.narrow(None)
    assert session.differing == [SCALE, DECAY]


def test_what_a_run_recorded_since_it_was_first_listed_can_be_a_column(session):
    run = session.runs[0]
    young = Session(Path("store"))
    young.listed([replace(run, metrics={})], {})
    assert "train_loss" not in table.offered(young)
    young.listed([run], {})
    assert "train_loss" in table.offered(young)
    assert young.kinds == [run]
