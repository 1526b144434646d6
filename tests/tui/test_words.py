from pathlib import Path
from types import SimpleNamespace

import pytest

from grokscope.errors import GrokscopeError
from grokscope.tui import words


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


def test_texts_that_do_not_fit_whole_are_left_out():
    assert words.fitting(["abc", "de", "f"], 9, 1) == ["abc", "de", "f"]
    assert words.fitting(["abc", "de", "f"], 8, 1) == ["abc", "de"]


def test_a_text_is_cut_in_its_middle_so_that_both_ends_tell():
    assert words.shortened("reference-steady s0", 19) == "reference-steady s0"
    assert words.shortened("reference-steady s0", 18) == "referenc…steady s0"
    assert words.shortened("reference-steady s0", 8) == "ref…y s0"
    for width in range(1, 20):
        assert len(words.shortened("reference-steady s0", width)) == width


def test_a_long_path_keeps_its_end(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ada")
    assert words.path(Path("/home/ada/store"), 20) == "~/store"
    assert words.path(Path("/scratch/a/very/long/way/store"), 12) == "…g/way/store"


def test_a_tally_tells_what_runs_what_is_lost_and_when_the_last_ends():
    def of(status, eta=None):
        return SimpleNamespace(status=status, eta=eta)

    runs = [of("running", 60.0), of("running", 5.0), of("failed"), of("dead"), of("finished")]
    assert words.tally(runs) == (2, 2, 60.0)
    assert words.tally([of("running")]) == (1, 0, None)
    assert words.tally([]) == (0, 0, None)


def test_what_went_wrong_is_one_line_and_named_where_it_is_no_mistake_of_a_users():
    assert words.one_line(GrokscopeError("no run\n  here")) == "no run here"
    assert words.one_line(KeyError()) == "KeyError"
    assert words.one_line(ValueError("no\nnumber")) == "ValueError: no number"
