"""`presets`: the list, and one as TOML to start from."""

import json

from grokscope.config import preset
from grokscope.config.files import parse
from tests.cli.conftest import call


def test_every_preset_is_listed_with_what_sets_it_apart():
    rows = {row["preset"]: row for row in json.loads(call("presets", "--json").out)}
    assert rows["modadd-grok"]["init_scale"] == 10
    assert rows["modadd-steady"]["init_scale"] == 1


def test_a_preset_prints_as_a_file_that_is_it():
    assert parse(call("presets", "modadd-grok").out, "printed") == preset("modadd-grok")


def test_an_unknown_preset_is_one_line():
    done = call("presets", "modadd-groc")
    assert done.code == 1
    assert "no preset named 'modadd-groc', did you mean 'modadd-grok'?" in done.err
