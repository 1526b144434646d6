from dataclasses import replace

import numpy as np
import pytest

from grokscope.store.listing.catalogue import Catalogue
from grokscope.tui.curves import reading
from grokscope.tui.curves.axes import Axis
from grokscope.tui.curves.book import Book, Quantity, Reader, Trace
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


def compressed(one, values):
    """Return a run with a measure's variants by their conventions, each of one value for ever."""
    ends = np.array([0, 200])
    held = {
        key: Quantity(key, key, "Size", (Trace("", ends, ends * 1.0, np.full(2, value)),))
        for key, value in values.items()
    }
    return replace(one, book=Book((), held))


def test_variants_of_a_measure_are_told_apart_by_what_differs_in_them(pairs):
    values = {"size.fast.n2": 1.0, "size.slow.n2": 2.0, "norm.l2": 3.0}
    one = compressed(pairs[0], values)
    assert reading.readout(one, list(values), 9.0) == [
        "Size fast 1.00",
        "Size slow 2.00",
        "Size 3.00",
    ]
    # of conventions that have unlike parts, all of each is told
    values = {"size.fast": 1.0, "size.fast.n2": 2.0}
    one = compressed(pairs[0], values)
    assert reading.readout(one, list(values), 9.0) == ["Size fast 1.00", "Size fast/n2 2.00"]


def test_what_has_no_value_makes_room_and_what_is_cut_is_told(pairs):
    values = {"size.a": np.nan, "size.b": 2.0, "size.c": np.nan, "size.d": 4.0}
    one = compressed(pairs[0], values)
    whole = ["Size a –", "Size b 2.00", "Size c –", "Size d 4.00"]
    assert reading.fitted(one, list(values), 9.0, 46, 2) == whole
    assert reading.fitted(one, list(values), 9.0, 45, 2) == ["Size b 2.00", "Size d 4.00"]
    assert reading.fitted(one, list(values), 9.0, 26, 2) == ["Size b 2.00", "Size d 4.00"]
    assert reading.fitted(one, list(values), 9.0, 25, 2) == ["Size b 2.00", "…"]
    assert reading.fitted(one, list(values), 500.0, 25, 2) == ["Size a –", "Size b –", "…"]


def test_a_readout_of_seeds_gives_the_median_and_how_far_they_spread(pairs):
    group = replace(pairs[0], group=tuple(pairs))
    (text,) = reading.readout(group, ["accuracy"], 14.0)
    low, high = text.split(" test ")[1].split("(")[1].rstrip(")").split("–")
    values = [one.book.quantities["accuracy"].traces[1].at(14.0, "epoch") for one in pairs]
    assert [float(low), float(high)] == pytest.approx(np.sort(values), abs=5e-4)
