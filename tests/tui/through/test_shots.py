from types import SimpleNamespace

import numpy as np
import pytest

from grokscope.tui.through.shots import Film, Shot, headline, offered, order, picked


def sheet(key, shape=(5,), usual=1, title="", unit="", steps=20):
    measure = key.partition(".")[0]
    return SimpleNamespace(
        key=key, measure=measure, shape=shape, attrs={"usual": usual}, title=title, unit=unit,
        step=np.arange(steps),
    )  # fmt: skip


def held(*sheets):
    return {one.key: one for one in sheets}


def test_known_measures_come_first_then_others_then_what_is_offered_then_variants():
    one = held(
        sheet("zeta"),
        sheet("pruning_curve.a", usual=0),
        sheet("pruning_curve.b"),
        sheet("operation_table.m64"),
    )
    found = [shot.key for shot in order([one], ["singular_values", "pruning_curve"])]
    assert found == [
        "operation_table.m64",
        "pruning_curve.b",
        "zeta",
        "singular_values",
        "pruning_curve.a",
    ]


def test_components_are_a_shot_for_each_pair():
    found = order([held(sheet("weight_components.last", (7, 6)), sheet("zeta"))], [])
    components = [shot for shot in found if shot.measure == "weight_components"]
    assert components == [Shot("weight_components.last", page) for page in range(3)]
    assert found[1] == Shot("zeta")


def test_components_along_waves_come_before_principal_ones():
    one = held(sheet("weight_components.last"), sheet("weight_components.frequency", usual=0))
    assert order([one], [])[0] == Shot("weight_components.frequency")


def test_what_both_runs_hold_comes_before_what_one_does():
    table, curve = sheet("operation_table"), sheet("pruning_curve")
    found = order([held(table, curve), held(curve)], [])
    assert found == [Shot("pruning_curve"), Shot("operation_table")]


def test_what_was_measured_all_along_comes_before_what_was_measured_now_and_then():
    few, many = sheet("operation_table", steps=3), sheet("pruning_curve", steps=300)
    assert order([held(few, many)], []) == [Shot("pruning_curve"), Shot("operation_table")]


def test_the_first_one_comes_first_and_the_others_follow_in_turn():
    every = [Shot("a"), Shot("b"), Shot("c")]
    assert picked(every, Film(first=Shot("b"))) == [Shot("b"), Shot("c"), Shot("a")]
    assert picked(every, Film(first=Shot("gone"))) == every


def test_the_chosen_alone_are_shown_as_long_as_any_is_there():
    every, film = [Shot("a"), Shot("b"), Shot("c")], Film(chosen=(Shot("c"), Shot("a")))
    assert picked(every, film) == [Shot("c"), Shot("a")]
    film.first = Shot("a")
    assert picked(every, film) == [Shot("a"), Shot("c")]
    assert picked([Shot("b")], film) == [Shot("b")]


@pytest.mark.parametrize(
    ("task", "has", "lacks"),
    [
        ("modular_addition", "operation_table", "neuron_features"),
        ("ising", "neuron_features", "operation_table"),
    ],
)
def test_a_run_is_offered_what_its_task_allows(task, has, lacks):
    found = offered({"task.name": task})
    assert has in found
    assert lacks not in found
    assert "singular_values" in found


def test_a_run_without_a_task_is_offered_nothing():
    assert offered({}) == ()


def test_a_title_that_does_not_fit_is_a_short_one_with_its_variant_where_that_fits():
    one = sheet("fourier_power.input.m64", title="share of frequencies in power, input")
    assert headline(one, 60) == "Share of frequencies in power, input"
    assert headline(one, 30) == "Neurons' Fourier power, input"
    assert headline(one, 25) == "Neurons' Fourier power"


def test_a_title_carries_its_unit_and_an_unknown_one_stays_whole():
    one = sheet("zeta.x", title="weight energy", unit="J")
    assert headline(one, 60) == "Weight energy, J"
    assert headline(one, 5) == "Weight energy, J"


def test_directions_of_weights_are_told_in_words():
    title = "tokens' weights along fixed directions, last"
    one = sheet("weight_components.last", (12, 4), title=title)
    assert headline(one, 50) == "Components, axes of the last checkpoint"
    assert headline(one, 20) == "Components"
