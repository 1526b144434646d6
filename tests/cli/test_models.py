"""`models`: the architectures, with keys, defaults and sources."""

import json

from grokscope.models import MODELS
from tests.cli.conftest import call


def test_keys_have_their_defaults_and_tuples_are_lists():
    rows = {row["model"]: row for row in json.loads(call("models", "--json").out)}
    assert list(rows) == list(MODELS)
    keys = rows["mlp"]["keys"]
    assert (keys["hidden"], keys["activation"], keys["bias"]) == ([512], "relu", True)


def test_a_table_shows_what_json_does():
    text = call("models").out
    assert "hidden=[512]" in text
    assert all(row["source"] in text for row in json.loads(call("models", "--json").out))
