"""`tasks`, `models`, `measures`: every registered thing with its keys and source."""

import json

import pytest

from grokscope.measures import MEASURES
from grokscope.models import MODELS
from grokscope.tasks import TASKS
from tests.cli.conftest import call

LISTS = [("tasks", "task", TASKS), ("models", "model", MODELS), ("measures", "measure", MEASURES)]


@pytest.mark.parametrize(("command", "noun", "registry"), LISTS)
def test_every_entry_is_listed_with_a_source(command, noun, registry):
    rows = json.loads(call(command, "--json").out)
    assert [row[noun] for row in rows] == list(registry)
    assert all("arXiv" in row["source"] for row in rows)
    text = call(command).out
    assert all(name in text for name in registry)


def test_keys_have_their_defaults():
    row, *_ = json.loads(call("tasks", "--json").out)
    assert row["keys"] == {"p": 113, "train_fraction": 0.7}
