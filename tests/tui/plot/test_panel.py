import numpy as np

from grokscope.tui.plot.panel import Line, Panel


def test_a_panel_has_data_once_a_value_is_finite():
    line = Line("", np.arange(2.0), np.array([np.nan, np.nan]))
    assert not Panel("x", lines=(line,)).has_data
    assert Panel("x", lines=(Line("", np.arange(2.0), np.array([np.nan, 1.0])),)).has_data


def test_axes_hold_what_other_panels_show_too():
    line = Line("", np.array([0.0, 10.0]), np.array([1.0, 2.0]))
    panel = Panel(
        "x", lines=(line,), log_x=False, times=(np.array([50.0]),), values=(np.array([9.0]),)
    )
    time, value = panel.scales(40)
    assert time.high == 50
    assert value.high > 9
