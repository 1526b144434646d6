"""`tasks`: what can be learned, with keys, defaults and sources."""

import json

from grokscope.tasks import TASKS
from tests.cli.conftest import call


def test_keys_have_their_defaults():
    rows = {row["task"]: row for row in json.loads(call("tasks", "--json").out)}
    assert rows["modular_addition"]["keys"] == {"p": 113, "train_fraction": 0.7}


def test_a_table_shows_what_json_does():
    text = call("tasks").out
    for row in json.loads(call("tasks", "--json").out):
        assert row["summary"] in text
        assert all(f"{key}={value}" in text for key, value in row["keys"].items())
    assert set(TASKS) <= set(text.split())


def test_a_word_too_many_is_refused():
    refused = call("tasks", "modular_addition")
    assert (refused.code, refused.out) == (2, "")
