from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grokscope.tui.plot.heat import GUTTER
from grokscope.tui.plot.raster import Raster
from grokscope.tui.plot.shades import Shading
from grokscope.tui.through.sheets import Sheet, Slab
from grokscope.tui.through.shots import Shot
from grokscope.tui.through.stills import Still, draw_still


def still(key, dims, values, labels=None, page=0, probes=None, note="", **attrs):
    values = np.asarray(values)
    steps = np.arange(3)
    sheet = Sheet(
        key,
        key.partition(".")[0],
        key.partition(".")[0].replace("_", " "),
        attrs.pop("unit", ""),
        dims,
        values.shape,
        steps,
        steps.astype(float),
        labels or {},
        attrs,
        (Path(), ""),
    )
    raster, shading = Raster(True), Shading(plain=True)
    seen = [values] if probes is None else probes
    return Still(Shot(key, page), sheet, Slab(1, values), seen, "sky", note, raster, shading)


def drawn(one, width=60, height=14):
    frame = draw_still(one, width, height)
    assert frame.text.shape == (height, width)
    return ["".join(row).rstrip() for row in frame.text]


WORDS = np.array(["low", "value", "high"], object)


def test_a_number_for_each_place_along_an_axis_is_a_curve():
    axis = np.linspace(0, 1, 20)
    told = still("anything.x", ("share",), axis**2, {"share": axis}, unit="nat")
    lines = drawn(told)
    assert lines[0].startswith(" Anything, nat")
    assert lines[0].endswith("share")
    assert any("*" in line for line in lines)


def test_a_number_for_each_word_is_a_bar():
    lines = drawn(still("anything", ("bound",), [0.1, 0.2, 0.4], {"bound": WORDS}))
    written = [line for line in lines if line.strip()]
    assert [line.split()[0] for line in written[1:5]] == ["bound", "low", "value", "high"]
    lengths = [line.count("█") for line in written[2:5]]
    assert lengths[0] < lengths[1] < lengths[2]


def test_a_number_for_each_word_and_place_is_a_curve_for_each_word():
    spectrum = np.stack([np.exp(-np.arange(9.0)), np.exp(-np.arange(9.0) / 3)])
    names = np.array(["hidden1", "output"], object)
    told = still("singular_values", ("tensor", "index"), spectrum, {"tensor": names})
    text = "\n".join(drawn(told))
    assert "hidden1" in text
    assert "output" in text
    assert "log y, log index" in text


def test_rounding_errors_do_not_stretch_a_log_axis():
    values = np.array([[1.0, 0.1, 1e-19]])
    told = still("activation_spectrum", ("layer", "index"), values,
                 {"layer": np.array(["hidden1"], object)})  # fmt: skip
    assert not any("⁻¹" in line for line in drawn(told))


def test_a_number_for_each_of_two_places_is_a_heat_map():
    lines = drawn(still("anything", ("row", "column"), np.eye(4)))
    assert lines[-1].startswith(" ↓ row  → column")
    assert "@" in lines[1]


def test_of_further_dimensions_the_first_place_is_shown():
    values = np.stack([np.eye(4), np.zeros((4, 4))])
    assert "@" in drawn(still("anything", ("head", "row", "column"), values))[1]


def test_shades_of_what_has_a_sign_are_as_far_on_both_sides():
    lines = drawn(still("anything", ("row", "column"), [[-0.5, 0.2], [0.1, 0.0]]))
    assert lines[-1].split()[-1] == "0.5"
    assert "-0.5" in lines[-1]


def test_scales_hold_what_is_seen_at_other_times():
    small = np.full((2, 2), 0.1)
    lines = drawn(still("anything", ("row", "column"), small, probes=[small * 10]))
    assert lines[-1].split()[-1] == "1"
    assert lines[1][GUTTER] == "."


def test_neurons_are_sorted_by_where_they_are_strongest_in_the_end():
    last = np.eye(5)[[4, 2, 0, 3, 1]]
    lines = drawn(still("fourier_power", ("neuron", "frequency"), last, probes=[last]), 60, 13)
    columns = [line.index("@") for line in lines[1:11:2]]
    assert columns == sorted(columns)
    assert lines[-1].startswith(" ↓ neuron  → frequency")


def test_neurons_stay_with_their_layers():
    layer = np.array(["two", "one", "two"], object)
    told = still("neuron_features", ("neuron", "feature"), np.eye(3), {"layer": layer})
    lines = drawn(told)
    assert lines[1].split()[0] == "one"
    assert any(line.startswith("  two") for line in lines[2:8])


def test_of_many_frequencies_the_largest_are_told():
    values = np.linspace(0, 1, 57) / 28.5
    lines = drawn(still("frequency_power", ("frequency",), values, probes=[values]), 40, 6)
    assert [line.split()[0] for line in lines[2:]] == ["56", "55", "54", "other"]


def test_components_are_a_scatter_of_the_chosen_pair():
    values = np.zeros((4, 6))
    values[:, 2] = [1, -1, 0, 0]
    values[:, 3] = [0, 0, 1, -1]
    share = np.tile([0.5, 0.2, 0.1, 0.05, 0.03, 0.02], (3, 1))
    told = still("weight_components.last", ("item", "component"), values,
                 {"component_share": share}, page=1)  # fmt: skip
    lines = drawn(told)
    assert lines[-1] == " → component 3 (10 %)  ↑ 4 (5 %)"
    assert sum(line.count("*") for line in lines) == 4


def test_components_along_waves_are_named_by_their_frequency():
    waves = {"frequency": np.array([23.0, 23.0, 40.0, 40.0])}
    told = still("weight_components.frequency", ("item", "component"), np.eye(4), waves, page=1)
    assert drawn(told)[-1] == " → cos of wave 40  ↑ sin"


def test_a_table_tells_right_from_wrong_and_trained_from_held_out():
    held = np.array([[0, 0], [1, 1]])
    told = still("operation_table", ("a", "b"), np.array([[1, 0], [1, 255]], np.uint8),
                 {"held_out": held})  # fmt: skip
    lines = drawn(told, 40, 10)
    assert "held out 1.000" in lines[-2]
    assert {".", "%"} <= set(lines[1])


def test_notes_stand_beside_the_title_and_what_begins_later_says_so():
    told = still("anything", ("row", "column"), np.eye(4), note="epoch 4")
    assert drawn(told)[0].endswith("epoch 4")
    early = replace(told, slab=Slab(-1, np.full((4, 4), np.nan)))
    assert any("no values up to here" in line for line in drawn(early))


@pytest.mark.parametrize("values", [np.full((3, 4), np.nan), np.zeros((3, 4)), np.ones((1, 1))])
@pytest.mark.parametrize("key", ["anything", "weight_components", "fourier_power"])
def test_whatever_the_values_there_is_a_picture(key, values):
    dims = ("neuron", "frequency") if key == "fourier_power" else ("item", "component")
    for size in ((60, 14), (20, 5), (8, 3)):
        drawn(still(key, dims, values), *size)
