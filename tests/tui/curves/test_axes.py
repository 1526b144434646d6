from dataclasses import replace

import numpy as np
import pytest

from grokscope.store.listing.catalogue import Catalogue
from grokscope.tui.curves.axes import Axis, axis, happened, kinds, lacking
from grokscope.tui.curves.book import Book, Reader
from grokscope.tui.curves.shown import Shown
from grokscope.tui.curves.view import View
from tests.tui.conftest import STEPS


@pytest.fixture(scope="module")
def grok(pair):
    run = next(run for run in Catalogue(pair).refresh() if run.id == "modadd-grok-s0")
    return Shown(run, Reader(run.path).read(()), "sky")


def trace(shown, key="loss"):
    return shown.book.quantities[key].traces[0]


def test_the_axis_is_the_runs_own_time_unless_another_is_chosen(grok):
    assert axis(View(), [grok]) == Axis("epoch", "", True)
    assert axis(View().over("step"), [grok]).title == "step"
    assert axis(View().over("", "t_test"), [grok]).title == "epoch since t_test"
    assert Axis("wall time").title == "wall time, s"
    assert kinds([grok])[0] == "epoch"


def test_an_evaluation_lies_at_its_epoch_or_step_or_since_an_event(grok):
    assert Axis("epoch").of(grok, trace(grok))[7] == 7
    assert Axis("step").of(grok, trace(grok))[7] == 7 * STEPS
    assert Axis("epoch", "t_train").of(grok, trace(grok))[20] == 6
    assert Axis("step", "t_test").of(grok, trace(grok))[58] == 0


def test_over_the_weight_norm_a_measure_lies_where_the_norm_was(grok):
    norm = grok.book.quantities["weight_norm"].traces[0].values
    speed = next(one for key, one in grok.book.quantities.items() if "speed" in key).traces[0]
    found = Axis("weight norm").of(grok, speed)
    assert found[30] == pytest.approx(norm[30])


def test_over_wall_time_evaluations_lie_in_their_order(grok):
    found = Axis("wall time").of(grok, trace(grok))
    assert np.isfinite(found).all()
    assert (np.diff(found) >= 0).all()


@pytest.mark.parametrize("kind", ["epoch", "step", "weight norm"])
@pytest.mark.parametrize("origin", ["", "t_train"])
def test_times_and_places_undo_each_other(grok, kind, origin):
    over = Axis(kind, origin)
    for time in (0.0, 14.0, 58.0, 199.0):
        assert over.time(grok, over.place(grok, time), near=time) == pytest.approx(time)


def test_a_place_passed_twice_is_the_time_nearest_to_the_one_meant(grok):
    book = grok.book
    norm = book.quantities["weight_norm"]
    there_and_back = 100 - abs(np.arange(201.0) - 100)
    turned = replace(norm, traces=(replace(norm.traces[0], values=there_and_back),))
    shown = replace(grok, book=replace(book, quantities=book.quantities | {"weight_norm": turned}))
    over = Axis("weight norm")
    assert over.time(shown, 40.0, near=30.0) == pytest.approx(40, abs=1)
    assert over.time(shown, 40.0, near=170.0) == pytest.approx(160, abs=1)


def test_what_was_not_recorded_or_did_not_happen_is_known_to_be_missing(grok):
    bare = replace(grok, book=Book((), {"loss": grok.book.quantities["loss"]}))
    assert lacking([bare], "weight norm")
    assert lacking([bare], "wall time")
    assert not lacking([bare], "step")
    assert not lacking([bare, grok], "weight norm")
    assert np.isnan(Axis("weight norm").of(bare, trace(bare))).all()
    never = replace(grok, run=replace(grok.run, outcomes={}))
    assert happened([never]) == []
    assert happened([grok]) == ["t_train", "t_test"]
    assert np.isnan(Axis("epoch", "t_test").of(never, trace(never))).all()
    assert np.isnan(Axis("step").place(replace(grok, book=None), 3.0))
