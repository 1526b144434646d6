"""Windows: what was kept around events is read back, and nonsense is refused by name."""

import json

import pytest

from grokscope.errors import Unreadable
from grokscope.store.curves import windows

WINDOW = {"event": "t_test", "step": 40, "epoch": 20.0, "first_epoch": 11, "last_epoch": 30}


@pytest.fixture
def told(tmp_path, monkeypatch):
    """Return a reader of windows of a run whose attribute is given."""

    def read(**attrs):
        monkeypatch.setattr(windows, "read_attrs", lambda run: attrs)
        return windows.read_windows(tmp_path / "run")

    return read


def test_windows_are_read_as_they_were_told(told):
    assert told(flight=json.dumps([WINDOW])) == [WINDOW]
    assert told() == []


def test_a_stranger_s_words_are_made_readable(told):
    (window,) = told(flight=json.dumps([WINDOW | {"event": "\x1b[2J"}]))
    assert "\x1b" not in window["event"]


@pytest.mark.parametrize("text", ["{", "[1]", "[{}]", '[{"event": 1}]', "3", '[{"step": NaN}]'])
def test_nonsense_is_refused_by_name(told, text):
    with pytest.raises(Unreadable, match="run 'run': its attribute 'flight' cannot be read"):
        told(flight=text)
