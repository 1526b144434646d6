from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope import pivot
from grokscope.quantities import quantity
from grokscope.store.listing.glance import Glance, kin
from grokscope.store.listing.ranges import MetricRange

SCALE, DECAY = "model.init_scale", "optimizer.weight_decay"


def run(regime=None, seed=0, **config):
    """A run as a listing shows it, its configuration by short keys."""
    keys = {"scale": SCALE, "decay": DECAY}
    flat = {"seed.root": seed} | {keys[key]: value for key, value in config.items()}
    seen = Glance(regime=regime, kin=kin(flat))
    return SimpleNamespace(seed=seed, config=flat, time_unit="epoch", metrics={}, glance=seen)


def grid(scales, decays, seeds=2):
    return [
        run("grokking", seed, scale=scale, decay=decay)
        for scale in scales
        for decay in decays
        for seed in range(seeds)
    ]


def test_values_are_sorted_as_numbers_and_the_rest_comes_after_them():
    held = [10, "wide", 3e-5, None, 1.0, 1, [64, 32], True]
    axis = pivot.axis([run(scale=value) for value in held], SCALE)
    assert axis.labels == ("3e-5", "1", "10", "64,32", "wide", "yes", "–")
    assert axis.codes.tolist() == [2, 4, 0, 6, 1, 1, 3, 5]
    assert axis.numbers is None


def test_an_axis_of_numbers_has_places():
    axis = pivot.axis([run(decay=value) for value in (1e-3, 0, 1e-4)], DECAY)
    assert axis.numbers.tolist() == [0, 1e-4, 1e-3]
    assert axis.labels == ("0", "1e-4", "0.001")


def test_values_that_three_digits_do_not_tell_apart_are_written_whole():
    assert pivot.labels([0.5656854, 1.0]) == ("0.566", "1")
    assert pivot.labels([0.5656854, 0.5656001]) == ("0.5656854", "0.5656001")


def test_every_run_is_in_the_cell_of_its_values():
    runs = grid([1, 10], [0, 1e-4, 1e-3])
    table = pivot.Pivot(pivot.axis(runs, DECAY), pivot.axis(runs, SCALE))
    assert len(table.cells) == 6
    for (row, column), members in table.cells.items():
        assert len(members) == 2
        for index in members:
            assert runs[index].config[DECAY] == table.rows.values[row]
            assert runs[index].config[SCALE] == table.columns.values[column]
    assert table.at((7, 7)).size == 0


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=30))
def test_the_cells_part_the_runs(places):
    runs = [run(scale=a, decay=b) for a, b in places]
    table = pivot.Pivot(pivot.axis(runs, DECAY), pivot.axis(runs, SCALE))
    members = [index for cell in table.cells.values() for index in cell]
    assert sorted(members) == list(range(len(runs)))
    assert all(cell.size for cell in table.cells.values())


def test_without_a_key_one_row_holds_all():
    runs = grid([1, 10], [0])
    table = pivot.Pivot(pivot.axis(runs, ""), pivot.axis(runs, SCALE))
    assert sorted(table.cells) == [(0, 0), (0, 1)]


def test_the_table_is_over_the_keys_that_are_crossed_and_the_longer_one_goes_across():
    runs = grid([1, 3, 10], [0, 1e-4])
    for index, one in enumerate(runs):
        one.config |= {"task.p": 113 if one.config[SCALE] == 10 else 31, "x": index}
        one.glance = Glance(kin=str(index))
    axes = [pivot.axis(runs, key) for key in ("task.p", DECAY, SCALE, "seed.root")]
    assert pivot.useful(axes[:3]) == (DECAY, SCALE)


def test_a_scan_of_one_key_has_no_rows():
    runs = grid([1, 3, 10], [0])
    axes = [pivot.axis(runs, key) for key in (SCALE, DECAY)]
    assert pivot.useful(axes) == ("", SCALE)
    assert pivot.useful(axes[1:]) == ("", "")


def test_keys_that_decide_each_other_make_no_table():
    runs = [run(scale=value, decay=2 * value) for value in (1, 2, 3)]
    assert pivot.useful([pivot.axis(runs, key) for key in (SCALE, DECAY)]) == ("", SCALE)


def sweep():
    """The lag follows from the scale alone; the optimiser is the scale's parity."""
    runs = grid([1, 2, 3, 4], [0, 1e-4], seeds=3)
    for one in runs:
        scale = one.config[SCALE]
        one.config["optimizer.name"] = "sgd" if scale % 2 else "adam"
        one.metrics = {"loss": MetricRange(-scale, 0, 0)}
    return runs


def test_keys_are_ranked_by_how_closely_they_go_along_with_an_outcome():
    runs = sweep()
    axes = [pivot.axis(runs, key) for key in (DECAY, "optimizer.name", SCALE)]
    found = pivot.links(axes, quantity(runs, "loss"))
    assert [link.key for link in found] == [SCALE, "optimizer.name", DECAY]
    assert found[0].correlation == pytest.approx(-1)
    assert found[2].correlation == pytest.approx(0)
    assert np.isnan(found[1].correlation)
    assert 0 < found[1].ratio < 1
    assert [(link.count, link.levels) for link in found] == [(24, 4), (24, 2), (24, 2)]


def test_regimes_have_no_order_so_only_groups_are_compared():
    runs = sweep()
    for one in runs:
        word = "grokking" if one.config["optimizer.name"] == "sgd" else "steady"
        one.glance = one.glance._replace(regime=word)
    axes = [pivot.axis(runs, key) for key in (DECAY, "optimizer.name")]
    found = pivot.links(axes, quantity(runs, "regime"))
    assert found[0].key == "optimizer.name"
    assert found[0].ratio == pytest.approx(1)
    assert all(np.isnan(link.correlation) for link in found)


def test_an_outcome_that_never_changes_goes_along_with_nothing():
    runs = [run("grokking", scale=scale) for scale in (1, 2, 3)]
    found = pivot.links([pivot.axis(runs, SCALE)], quantity(runs, "regime"))
    assert (found[0].strength, found[0].count) == (0, 3)
