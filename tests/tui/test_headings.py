from dataclasses import replace
from pathlib import Path

import pytest

from grokscope.store.listing.catalogue import Catalogue
from grokscope.tui import headings
from grokscope.tui.plot.palette import STRONG
from grokscope.tui.session import Only, Session


@pytest.fixture
def session(pair):
    session = Session(Path("store"))
    session.listed(Catalogue(pair).refresh(), {})
    return session


def head(session, width):
    left, right = headings.of_store(session, width)
    return "".join(text for text, _ in left), "".join(text for text, _ in right)


def test_the_stores_path_gives_way_to_filter_and_counts_and_keeps_its_end(session):
    session.store = Path("/scratch/" + "a-long-way/" * 20 + "store")
    session.broken = {"x": "damaged"}
    session.refilter("steady")
    for width in (70, 80, 120):
        left, right = head(session, width)
        assert left.endswith("/store · 1 of 2 runs · filter steady")
        assert right == " 1 unreadable "
        assert len(left) + len(right) == width
    session.refilter("init_scale=10 " * 5)
    assert "/" not in head(session, 80)[0]
    assert "filter init_scale=10" in head(session, 80)[0]


def test_the_pairs_line_keeps_the_seeds(session):
    grok, steady = session.runs
    session.labels = {run.id: f"{'wide-' * 12}s{n}" for n, run in enumerate(session.runs)}
    (left, _), *_ = headings.of_pair(session, grok, steady, 80)
    assert [left[0][0][-3:], left[2][0][-3:]] == ["-s0", "-s1"]


def test_differences_that_do_not_fit_are_counted(session):
    grok, steady = session.runs
    changed = replace(
        steady, config={**steady.config, "optimizer.lr": 0.1, "training.batch_size": 7}
    )
    whole = headings.differences(grok, changed, 80)
    assert whole == "init_scale 10 │ 1   lr 0.005 │ 0.1   batch_size 64 │ 7"
    assert headings.differences(grok, changed, 35) == "init_scale 10 │ 1   and 2 more"
    assert headings.differences(grok, changed, 10) == "init_scal…"


def test_runs_that_differ_in_nothing_say_so(session):
    run = session.runs[0]
    assert headings.differences(run, run, 80) == "nothing"
    assert headings.differences(run, replace(run, seed=1), 80) == "nothing but the seed"


def test_the_pairs_line_is_as_wide_as_the_screen(session):
    for width in (40, 80, 160):
        (left, _), *_ = headings.of_pair(session, *session.runs, width)
        assert sum(len(text) for text, _ in left) == width // 2 * 2


def test_runs_that_alone_are_seen_are_named(session):
    session.narrow(Only(frozenset({"modadd-steady-s0"}), "init_scale 1"))
    assert head(session, 80)[0].endswith(" · 1 of 2 runs · only init_scale 1")


def test_the_regime_of_a_verdict_is_bold_and_hues_are_the_runs(session):
    run = session.run("modadd-grok-s0")
    spans = headings.of_run(session, run, 80)[0][0]
    assert ("grokking", STRONG) in spans
    assert "".join(text for text, _ in spans).startswith(" modadd-grok s0   grokking: t_train 14")


def told(line):
    return tuple("".join(text for text, _ in part) for part in line)


def test_a_long_name_is_cut_before_the_verdict_and_the_state_stays(session):
    run = session.run("modadd-grok-s0")
    session.labels[run.id] = "a-name-that-goes-on" * 5
    left, right = told(headings.of_run(session, run, 80)[0])
    assert len(left + right) <= 80
    assert left.endswith("Δ 44 > 14")
    assert "…" in left
    assert right == "  epoch 200/200 "
    live = replace(run, status="running", rate=0.5, total_epochs=320.0)
    left, right = told(headings.of_run(session, live, 80)[0])
    assert left.endswith("Δ 44 > 14")
    assert "epoch" not in right
    assert "4m" in right
    assert len(left + right) <= 80


def test_how_far_a_run_got_gives_way_to_a_long_verdict(session):
    run = session.run("modadd-grok-s0")
    left, right = told(headings.of_run(session, run, 60)[0])
    assert left == " modadd-grok s0   grokking: t_train 14, t_test 58, Δ 44 > 14"
    assert right == ""


def test_why_the_list_is_empty_fits_a_small_terminal(session):
    session.store = Path("/scratch/" + "a-long-way/" * 20 + "store")
    whys = [headings.of_nothing(session)]
    session.refilter("none of them")
    whys.append(headings.of_nothing(session))
    session.listed([], {}, there=False)
    whys.append(headings.of_nothing(session))
    assert len({str(why) for why in whys}) == 3
    for why in whys:
        assert max(sum(len(text) for text, _ in left) for left, _ in why) <= 80
