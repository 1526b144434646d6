from dataclasses import replace

import numpy as np
import pytest

from grokscope.store.listing.catalogue import Catalogue
from grokscope.tui.curves import reading
from grokscope.tui.curves.axes import Axis
from grokscope.tui.curves.book import Book, Reader
from grokscope.tui.curves.shown import Shown
from tests.tui.conftest import STEPS


@pytest.fixture(scope="module")
def pairs(pair):
    runs = {run.id: run for run in Catalogue(pair).refresh()}
    return [
        Shown(runs[id], Reader(runs[id].path).read(()), "sky", letter)
        for id, letter in (("modadd-grok-s0", "A"), ("modadd-steady-s0", "B"))
    ]


def test_samples_are_the_times_of_all_runs_in_the_first_ones_unit(pairs):
    assert reading.samples(pairs).tolist() == list(range(201))
    assert reading.samples(pairs[:1], Axis("step")).tolist() == list(range(201))
    # aligned on t_train, 14 and 6, B begins 8 epochs after A's start and ends 8 later
    assert reading.samples(pairs, Axis("epoch", "t_train")).tolist() == list(range(209))
    assert reading.samples([]).size == 0
    assert reading.samples([replace(pairs[0], book=Book((), {}))]).size == 0


def test_the_ends_of_an_axis_hold_all_runs(pairs):
    assert reading.places(pairs, Axis("epoch")).tolist() == [0, 1, 200]
    assert reading.places(pairs, Axis("step")).tolist() == [0, STEPS, 200 * STEPS]
    ends = reading.places(pairs, Axis("epoch", "t_train"))
    assert (ends.min(), ends.max()) == (-14, 194)
    assert reading.places([replace(pairs[0], book=None)], Axis("epoch")).size == 0


def test_aligned_runs_are_read_off_each_at_its_own_time(pairs):
    a, b = pairs
    over = Axis("epoch", "t_train")
    assert reading.own_time(pairs, a, over, 20.0) == 20
    assert reading.own_time(pairs, b, over, 20.0) == 12
    assert reading.own_time(pairs, b, Axis("weight norm"), 20.0) == 20


def test_a_readout_gives_raw_values_at_a_time(pairs):
    texts = reading.readout(pairs[0], ["accuracy", "weight_norm", "absent"], 58.0)
    assert texts[0] == "train 1.000 test 0.959"
    assert texts[1].startswith("weight norm 94")
    assert len(texts) == 2
    assert reading.readout(pairs[0], ["loss"], 500.0) == ["loss train – test –"]


def test_a_readout_of_seeds_gives_the_median_and_how_far_they_spread(pairs):
    group = replace(pairs[0], group=tuple(pairs))
    (text,) = reading.readout(group, ["accuracy"], 14.0)
    low, high = text.split(" test ")[1].split("(")[1].rstrip(")").split("–")
    values = [one.book.quantities["accuracy"].traces[1].at(14.0, "epoch") for one in pairs]
    assert [float(low), float(high)] == pytest.approx(np.sort(values), abs=5e-4)
