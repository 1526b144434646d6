from dataclasses import replace

from grokscope.tui.curves.view import BANDS, View, after


def test_toggling_twice_changes_nothing():
    view = View()
    assert view.toggled("loss").toggled("loss") == view
    assert view.turned().turned() == view


def test_time_is_logarithmic_and_norms_and_times_since_an_event_are_not_until_they_are_turned():
    view = View()
    assert view.log
    norm, since = view.over("weight norm"), view.over("", "t_train")
    assert not norm.log
    assert not since.log
    assert norm.turned().log
    assert norm.turned().over("").log
    assert not view.turned().over("step").log


def test_another_axis_shows_all_of_it():
    zoomed = replace(View(), window=(1.0, 5.0))
    assert zoomed.over("step").window is None
    assert zoomed.turned().window is None
    assert zoomed.toggled("loss").window == (1.0, 5.0)


def test_a_cycle_comes_round_and_takes_up_what_it_does_not_know():
    assert [after(kind, BANDS) for kind in BANDS] == ["range", "quartiles", ""]
    assert after("unheard of", BANDS) == ""
