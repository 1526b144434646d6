"""Judging: verdicts follow from readings by one rule, and nothing else."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokscope.errors import MissingData
from grokscope.judging import judge, spread
from grokscope.store.studies import read_table, write_table
from grokscope.study import Claim
from tests.test_study import EVIDENCE, claim

NAN = math.nan


@pytest.mark.parametrize(
    ("readings", "verdict"),
    [
        ({"one": [1, 2, 1.5]}, "reproduced"),
        ({"one": [1, 2, 9]}, "reproduced"),
        ({"one": [1, 9, 9]}, "not reproduced"),
        ({"one": [1, 9]}, "inconclusive"),
        ({"one": [NAN, NAN, 1]}, "inconclusive"),
        ({"one": [NAN, 1, 1]}, "reproduced"),
        ({"one": []}, "inconclusive"),
        ({"one": [math.inf]}, "not reproduced"),
        ({"one": [1], "other": [1]}, "reproduced"),
        ({"one": [1], "other": [9]}, "convention-dependent"),
        ({"one": [9], "other": [1]}, "convention-dependent"),
        ({"one": [9], "other": [0]}, "not reproduced"),
        ({"one": [1], "other": [NAN]}, "convention-dependent"),
        ({"one": [9], "other": [NAN]}, "inconclusive"),
        ({}, "inconclusive"),
    ],
)
def test_a_verdict_follows_from_the_readings(readings, verdict):
    assert judge(claim(readings), EVIDENCE).verdict == verdict


@pytest.mark.parametrize(
    ("readings", "verdict"),
    [
        ({"near": [1], "far": [1]}, "reproduced"),
        ({"near": [1], "far": [9]}, "not reproduced"),
        ({"near": [1], "far": [NAN]}, "inconclusive"),
        ({"near": [9], "far": [NAN]}, "not reproduced"),
        ({"near raw": [1], "far raw": [1], "near scaled": [9]}, "convention-dependent"),
        ({"near raw": [1], "far raw": [9], "near scaled": [9]}, "not reproduced"),
    ],
)
def test_a_claim_of_several_parts_holds_only_if_all_of_them_do(readings, verdict):
    assert judge(claim(readings, parts=("near", "far")), EVIDENCE).verdict == verdict


@given(st.lists(st.sampled_from([0.0, 1.0, NAN]), min_size=1, max_size=12))
def test_the_other_interval_gives_the_other_verdict(values):
    here = judge(claim({"x": values}, 1, 1), EVIDENCE).verdict
    there = judge(claim({"x": values}, 0, 0), EVIDENCE).verdict
    opposite = {"reproduced": "not reproduced", "not reproduced": "reproduced"}
    assert there == opposite.get(here, here)


def test_a_claim_whose_runs_are_not_there_is_not_run():
    finding = judge(claim({"x": [1]}, groups=("a", "c")), EVIDENCE)
    assert finding.verdict == "not run"
    assert finding.why == "c: not trained at this scale"
    assert finding.ours == "-"


def test_what_cannot_be_measured_is_inconclusive_and_says_why():
    def read(evidence):
        raise MissingData("this run kept no checkpoints")

    told = {"statement": "", "where": "", "paper": "", "quantity": ""}
    finding = judge(Claim(name="c", groups=("a",), read=read, **told), EVIDENCE)
    assert (finding.verdict, finding.why) == ("inconclusive", "this run kept no checkpoints")


def test_a_finding_tells_the_rule_the_values_and_the_runs():
    finding = judge(claim({"first": [1, 3, 1.5, NAN], "second": [8]}, groups=("a", "b")), EVIDENCE)
    told = json.loads(json.dumps(finding.as_json()))
    assert told["expected"] == "1 to 2"
    assert told["ours"] == "1.83 ± 1 (3)"
    assert told["readings"] == {"first": [1, 3, 1.5, None], "second": [8]}
    assert told["runs"] == ["a0", "a1", "b0"]
    assert told["why"] == "first: 1.83 ± 1 (3), holds for 2 of 3; second: 8, holds for 0 of 1"


def test_numbers_beside_are_told_and_decide_nothing():
    one = claim({"x": [1]}, beside=lambda evidence: {"slope": [9, 9], "R2": [NAN]})
    finding = judge(one, EVIDENCE)
    assert finding.verdict == "reproduced"
    assert finding.why == "x: 1, holds for 1 of 1; slope 9 ± 0 (2); R2 -"
    assert list(finding.readings) == ["x"]


def test_what_cannot_be_told_beside_says_why_and_decides_nothing():
    def beside(evidence):
        raise MissingData("no slope")

    finding = judge(claim({"x": [1]}, beside=beside), EVIDENCE)
    assert (finding.verdict, finding.why) == ("reproduced", "x: 1, holds for 1 of 1; no slope")


def test_an_infinite_reading_can_be_kept(tmp_path):
    finding = judge(claim({"x": [math.inf, 1, NAN]}, high=math.inf), EVIDENCE)
    write_table(tmp_path, "study", {"claims": [finding.as_json()]})
    (told,) = read_table(tmp_path / "studies" / "study.json")["claims"]
    assert told["readings"] == {"x": [None, 1, None]}
    assert (told["ours"], told["verdict"]) == ("inf (2)", "reproduced")


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([], "-"),
        ([NAN], "-"),
        ([0.12345], "0.123"),
        ([1, 2, NAN], "1.5 ± 0.71 (2)"),
        ([math.inf, 2], "inf (2)"),
        ([2, 2], "2 ± 0 (2)"),
        ([1454, 2294], "1,870 ± 590 (2)"),
        ([3e-5], "3e-05"),
    ],
)
def test_values_are_told_as_mean_spread_and_count(values, told):
    assert spread(values) == told
