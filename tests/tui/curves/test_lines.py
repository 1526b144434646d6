from dataclasses import replace

import numpy as np
import pytest

from grokscope.store.listing.catalogue import Catalogue
from grokscope.tui.curves import lines
from grokscope.tui.curves.axes import Axis
from grokscope.tui.curves.book import Book, Reader
from grokscope.tui.curves.shown import Shown
from grokscope.tui.curves.view import View

EPOCH = Axis("epoch", "", True)


@pytest.fixture(scope="module")
def pairs(pair):
    runs = {run.id: run for run in Catalogue(pair).refresh()}
    return [
        Shown(runs[id], Reader(runs[id].path).read(()), "sky", letter)
        for id, letter in (("modadd-grok-s0", "A"), ("modadd-steady-s0", "B"))
    ]


def loss(shown):
    return shown.book.quantities["loss"]


def test_curves_are_what_was_recorded_until_smoothing_is_asked_for(pairs):
    train, test = lines.of(pairs[0], loss(pairs[0]), View(), EPOCH)
    assert test.values is loss(pairs[0]).traces[1].values
    assert (train.dotted, train.ink.dim) == (True, True)
    smooth = lines.of(pairs[0], loss(pairs[0]), View(smoothing=5), EPOCH)[1]
    assert smooth.values[100] == pytest.approx(test.values[98:103].mean())


def test_seeds_are_a_median_between_two_dim_edges(pairs):
    group = replace(pairs[0], group=tuple(pairs))
    drawn = lines.of(group, loss(group), View(band="range"), EPOCH)
    low, high, middle = drawn[3:]
    assert [line.label for line in drawn] == ["", "", "train", "", "", "test"]
    assert low.ink.dim
    assert high.ink.dim
    assert not middle.ink.dim
    both = np.stack([loss(one).traces[1].values for one in pairs])
    assert np.array_equal(low.values, both.min(axis=0))
    assert np.array_equal(high.values, both.max(axis=0))
    assert middle.values == pytest.approx(np.median(both, axis=0))


def test_over_a_norm_seeds_have_no_band(pairs):
    group = replace(pairs[0], group=tuple(pairs))
    assert len(lines.of(group, loss(group), View(band="range"), Axis("weight norm"))) == 2


def test_two_runs_are_related_curve_by_curve(pairs):
    view = View(relation="difference")
    train, test = lines.related(*pairs, "loss", view, EPOCH)
    assert (train.label, test.label) == ("train", "test")
    a, b = (loss(one).traces[1].values for one in pairs)
    assert test.values == pytest.approx(a - b)
    group = replace(pairs[0], group=(pairs[0],))
    of_medians = lines.related(group, pairs[1], "loss", replace(view, band="range"), EPOCH)
    assert of_medians[1].values == pytest.approx(a - b)


def test_what_a_run_lacks_has_no_curves(pairs):
    bare = replace(pairs[0], book=Book(("bare",), {}))
    assert lines.quantity(bare, "loss") is None
    assert lines.quantity(replace(bare, book=None), "loss") is None
    assert lines.related(bare, pairs[1], "loss", View(relation="ratio"), EPOCH) == ()
