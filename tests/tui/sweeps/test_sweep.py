import pytest

from grokscope.tui.session import Only
from grokscope.tui.sweeps.sweep import key_name
from tests.tui.swept import DECAY, SCALE, looked_at, runs, summary


@pytest.fixture
def session():
    return looked_at()


def test_it_begins_with_the_keys_that_are_crossed_and_offers_seeds_last(session):
    table = session.sweep.table(session)
    assert table.keys == [SCALE, DECAY, "seed.root"]
    assert (session.sweep.row, session.sweep.column) == (DECAY, SCALE)
    assert table.names[:5] == ["regime", "t_grok", "t_test", "t_train", "test_accuracy"]


def test_what_was_computed_is_kept_until_the_runs_are_others(session):
    table = session.sweep.table(session)
    assert session.sweep.table(session) is table
    session.refilter("grokking")
    assert session.sweep.table(session) is not table


def test_the_cursor_stays_on_its_values_when_the_runs_change(session):
    session.sweep.put(session, (1, 2))
    session.refilter("init_scale>=1")
    assert session.sweep.place(session) == (1, 1)
    session.refilter("init_scale<1")
    assert session.sweep.place(session) == (0, 1)
    assert session.sweep.column == DECAY


def test_the_cursor_stops_at_the_edges(session):
    assert session.sweep.put(session, (9, 9))
    assert session.sweep.place(session) == (2, 2)
    assert not session.sweep.put(session, (2, 3))


def test_the_cursor_begins_on_a_cell_that_has_runs():
    session = looked_at([run for run in runs() if run.config[SCALE] > 1 or run.config[DECAY] > 0])
    assert session.sweep.members(session).size
    assert session.sweep.place(session) == (0, 2)


def test_keys_take_turns_and_never_stand_on_both_axes(session):
    seen = []
    for _ in range(4):
        session.sweep.turn(session, "row")
        seen.append(session.sweep.row)
    assert seen == ["seed.root", "", DECAY, "seed.root"]
    for _ in range(7):
        session.sweep.turn(session, "column")
        assert session.sweep.row != session.sweep.column


def test_chosen_keys_that_are_gone_give_way(session):
    session.sweep.turn(session, "row")
    one = summary("x", {SCALE: 1}, "steady", 1, 2), summary("y", {SCALE: 2}, "steady", 1, 2)
    session.listed(one, {})
    assert session.sweep.pivot(session).columns.labels == ("1", "2")
    assert session.sweep.row == ""


def test_runs_that_differ_in_nothing_make_no_table():
    session = looked_at(runs(seeds=1, cells={(0, 1): ("steady", 1, 2)}))
    assert session.sweep.table(session).keys == []


def test_keys_that_change_together_are_twins():
    several = [
        summary(str(n), {SCALE: n, "task.p": 10 * n, DECAY: n % 2}, "steady", 1, 2)
        for n in range(4)
    ]
    session = looked_at(several)
    table = session.sweep.table(session)
    assert table.twins(SCALE) == ["task.p"]
    assert table.twins(DECAY) == []


def test_the_runs_under_the_cursor(session):
    session.sweep.put(session, (2, 2))
    assert session.sweep.members(session).size == 0
    session.sweep.put(session, (1, 1))
    ids = {session.shown[index].id for index in session.sweep.members(session)}
    assert ids == {f"demo-1-0.0001-s{seed}" for seed in range(3)}


def test_it_looks_at_the_runs_that_alone_are_seen(session):
    session.narrow(Only(frozenset(run.id for run in session.runs[:6]), "some"))
    assert len(session.sweep.pivot(session).cells) == 2


@pytest.mark.parametrize(
    ("key", "name"),
    [(SCALE, "init_scale"), ("task.name", "task"), ("seed.root", "seed"),
     ("seed.split", "seed.split")],
)  # fmt: skip
def test_keys_have_short_names(key, name):
    assert key_name(key) == name
