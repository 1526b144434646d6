from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grokscope.events import Moment
from grokscope.store.listing.catalogue import Catalogue
from grokscope.tui.curves import marking
from grokscope.tui.curves.axes import Axis
from grokscope.tui.curves.book import Reader
from grokscope.tui.curves.shown import Shown
from tests.tui.conftest import SPEED, STEPS

EPOCH = Axis("epoch", "", True)


@pytest.fixture(scope="module")
def pairs(pair):
    runs = {run.id: run for run in Catalogue(pair).refresh()}
    return [
        Shown(runs[id], Reader(runs[id].path).read(()), "sky", letter)
        for id, letter in (("modadd-grok-s0", "A"), ("modadd-steady-s0", "B"))
    ]


def accuracy(shown):
    return shown.book.quantities["accuracy"]


def test_learning_times_are_marked_where_they_lie_on_the_axis(pairs):
    grok = pairs[0]
    found = marking.marks(grok, accuracy(grok), EPOCH)
    assert [(mark.time, mark.text) for mark in found] == [(14, "t_train 14"), (58, "t_test 58")]
    since = marking.marks(grok, accuracy(grok), Axis("epoch", "t_train"))
    assert [mark.time for mark in since] == [0, 44]


def test_several_slingshots_share_a_name_that_counts_them(pairs):
    grok = pairs[0]
    at = [Moment(epoch * STEPS, float(epoch)) for epoch in (30, 60, 90)]
    loss = replace(grok.book.quantities["loss"], turns=tuple(("slingshot", one) for one in at))
    found = marking.marks(grok, loss, EPOCH)
    assert [mark.text for mark in found] == ["3 slingshots", "", ""]
    assert [mark.time for mark in found] == [30, 60, 90]


def test_seeds_drawn_as_one_are_marked_at_their_middle_and_say_how_many_got_there(pairs):
    grok, steady = pairs
    never = replace(steady, run=replace(steady.run, outcomes={
        "ceiling": replace(steady.run.outcome, test=None)}))  # fmt: skip
    group = replace(grok, group=(grok, never))
    found = marking.marks(group, accuracy(grok), EPOCH)
    assert [mark.text for mark in found] == ["t_train 10", "t_test 58 (1/2)"]


def words(shown, axis=EPOCH):
    return [phase.word for phase in marking.phases(shown, accuracy(shown), axis)]


def test_a_run_that_groks_memorises_rests_and_generalises(pairs):
    grok = pairs[0]
    found = marking.phases(grok, accuracy(grok), EPOCH)
    assert [phase.word for phase in found] == [
        "memorising", "plateau", "generalising", "generalised",
    ]  # fmt: skip
    assert (found[0].start, found[0].end) == (0, 14)
    assert found[1].start == 14
    luck, test = grok.run.outcome.luck, accuracy(grok).traces[1].values
    rise = int(found[2].start)
    assert (test[rise : rise + 3] > luck).all()
    assert test[rise - 1] <= luck
    assert (found[3].start, found[3].end) == (58, 200)


def test_a_run_whose_test_accuracy_rises_first_learns_both_at_once(pairs):
    assert words(pairs[1]) == ["learning", "generalised"]


def test_a_run_that_never_generalises_stays_on_its_plateau(pairs):
    grok = pairs[0]
    flat = replace(accuracy(grok).traces[1], values=np.zeros(201))
    quantity = replace(accuracy(grok), traces=(accuracy(grok).traces[0], flat))
    outcome = replace(grok.run.outcome, test=None)
    other = replace(grok, run=replace(grok.run, path=Path("flat"), outcomes={"ceiling": outcome}))
    found = marking.phases(other, quantity, EPOCH)
    assert [(one.word, one.end) for one in found] == [("memorising", 14), ("plateau", 200)]


def test_nothing_is_said_of_a_run_that_fitted_nothing_nor_along_a_norm(pairs):
    grok = pairs[0]
    outcome = replace(grok.run.outcome, train=None, test=None)
    unfit = replace(grok, run=replace(grok.run, outcomes={"ceiling": outcome}))
    assert words(unfit) == words(grok, Axis("weight norm")) == []
    assert marking.phases(grok, grok.book.quantities["loss"], EPOCH) == ()


def test_events_of_all_shown_quantities_are_stops_in_the_first_runs_time(pairs):
    stops = marking.stops(pairs, ["accuracy", SPEED], EPOCH).tolist()
    assert {6.0, 8.0, 14.0, 58.0, 20.0, 47.0} <= set(stops)
    assert stops == sorted(stops)
    # B's t_test lies 2 epochs after its t_train, which A's axis has at 14
    aligned = marking.stops(pairs, ["accuracy"], Axis("epoch", "t_train"))
    assert aligned.tolist() == [14, 16, 58]
