import shutil
from dataclasses import replace

import numpy as np
import pytest

from grokscope.store.curves.analysis import write_analysis
from grokscope.store.listing.catalogue import Catalogue
from grokscope.tui.curves.shown import Shown
from grokscope.tui.through.sheets import Sheets
from grokscope.tui.through.shots import Film, Shot
from grokscope.tui.through.stage import LEAST, Stage, parameters
from tests.tui.films import BOTH, EVERY, along


@pytest.fixture(scope="module")
def store(film, tmp_path_factory):
    store = tmp_path_factory.mktemp("stage") / "store"
    shutil.copytree(film, store)
    told = '{"side":"input","most":64,"names":["a"]}'
    late = along("late", ("x",), np.ones((2, 3)), (100, 200), parameters=told)
    write_analysis(store / BOTH[0], "late", late)
    return store, {run.id: run for run in Catalogue(store).refresh()}


@pytest.fixture
def stage(store):
    def make(ids=BOTH[:1], time=None, kept=9, **film):
        path, runs = store
        readers = []
        for id in ids:
            readers.append(Sheets(path / id))
            readers[-1].update([])
        shown = [
            Shown(replace(runs[id], checkpoints=kept), None, "sky", letter)
            for id, letter in zip(ids, "AB", strict=False)
        ]
        return Stage(tuple(shown), tuple(readers), Film(len(ids) > 1, **film), time)

    return make


def fill(stage, panels):
    for sheets, places in zip(stage.sheets, stage.missing(panels), strict=True):
        sheets.update(places)


def text(frame):
    return "\n".join("".join(row).rstrip() for row in frame.text)


def test_all_checkpoints_of_all_measures_are_stops(stage):
    assert stage().timeline.stops.tolist() == EVERY.tolist()
    assert stage().index == EVERY.size - 1
    assert stage(time=55.0).index == 5


@pytest.mark.parametrize(("size", "count"), [((80, 20), 4), ((120, 36), 6), ((160, 41), 6)])
def test_more_room_shows_more_panels(stage, size, count):
    panels = stage().panels(*size)
    assert len(panels) == count
    assert all(p.tile.width >= LEAST[0] and p.tile.height >= LEAST[1] for p in panels)
    assert [p.shot for p in panels] == stage().shots[:count]


def test_zooming_in_shows_fewer_and_larger_panels_down_to_one(stage):
    counts = [len(stage(zoom=zoom).panels(160, 41)) for zoom in range(6)]
    assert counts == [6, 4, 2, 1, 1, 1]
    assert stage(zoom=3).panels(160, 41)[0].tile.width == 160


def test_two_runs_stand_side_by_side_with_the_same_measures(stage):
    panels = stage(BOTH).panels(80, 18)
    assert [(panel.run, panel.tile.x) for panel in panels] == [(0, 0), (1, 40)] * 2
    assert panels[0].shot == panels[1].shot


def test_what_is_shown_and_what_tells_its_scale_must_be_read_and_nothing_else(stage):
    one = stage(time=55.0, zoom=3, first=Shot("operation_table.m64"))
    panels = one.panels(80, 20)
    (missing,) = one.missing(panels)
    assert missing == {("operation_table.m64", at) for at in (0, 4, 5, 8, 12, 16, 20)}
    fill(one, panels)
    assert one.missing(panels) == [set()]
    assert one.ahead(panels, 3) == [{("operation_table.m64", at) for at in (6, 7)}]


def test_at_the_end_nothing_lies_ahead(stage):
    one = stage(zoom=3)
    assert one.ahead(one.panels(80, 20), 5) == [set()]


def test_a_picture_of_an_earlier_checkpoint_says_when_that_was(stage):
    one = stage(time=30.0, zoom=3, first=Shot("pruning_curve.x"))
    panels = one.panels(80, 20)
    fill(one, panels)
    assert "epoch 20" in text(one.draw(panels[0]))
    exact = stage(time=40.0, zoom=3, first=Shot("pruning_curve.x"))
    panels = exact.panels(80, 20)
    fill(exact, panels)
    assert "epoch 40" not in text(exact.draw(panels[0]))


def test_what_was_not_read_yet_and_what_begins_later_say_so(stage):
    one = stage(time=30.0, zoom=3, first=Shot("pruning_curve.x"))
    assert "reading" in text(one.draw(one.panels(80, 20)[0]))
    later = stage(time=30.0, zoom=3, first=Shot("late"))
    assert "begins later" in text(later.draw(later.panels(80, 20)[0]))


def test_what_is_missing_says_which_command_computes_it(stage):
    one = stage(zoom=3, first=Shot("activation_spectrum"))
    panels = one.panels(80, 20)
    drawn = text(one.draw(panels[0]))
    assert "grokscope measure modadd-grok-s0 activation_spectrum" in drawn
    assert one.lacking(panels) == (0, ["measure", "modadd-grok-s0", "activation_spectrum"])
    assert stage(zoom=3).lacking(stage(zoom=3).panels(80, 20)) is None


def test_what_no_checkpoints_were_kept_for_is_not_offered(stage):
    one = stage(zoom=3, first=Shot("activation_spectrum"), kept=0)
    panels = one.panels(80, 20)
    assert "kept no checkpoints" in text(one.draw(panels[0]))
    assert one.lacking(panels) is None
    assert one.bare(panels)
    assert not stage(zoom=3, kept=0).bare(stage(zoom=3).panels(80, 20))


def test_of_two_runs_the_one_that_lacks_a_measure_says_so(stage):
    one = stage(BOTH, zoom=3, first=Shot("late"))
    panels = one.panels(80, 18)
    words = ["measure", "modadd-steady-s0", "late", "--set", "side=input", "--set", "most=64"]
    assert one.lacking(panels) == (1, words)
    drawn = " ".join(text(one.draw(panels[1])).split())
    assert "grokscope measure modadd-steady-s0 late --set side=input" in drawn


def test_components_are_offered_along_waves(stage):
    one = stage(zoom=3, first=Shot("weight_components"))
    del one.sheets[0].known["weight_components.last"]
    assert one.shots[0] == Shot("weight_components")
    words = ["measure", BOTH[0], "weight_components", "--set", "basis=frequency"]
    assert one.lacking(one.panels(80, 20)) == (0, words)


@pytest.mark.parametrize("told", ["[1]", "{", 3, None])
def test_parameters_that_cannot_be_understood_are_none(told):
    assert parameters({"parameters": told}) == {}
    assert parameters({}) == {}


def test_scales_are_shared_by_two_runs(stage):
    both = stage(BOTH, time=0.0, zoom=3, first=Shot("weight_components.last"))
    panels = both.panels(120, 20)
    fill(both, panels)
    ticks = [text(both.draw(panel)).splitlines()[-2] for panel in panels]
    assert ticks[0] == ticks[1]


def test_a_run_that_cannot_be_read_says_why(stage):
    one = stage()
    one.sheets[0].known, one.sheets[0].problem = {}, "run.h5 is damaged"
    panels = one.panels(80, 20)
    assert one.timeline is None
    assert one.missing(panels) == [set()]
    assert "run.h5 is damaged" in text(one.draw(panels[0]))


def test_a_run_with_nothing_to_show_or_to_compute_says_what_there_is_to_do(stage, store):
    _, runs = store
    one = stage()
    one.sheets[0].known = {}
    bare = replace(one, shown=(replace(one.shown[0], run=replace(runs[BOTH[0]], config={})),))
    (panel,) = bare.panels(80, 20)
    assert "grokscope measures" in text(bare.draw(panel))
