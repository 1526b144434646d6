import pytest

from grokscope.tui.sweeps.ranking import BAR, NOTES, details, ranking, summary
from tests.tui.swept import DECAY, SCALE, looked_at, text
from tests.tui.swept import summary as run


@pytest.fixture
def session():
    session = looked_at()
    session.sweep.shows = "t_train"
    return session


def test_the_closest_key_comes_first_with_its_bar_and_numbers(session):
    rows, first = ranking(session, 10)
    lines = text(rows)
    assert first == 0
    assert lines[0].split() == ["key", "strength", "ρ", "η", "values", "runs"]
    assert lines[1].startswith("▌ init_scale")
    assert lines[1].split()[-2:] == ["3", "24"]
    bars = [line.count("█") for line in lines[1:]]
    assert bars == sorted(bars, reverse=True)
    assert 0 < bars[0] <= BAR


def test_a_bar_that_luck_may_have_made_stands_before_its_mark(session):
    lines = text(ranking(session, 10)[0])
    seeds = next(line for line in lines if " seed" in line)
    assert "┆" in seeds
    assert seeds.count("█") < seeds.index("┆")


def test_the_cursor_is_always_among_the_rows(session):
    session.sweep.link = session.sweep.links(session)[-1].key
    rows, first = ranking(session, 3)
    assert first == 2
    assert any(line.startswith("▌") for line in text(rows))


def test_the_key_under_the_cursor_is_told_value_by_value(session):
    session.sweep.link = SCALE
    assert text(details(session, 80, 9)) == [
        " init_scale",
        "   0.3     9 runs  t_train 7 (6 to >150)   s4 u3 g2",
        "     1     9 runs  t_train 7   g3 s3 p3",
        "    30     6 runs  t_train 53.5 (52 to 55)   m6",
    ]
    assert len(details(session, 80, 2)) == 2


def test_keys_that_cannot_be_told_apart_are_named():
    session = looked_at(
        [run(str(n), {SCALE: n, "task.p": 10 * n}, "steady", 1, 2) for n in range(4)]
    )
    session.sweep.link = SCALE
    assert "cannot be told from p" in text(details(session, 80, 5))[0]


def test_it_says_how_many_runs_are_ranked_and_how(session):
    assert summary(session) == "24 runs, 3 ended first and rank last, 19 tied"
    session.sweep.shows = "regime"
    assert summary(session) == "24 runs"


def test_it_says_that_association_is_no_cause():
    assert any("not cause" in note for note in NOTES)
    assert max(map(len, NOTES)) <= 78


def test_regimes_have_no_rank_correlation(session):
    session.sweep.shows = "regime"
    lines = text(ranking(session, 10)[0])
    assert all(line.split()[-4] == "–" for line in lines[1:])
    assert {link.key for link in session.sweep.links(session)} == {SCALE, DECAY, "seed.root"}
