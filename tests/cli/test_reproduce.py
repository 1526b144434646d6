"""`reproduce`: trains what is missing, judges, keeps the table, and refuses."""

import json

import pytest

from grokscope.kinds import by_name
from grokscope.store.studies import read_tables
from grokscope.studies import STUDIES
from grokscope.study import Claim, Group, Study
from tests.cli.conftest import call

TINY = {"task.p": 7, "model.hidden": [8], "training.epochs": 3, "record.dense_until": 3}


def claim(name, groups, high):
    return Claim(
        name=name,
        statement=f"{name} is said",
        where="section 1",
        paper="about 1",
        groups=groups,
        quantity="epochs trained",
        low=1,
        high=high,
        read=lambda evidence: {"all": [run.summary.epoch for run in evidence[groups[0]]]},
        note="a note",
    )


@pytest.fixture
def study(monkeypatch):
    groups = [
        Group(name="some", preset="modadd-grok", changes=TINY, quick=2),
        Group(name="rare", preset="modadd-steady", changes=TINY, quick=0),
    ]
    claims = [
        claim("short", ("some",), 3),
        claim("shorter", ("some",), 2),
        claim("long", ("rare",), 3),
    ]
    made = Study(
        name="tiny",
        title="a tiny study",
        source="arXiv:1234.56789",
        groups=by_name(groups),
        claims=by_name(claims),
    )
    monkeypatch.setitem(STUDIES, "tiny", made)
    return made


def test_claims_are_held_against_runs_and_the_table_is_kept(study, tmp_path):
    done = call("reproduce", "tiny", "--store", tmp_path, "--device", "cpu", "--jobs", "1")
    assert done.code == 0
    words = [line.split()[:2] for line in done.out.splitlines() if line]
    assert ["short", "reproduced"] in words
    assert "1 reproduced, 1 not reproduced, 1 not run" in done.out
    assert "section 1): short is said" in done.out
    assert "the paper: about 1; here epochs trained: 1 to 3" in done.out
    [(name, table)] = read_tables(tmp_path).items()
    assert name == "tiny.quick"
    assert [one["verdict"] for one in table["claims"]] == [
        "reproduced",
        "not reproduced",
        "not run",
    ]
    runs = table["claims"][0]["runs"]
    assert [run.split("-")[1] for run in runs] == ["s0", "s1"]
    assert all((tmp_path / run / "run.h5").exists() for run in runs)


def test_runs_that_are_there_are_used_again(study, tmp_path):
    where = ("--store", tmp_path, "--device", "cpu", "--jobs", "1")
    call("reproduce", "tiny", *where)
    before = {p: p.stat().st_mtime_ns for p in tmp_path.glob("*/trajectory.h5")}
    done = call("reproduce", "tiny", *where, "--json")
    assert json.loads(done.out)["scale"] == "quick"
    assert json.loads(done.out)["command"] == "grokscope reproduce tiny --quick"
    assert "training" not in done.err
    assert {p: p.stat().st_mtime_ns for p in tmp_path.glob("*/trajectory.h5")} == before


def test_more_seeds_go_on_with_those_there_are(study, tmp_path):
    where = ("--store", tmp_path, "--device", "cpu", "--jobs", "1")
    call("reproduce", "tiny", *where)
    done = call("reproduce", "tiny", "--seeds", "3", *where, "--json")
    told = json.loads(done.out)
    assert [len(one["runs"]) for one in told["claims"]] == [3, 3, 3]
    assert told["claims"][2]["verdict"] == "reproduced"
    assert list(read_tables(tmp_path)) == ["tiny.quick", "tiny.seeds-3"]


def test_one_claim_alone_trains_only_its_runs_and_keeps_no_table(study, tmp_path):
    words = ["tiny", "--only", "long", "--seeds", "1", "--store", tmp_path, "--device", "cpu"]
    done = call("reproduce", *words, "--json")
    whole = json.loads(done.out)
    assert whole["command"] == "grokscope reproduce tiny --seeds 1 --only long"
    [told] = whole["claims"]
    assert (told["name"], told["verdict"]) == ("long", "reproduced")
    assert [p.name.split("-")[0] for p in tmp_path.glob("*-s0-*")] == ["rare"]
    assert read_tables(tmp_path) == {}


def test_what_a_terminal_shows_fits_into_it(study, tmp_path, monkeypatch):
    monkeypatch.setattr("grokscope.cli.reproduce.room", lambda: 30)
    where = ("--store", tmp_path, "--device", "cpu", "--jobs", "1", "--only", "short")
    lines = call("reproduce", "tiny", *where).out.splitlines()
    assert max(map(len, lines)) <= 30
    assert max(map(len, call("reproduce", "tiny", "--list").out.splitlines())) <= 30


def test_studies_and_their_claims_are_listed(study):
    assert "grokking-vs-learning" in call("reproduce", "--list").out
    listed = json.loads(call("reproduce", "tiny", "--list", "--json").out)
    assert [one["name"] for one in listed] == ["short", "shorter", "long"]
    assert listed[0]["expected"] == "1 to 3"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ((), 2, "name a study: grokking-vs-learning"),
        (("grokking-vs-lerning",), 1, "no study named 'grokking-vs-lerning', did you mean"),
        (("tiny", "--only", "shrt"), 1, "no claim 'shrt', did you mean 'short'"),
        (("tiny", "--quick", "--full"), 2, "--quick, --seeds and --full exclude each other"),
        (("tiny", "--seeds", "0"), 2, "0 is not in the range"),
    ],
)
def test_mistakes_are_told_in_one_line(study, tmp_path, words, code, told):
    done = call("reproduce", *words, "--store", tmp_path)
    assert done.code == code
    assert told in done.err.splitlines()[-1]
