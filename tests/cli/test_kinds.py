"""What the listings of tasks, models and measures share."""

import json
from dataclasses import dataclass

import pytest

from grokscope.cli.kinds import print_kinds
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


@dataclass
class Parity:
    """A kind with a key of each sort: required, plain, a tuple."""

    name = "parity"
    summary = "the parity of bits"
    source = "somewhere"
    bits: int
    noise: float = 0.5
    widths: tuple[int, ...] = (3, 4)


def test_a_key_without_a_default_is_null_and_a_tuple_a_list(capsys):
    print_kinds({"parity": Parity}, "task", as_json=True)
    (row,) = json.loads(capsys.readouterr().out)
    assert row == {
        "task": "parity",
        "keys": {"bits": None, "noise": 0.5, "widths": [3, 4]},
        "summary": "the parity of bits",
        "source": "somewhere",
    }
    print_kinds({"parity": Parity}, "task", as_json=False)
    assert "bits=None, noise=0.5, widths=[3, 4]" in capsys.readouterr().out
