import numpy as np
import pytest

from grokscope.store.listing.catalogue import Catalogue
from grokscope.tui import panels
from grokscope.tui.book import Book, Reader
from grokscope.tui.session import View

SPEED = "fisher_speed.output.diagonal.test.f1.n256.s0"


@pytest.fixture
def shown(pair):
    runs = {run.id: run for run in Catalogue(pair).refresh()}
    ids = ("modadd-grok-s0", "modadd-steady-s0")
    hues = ("orange", "sky")
    return [
        panels.Shown(runs[id], Reader(runs[id].path).read(()), hue, letter)
        for id, hue, letter in zip(ids, hues, "AB", strict=True)
    ]


def test_accuracy_comes_first_then_from_the_chosen_quantity_on(shown):
    books = [one.book for one in shown]
    assert panels.order(books, View()) == ["accuracy", "loss", "weight_norm", SPEED]
    assert panels.order(books, View(first=SPEED)) == ["accuracy", SPEED, "loss", "weight_norm"]


def test_a_measure_that_none_holds_is_offered_with_the_command_that_computes_it(shown):
    bare = Book((), {k: q for k, q in shown[0].book.quantities.items() if k != SPEED})
    one = panels.Shown(shown[0].run, bare, "sky")
    assert panels.order([bare], View())[-1] == "fisher_speed"
    panel = panels.panel(one, "fisher_speed", View())
    assert panel.title == "Fisher speed"
    assert panel.empty[-1] == "grokscope measure modadd-grok-s0 fisher_speed"


def test_what_both_hold_comes_before_what_one_holds(shown):
    few = Book((), {k: shown[1].book.quantities[k] for k in ("accuracy", "weight_norm")})
    keys = panels.order([shown[0].book, few], View())
    assert keys[:2] == ["accuracy", "weight_norm"]


def test_learning_times_mark_the_accuracy_and_turning_points_the_speed(shown):
    grok = shown[0]
    texts = [mark.text for mark in panels.panel(grok, "accuracy", View()).marks]
    assert texts == ["t_train 14", "t_test 58"]
    words = [mark.text.split()[0] for mark in panels.panel(grok, SPEED, View()).marks]
    assert words == ["min", "max"]
    assert panels.panel(grok, "loss", View()).marks == ()


def test_train_is_dim_and_dotted_in_the_runs_own_hue(shown):
    train, test = panels.panel(shown[0], "accuracy", View()).lines
    assert (train.dotted, train.ink.dim, train.ink.hue) == (True, True, "orange")
    assert (test.dotted, test.ink.dim, test.ink.hue) == (False, False, "orange")


def test_panels_side_by_side_share_both_axes(shown):
    times = panels.samples(shown)
    row = [panels.panel(one, "loss", View()) for one in shown]
    a, b = panels.shared(row, times)
    assert a.scales(40) == b.scales(40)


def test_an_overlay_tells_runs_by_letter_and_b_by_dots(shown):
    panel = panels.overlaid(shown, "accuracy", View())
    assert [line.label for line in panel.lines] == ["A train", "A test", "B train", "B test"]
    assert [line.dotted for line in panel.lines] == [False, False, True, True]
    assert panel.marks[0].text == "A t_train 14"


def test_a_readout_gives_values_at_the_cursor(shown):
    texts = panels.readout(shown[0], ["accuracy", "weight_norm", "absent"], 58.0)
    assert texts[0] == "train 1.000 test 0.959"
    assert texts[1].startswith("weight norm 94")
    assert len(texts) == 2


def test_flipping_an_axis_changes_the_token_and_nothing_else_does(shown):
    one = panels.panel(shown[0], "loss", View())
    assert one.token == panels.panel(shown[0], "loss", View(cursor=3.0)).token
    assert one.token != panels.panel(shown[0], "loss", View().toggled("loss")).token
    assert not panels.panel(shown[0], "loss", View().toggled("loss")).log_y


def test_a_run_without_evaluations_says_so(shown):
    empty = panels.Shown(shown[0].run, Book((), {}), "sky")
    assert panels.panel(empty, "accuracy", View()).empty == ("nothing was recorded",)
    unread = panels.Shown(shown[0].run, None, "sky")
    assert panels.panel(unread, "accuracy", View()).empty == ("reading …",)
    broken = panels.Shown(shown[0].run, Book((), {}, "run.h5 is truncated"), "sky")
    assert panels.panel(broken, "accuracy", View()).empty == ("run.h5 is truncated",)
    assert panels.samples([empty]).size == 0
    assert np.isnan(shown[0].book.quantities["loss"].traces[0].at(-1.0, "epoch"))
