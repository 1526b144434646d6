"""`measures`: what can be computed on a run, with units, parameters and sources."""

import json

from grokscope.measures import MEASURES
from tests.cli.conftest import call


def test_parameters_have_their_defaults():
    rows = {row["measure"]: row for row in json.loads(call("measures", "--json").out)}
    assert list(rows) == list(MEASURES)
    assert rows["weight_norm"]["parameters"] == {}
    speed = rows["fisher_speed"]
    assert (speed["reads"], speed["parameters"]["samples"]) == ("network", 256)


def test_every_measure_says_what_it_reads_and_in_what_units_it_is():
    for row in json.loads(call("measures", "--json").out):
        assert row["reads"] in ("curves", "weights", "network"), row
        assert row["units"], row


def test_a_table_marks_what_takes_no_parameters():
    lines = call("measures").out.splitlines()
    (line,) = [line for line in lines if line.startswith("weight_norm")]
    assert " – " in line
    (line,) = [line for line in lines if line.startswith("fisher_speed")]
    assert "samples=256" in line
