from dataclasses import replace

import numpy as np
import pytest

from grokscope.store.listing.catalogue import Catalogue
from grokscope.tui.curves import panels
from grokscope.tui.curves.book import Book, Reader
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


def test_curves_come_before_what_has_a_few_points(shown):
    book = shown[0].book
    (trace,) = book.quantities[SPEED].traces
    three = replace(trace, step=trace.step[:3], epoch=trace.epoch[:3], values=trace.values[:3])
    few = {"a_few": replace(book.quantities[SPEED], key="a_few", traces=(three,))}
    books = [Book((), few | book.quantities)]
    assert panels.order(books, View()) == ["accuracy", "loss", "weight_norm", SPEED, "a_few"]
    assert panels.order([books[0], book], View())[-1] == "a_few"


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


def test_chosen_panels_hold_what_was_chosen_and_others_come_up_in_turn(shown):
    books = [one.book for one in shown]
    chosen = (("accuracy", "loss"), ("weight_norm",), (SPEED,), ("absent",))
    view = View(chosen=chosen)
    assert panels.layout(books, view) == [("accuracy", "loss"), ("weight_norm",), (SPEED,)]
    turned = panels.layout(books, View(chosen=chosen, first=SPEED))
    assert turned == [("accuracy", "loss"), (SPEED,), ("weight_norm",)]
    assert panels.layout(books, View(chosen=(("absent",),)))[0] == ("accuracy",)


def test_a_second_axis_takes_the_second_panel_into_the_first(shown):
    books = [one.book for one in shown]
    keys = panels.layout(books, View(second=True))[0]
    assert keys == ("accuracy", "loss")
    joined = panels.panel(shown[0], keys, View(second=True))
    assert (joined.side.title, joined.side.log) == ("Loss, nat", True)
    assert [(line.label, line.right) for line in joined.lines] == [
        ("train", False), ("test", False), ("loss train", True), ("loss test", True),
    ]  # fmt: skip
    assert len({line.ink.hue for line in joined.lines}) == 2
    assert joined.right_scale().log


def test_quantities_of_one_unit_and_scale_share_the_left_axis(shown):
    book = shown[0].book
    twice = Book((), book.quantities | {"other": replace(book.quantities["loss"], key="other")})
    joined = panels.panel(replace(shown[0], book=twice), ("loss", "other"), View())
    assert joined.side is None
    assert not any(line.right for line in joined.lines)
    assert joined.title == "Loss, nat and Loss, nat"


def test_smoothing_is_named_in_the_title_and_moves_no_mark(shown):
    raw, smooth = (panels.panel(shown[0], "accuracy", View(smoothing=n)) for n in (0, 15))
    assert smooth.title == "Accuracy, smoothed 15"
    assert smooth.marks == raw.marks
    assert smooth.token != raw.token


def test_of_more_than_two_runs_each_is_named_once(shown):
    three = [*shown, replace(shown[1], letter="C")]
    panel = panels.overlaid(three, "accuracy", View())
    assert [line.label for line in panel.lines] == ["", "A", "", "B", "", "C"]
    assert [line.dotted for line in panel.lines] == [True, False] * 3
    assert panel.ends
    assert not any(mark.text for mark in panel.marks)


def test_a_panel_over_what_a_run_lacks_says_so(shown):
    no_event = replace(shown[0], run=replace(shown[0].run, outcomes={}))
    panel = panels.panel(no_event, "loss", View().over("", "t_test"))
    assert not panel.has_data
    assert "no t_test to align on" in panel.empty[0]
    bare = Book((), {"loss": shown[0].book.quantities["loss"]})
    panel = panels.panel(replace(shown[0], book=bare), "loss", View().over("weight norm"))
    assert "no weight norm recorded" in panel.empty[0]


def test_runs_are_not_related_over_a_norm_nor_in_what_one_lacks(shown):
    view = View(relation="difference")
    panel = panels.related(*shown, "loss", view.over("weight norm"))
    assert "no common axis" in panel.empty[0]
    bare = replace(shown[1], book=Book((), {}))
    assert panels.related(shown[0], bare, "loss", view).lines == ()
