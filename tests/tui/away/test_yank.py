"""The yanked program draws the curves that the screen shows."""

from dataclasses import replace

import numpy as np
import pytest

from grokscope.store.listing.catalogue import Catalogue
from grokscope.tui.away.yank import script, variable
from grokscope.tui.curves import panels
from grokscope.tui.curves.book import Reader
from grokscope.tui.curves.scene import Scene
from grokscope.tui.curves.shown import Shown
from grokscope.tui.curves.view import View

PAIR = ("modadd-grok-s0", "modadd-steady-s0")
SPEED = "fisher_speed.output.diagonal.test.f1.n256.s0"


def shown(store, *ids, kin=False):
    runs = {run.id: run for run in Catalogue(store).refresh()}
    found = [
        Shown(runs[id], Reader(runs[id].path).read(()), hue, letter)
        for id, hue, letter in zip(ids, ("sky", "orange"), "AB", strict=False)
    ]
    if not kin:
        return tuple(found)
    of = [run for run in runs.values() if run.glance.kin == found[0].run.glance.kin]
    group = tuple(Shown(run, Reader(run.path).read(()), "sky") for run in of)
    assert len(group) == 3
    return (replace(found[0], group=group), *found[1:])


def scene(all_shown, view, count=3, beside=False):
    keys = panels.layout([one.book for one in all_shown], view)
    return Scene(all_shown, tuple(keys[:count]), view, beside)


def drawn(one, monkeypatch):
    """Run the program, and return its figure."""
    pytest.importorskip("matplotlib")
    monkeypatch.setenv("MPLBACKEND", "Agg")
    names = {}
    exec(compile(script(one), "yanked", "exec"), names)
    yield names["fig"]
    names["plt"].close(names["fig"])


def curves(figure):
    """Return the curves of each axes, without lines that mark an event or a value."""
    return [[line for line in ax.lines if len(line.get_xdata()) > 2] for ax in figure.axes]


def expected(one, side, keys):
    if one.related:
        return panels.related(*one.shown, keys[0], one.view, one.over)
    if len(side) > 1:
        return panels.overlaid(side, keys, one.view, one.over)
    return panels.panel(side[0], keys, one.view, one.over)


VIEWS = [
    View(),
    View(log_x=False),
    View(x="step"),
    View(x="wall time"),
    View(x="weight norm"),
    View(origin="t_train"),
    View(x="wall time", origin="t_test"),
    View(smoothing=15),
    View(window=(10.0, 80.0)),
    View(flipped=frozenset({"loss", "weight_norm"})),
]


@pytest.mark.parametrize(
    ("view", "beside"), [*((view, False) for view in VIEWS), (VIEWS[0], True), (VIEWS[8], True)]
)
def test_every_curve_of_the_screen_is_drawn(pair, view, beside, monkeypatch):
    one = scene(shown(pair, *PAIR), view, beside=beside)
    (figure,) = drawn(one, monkeypatch)
    found = curves(figure)
    assert len(found) == len(one.rows)
    for ax, (side, keys) in zip(found, one.rows, strict=True):
        lines = expected(one, side, keys).lines
        assert len(ax) == len(lines)
        for curve, line in zip(ax, lines, strict=True):
            known = np.isfinite(line.time)
            np.testing.assert_allclose(curve.get_xdata(), line.time[known], atol=1e-9)
            np.testing.assert_allclose(curve.get_ydata(), line.values[known], atol=1e-12)
            assert (curve.get_linestyle() == ":") == line.dotted
    for ax in figure.axes:
        assert (ax.get_xscale() == "linear") != one.over.log
        if view.window:
            assert ax.get_xlim() == view.window


@pytest.mark.parametrize("relation", ["difference", "ratio"])
def test_one_run_against_another_is_related_alike(pair, relation, monkeypatch):
    one = scene(shown(pair, *PAIR), View(relation=relation), count=2)
    (figure,) = drawn(one, monkeypatch)
    for ax, (side, keys) in zip(curves(figure), one.rows, strict=True):
        lines = expected(one, side, keys).lines
        for curve, line in zip(ax, lines, strict=True):
            known = np.isfinite(curve.get_ydata())
            np.testing.assert_allclose(curve.get_xdata()[known], line.time)
            np.testing.assert_allclose(curve.get_ydata()[known], line.values)


@pytest.mark.parametrize("band", ["range", "quartiles"])
@pytest.mark.parametrize("relation", ["", "difference"])
def test_seeds_are_a_median_in_their_band(demo, band, relation, monkeypatch):
    ids = ("modadd-grok-s0", "modadd-wide-s0")
    one = scene(shown(demo, *ids, kin=True), View(band=band, relation=relation), count=1)
    (figure,) = drawn(one, monkeypatch)
    ((first, *_),) = curves(figure)
    lines = expected(one, *one.rows[0]).lines
    median = lines[0 if relation else 2]
    known = np.isfinite(first.get_ydata())
    inside = np.isfinite(median.values)
    np.testing.assert_allclose(first.get_xdata()[known], median.time[inside])
    np.testing.assert_allclose(first.get_ydata()[known], median.values[inside])


def test_a_second_axis_stands_at_the_right(pair, monkeypatch):
    one = scene(shown(pair, PAIR[0]), View(second=True), count=1)
    (figure,) = drawn(one, monkeypatch)
    left, right = curves(figure)
    assert [line.get_label() for line in left] == ["train", "test"]
    assert [line.get_label() for line in right] == ["loss train", "loss test"]
    assert figure.axes[1].get_yscale() == "log"


def test_events_are_marked_and_axes_titled(pair, monkeypatch):
    one = scene(shown(pair, PAIR[0]), View(), count=2)
    (figure,) = drawn(one, monkeypatch)
    first, last = figure.axes
    assert [text.get_text() for text in first.texts] == ["t_train 14", "t_test 58"]
    assert first.get_title("left") == "Accuracy"
    assert (first.get_xscale(), last.get_yscale()) == ("symlog", "log")
    assert first.get_xlim()[0] == 0
    assert first.get_ylim() == (0, 1)
    assert last.get_xlabel() == "epoch"


def test_a_quantity_that_a_run_lacks_is_left_out(pair, monkeypatch):
    one = Scene(shown(pair, PAIR[0]), (("accuracy",), ("gini",)), View())
    (figure,) = drawn(one, monkeypatch)
    assert len(figure.axes) == 1


def test_curves_are_named_as_they_lie_in_the_tree(pair):
    (one,) = shown(pair, PAIR[0])
    assert variable(one, "accuracy", "train") == ("metrics", "train_accuracy")
    assert variable(one, "weight_norm", "") == ("metrics", "weight_norm")
    assert variable(one, SPEED, "") == (f"analysis/{SPEED}", "fisher_speed")


def test_a_strangers_name_is_a_literal(pair, monkeypatch):
    (one,) = shown(pair, PAIR[0])
    name = '"""\nraise SystemExit("run")\n\\'
    evil = replace(one, letter=name)
    (figure,) = drawn(scene((evil,), View(), count=1), monkeypatch)
    assert len(figure.axes) == 1
