import pytest

from grokscope.store.listing.catalogue import Catalogue
from grokscope.tui.curves import figure
from grokscope.tui.curves.book import Reader
from grokscope.tui.curves.panels import Shown
from grokscope.tui.curves.view import View
from tests.tui.conftest import SPEED


@pytest.fixture(scope="module")
def pairs(pair):
    runs = {run.id: run for run in Catalogue(pair).refresh()}
    return [
        Shown(runs[id], Reader(runs[id].path).read(()), "sky", letter)
        for id, letter in (("modadd-grok-s0", "A"), ("modadd-steady-s0", "B"))
    ]


def area(placed):
    return sum(tile.width * tile.height for tile, _ in placed)


CHOICES = [(("loss",),), (("loss",), ("accuracy",)), (("loss",), ("accuracy",), (SPEED,)), ()]


@pytest.mark.parametrize("chosen", CHOICES)
def test_panels_fill_the_place_whatever_their_number(pairs, chosen):
    view = View(chosen=chosen)
    for placed in (
        figure.of_run(pairs[0], view, 121, 41),
        figure.of_several(pairs, view, 121, 41),
        figure.of_pair(*pairs, view, 121, 41),
        figure.of_preview(pairs[0], view, 121, 41, (36, 8)),
    ):
        assert area(placed) == 121 * 41


def test_side_by_side_every_quantity_has_one_scale(pairs):
    placed = figure.of_pair(*pairs, View(), 120, 40)
    for (_, a), (_, b) in zip(placed[::2], placed[1::2], strict=True):
        assert a.title == b.title
        assert a.scales(40) == b.scales(40)


def test_all_plots_of_a_figure_are_of_one_width_so_that_times_lie_below_each_other(pairs):
    for view in (View(second=True), View(overlay=True)):
        margins = {panel.margin for _, panel in figure.of_pair(*pairs, view, 120, 40)}
        assert len(margins) == 1
        assert margins.pop() > 0


def test_related_runs_share_one_panel_for_each_quantity(pairs):
    placed = figure.of_pair(*pairs, View(relation="ratio"), 120, 40)
    titles = [panel.title for _, panel in placed]
    assert titles[:2] == ["Accuracy, A : B", "Loss, nat, A : B"]
    assert placed[0][1].rule == 1
    assert placed[0][1].log_y
