"""Opening: refusals before anything is drawn, and nothing left changed."""

import gc
import os

import pytest

from grokscope.errors import BadTerminal
from grokscope.tui.opening import explore


def test_a_terminal_that_cannot_draw_is_refused_before_anything_is_drawn(pair, monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    with pytest.raises(BadTerminal):
        explore(pair)


def test_garbage_is_collected_again_when_the_explorer_breaks_down(pair, monkeypatch):
    def fail(app, **options):
        assert not gc.isenabled()
        raise RuntimeError

    monkeypatch.setattr("grokscope.tui.terminal.only_ascii", lambda *told: False)
    monkeypatch.setattr("grokscope.tui.app.Explorer.run", fail)
    monkeypatch.setenv("TEXTUAL_FPS", "30")
    with pytest.raises(RuntimeError):
        explore(pair)
    assert gc.isenabled()
    # whoever chose how often the screen is painted is not overruled
    assert os.environ["TEXTUAL_FPS"] == "30"
