"""Figures as lines, without the explorer."""

from dataclasses import replace

import pytest

from grokscope.errors import MissingData, UnknownName
from grokscope.store.listing.catalogue import Catalogue
from grokscope.tui.curves.book import Book, Quantity
from grokscope.tui.curves.printing import named, printed, scene
from grokscope.tui.curves.view import View
from tests.tui.conftest import begin

PAIR = ("modadd-grok-s0", "modadd-steady-s0")
SPEED = "fisher_speed.output.diagonal.test.f1.n256.s0"


def runs(store, *ids):
    known = {run.id: run for run in Catalogue(store).refresh()}
    return [known[id] for id in ids]


def text(lines):
    return ["".join(part.text for part in line) for line in lines]


def test_one_run_has_its_verdict_and_a_panel_for_each_metric(pair):
    one = scene(runs(pair, PAIR[0]), ["accuracy", "fisher_speed"], View())
    lines = text(printed(one, 80, None, False, "256"))
    assert len(lines) == 1 + 2 * 12
    assert lines[0] == " modadd-grok s0   grokking: t_train 14, t_test 58, Δ 44 > 14"
    assert lines[1].startswith(" Accuracy")
    assert lines[1].endswith("log epoch")
    assert lines[13].startswith(" Fisher speed")
    assert any("t_train 14" in line and "t_test 58" in line for line in lines)
    assert all(len(line) <= 80 and line == line.rstrip() for line in lines)


def test_several_runs_lie_over_each_other_each_named(pair):
    one = scene(runs(pair, *PAIR), [], View())
    lines = text(printed(one, 100, 30, False, "256"))
    assert len(lines) == 2 + 30
    assert [line[:3] for line in lines[:2]] == [" A ", " B "]
    assert any("A test" in line for line in lines)
    assert any("B test" in line for line in lines)


@pytest.mark.parametrize("ascii", [False, True])
def test_without_colours_curves_carry_the_letter_of_their_run(ascii, pair):
    one = scene(runs(pair, *PAIR), ["accuracy"], View())
    lines = text(printed(one, 100, 20, ascii, "256", False))
    assert lines[2] == " letters on a curve: its run; dotted: training set"
    plots = "".join(line[6:90] for line in lines[4:16])
    assert min(plots.count("A"), plots.count("B")) >= 6
    colored = text(printed(one, 100, 20, ascii, "256"))
    assert len(colored) == len(lines) - 1
    assert not any("A" in line[6:90] for line in colored[4:12])


def test_a_loop_of_ones_own_shows_what_it_recorded(tmp_path):
    writer = begin(tmp_path, "own", 1.0)
    for step in range(5):
        writer.log(step, step, {"temperature": 2.0**step, "entropy": float(step)})
    writer.finish("finished")
    one = scene(runs(tmp_path, "own"), [], View())
    assert one.keys == (("entropy",), ("temperature",))


def test_wide_figures_have_panels_side_by_side(pair):
    one = scene(runs(pair, PAIR[0]), ["accuracy", "loss", "weight_norm"], View())
    assert len(printed(one, 130, None, False, "256")) == 1 + 2 * 12
    assert len(printed(one, 100, None, False, "256")) == 1 + 3 * 12


def test_ascii_draws_no_braille(pair):
    one = scene(runs(pair, PAIR[0]), ["loss"], View())
    drawn = "\n".join(text(printed(one, 80, None, True, "256")))
    assert "*" in drawn
    assert not any(0x2800 < ord(sign) < 0x2900 for sign in drawn)


def test_a_name_stands_for_a_quantity_and_its_usual_variant():
    plain = Quantity("x", "X", "x", ())
    keys = ("accuracy", "gini.a", "gini.b", "loss")
    book = Book((), {key: replace(plain, key=key, usual=key != "gini.a") for key in keys})
    assert named("test_accuracy", [None, book]) == "accuracy"
    assert named("loss", [book]) == "loss"
    assert named("gini", [book]) == "gini.b"
    assert named("gini.a", [book]) == "gini.a"
    with pytest.raises(UnknownName, match=r"'giny', did you mean 'gini'.*accuracy, gini, loss"):
        named("giny", [book])


def test_a_run_that_cannot_be_read_hides_no_other(pair, tmp_path):
    lost = replace(runs(pair, PAIR[1])[0], path=tmp_path / "gone")
    with pytest.raises(MissingData):
        scene([lost], [], View())
    one = scene([*runs(pair, PAIR[0]), lost], [], View())
    lines = text(printed(one, 80, None, False, "256"))
    assert "grokking" in lines[0]
    assert "gone" in lines[1]
