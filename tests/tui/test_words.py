from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.tui import words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1.0, "1.00"),
        (0.0123456, "0.0123"),
        (131.4, "131"),
        (1234.5, "1234"),
        (12345, "12.3k"),
        (2.5e6, "2.50M"),
        (4.5e-6, "4.5e-6"),
        (-0.25, "-0.25"),
        (None, "–"),
        (float("nan"), "–"),
        (float("inf"), "–"),
    ],
)
def test_numbers_have_three_significant_digits(value, text):
    assert words.number(value) == text


@given(st.floats())
def test_no_number_is_nan_or_padded_with_zero_exponents(value):
    text = words.number(value)
    assert "nan" not in text
    assert "inf" not in text
    assert "e+" not in text
    assert len(text) <= 10


def outcome(t_test, last):
    moment = SimpleNamespace(told_in=lambda unit: last)
    return SimpleNamespace(t_test=t_test, last=moment, time_unit="epoch")


def test_a_time_not_reached_is_censored_where_the_run_ended_and_a_dash_while_it_goes_on():
    assert words.event(outcome(58.0, 200.0), "t_test", live=False) == "58"
    assert words.event(outcome(None, 200.0), "t_test", live=False) == ">200"
    assert words.event(outcome(None, 31.0), "t_test", live=True) == "–"
    assert words.event(None, "t_test", live=False) == "–"


def test_values_of_a_configuration_are_short():
    assert words.value(3e-05) == "3e-5"
    assert words.value([512, 512]) == "512,512"
    assert words.value(None) == "–"
    assert words.value(True) == "yes"
    assert words.value(10.0) == "10"


@pytest.mark.parametrize(
    ("seconds", "text"), [(42, "42s"), (720, "12m"), (5400, "1.5h"), (200000, "2.3d")]
)
def test_durations_are_rough_and_short(seconds, text):
    assert words.duration(seconds) == text


def run(id, name, seed, config=None):
    return SimpleNamespace(id=id, name=name, seed=seed, config=config or {})


def test_labels_are_name_and_seed_unless_two_runs_share_them():
    runs = [run("a-1", "a", 0), run("a-2", "a", 0), run("b-1", "b", 3)]
    assert words.labels(runs) == {"a-1": "a-1", "a-2": "a-2", "b-1": "b s3"}


def test_keys_that_differ_begin_with_init_scale_and_leave_out_name_and_seed():
    a = run("a", "a", 0, {"name": "a", "seed.root": 0, "optimizer.lr": 1, "model.init_scale": 1})
    b = run("b", "b", 1, {"name": "b", "seed.root": 1, "optimizer.lr": 2, "model.init_scale": 9})
    assert words.differing([a, b]) == ["model.init_scale", "optimizer.lr"]
    assert words.alike(a.config, b.config) == 0


def test_texts_that_do_not_fit_whole_are_left_out():
    assert words.fitting(["abc", "de", "f"], 9, 1) == ["abc", "de", "f"]
    assert words.fitting(["abc", "de", "f"], 8, 1) == ["abc", "de"]


def test_a_long_path_keeps_its_end(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ada")
    assert words.path(Path("/home/ada/store"), 20) == "~/store"
    assert words.path(Path("/scratch/a/very/long/way/store"), 12) == "…g/way/store"
