"""`plot`: the explorer's figure in lines of text, or in a file."""

import re
from importlib.util import find_spec
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import call

ESCAPE = "\x1b["


@pytest.fixture
def ids(stored):
    stored("one", "two")
    return "one", "two"


def test_a_run_is_drawn_without_colours_where_nobody_sees_them(ids):
    done = call("plot", "one")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0].startswith(" small s0") or lines[0].startswith(" one s0")
    assert lines[1].startswith(" Accuracy")
    assert ESCAPE not in done.out
    assert max(map(len, lines)) <= 100


def test_colours_size_and_characters_are_as_asked(ids):
    done = call("plot", "one", "--metric", "accuracy", "--color", "--width", 60, "--height", 15)
    assert ESCAPE in done.out
    plain = re.sub(r"\x1b\[[\d;]*m", "", done.out)
    assert len(plain.splitlines()) == 1 + 15
    assert max(map(len, plain.splitlines())) <= 60
    bare = call("plot", "one", "--metric", "accuracy", "--ascii")
    assert bare.out.isascii()


@pytest.mark.parametrize(
    ("columns", "most"), [("60", 60), ("5", 30), ("0", 100), ("wide", 100), ("99999", 1000)]
)
def test_a_line_is_as_wide_as_the_environment_tells(ids, monkeypatch, columns, most):
    monkeypatch.setenv("COLUMNS", columns)
    lines = call("plot", "one", "--metric", "accuracy").out.splitlines()
    assert most - 4 <= max(map(len, lines[1:])) <= most
    assert max(map(len, call("plot", "one", "--width", 50).out.splitlines()[1:])) <= 50


def test_several_runs_lie_over_each_other_by_any_selector(ids):
    done = call("plot", "one", "two", "--linear", "--x", "step")
    assert [line[:3] for line in done.out.splitlines()[:2]] == [" A ", " B "]
    assert "log step" not in done.out
    assert "step" in done.out
    query = call("plot", "status:finished", "--linear", "--x", "step")
    assert sorted(query.out.splitlines()[:2])[0][:3] == " A "


def test_value_axes_are_turned(ids):
    assert "log y" in call("plot", "one", "--metric", "accuracy", "--log-y").out
    assert "log y" not in call("plot", "one", "--linear-y").out


def test_mistakes_are_one_line(ids, tmp_path):
    for words, code, said in (
        (["nope"], 1, "no run 'nope'"),
        (["one", "--metric", "los"], 1, "no run holds 'los'"),
        (["one", "--width", "3"], 2, "3 is not in the range"),
        (["one", "--x", "years"], 2, "years"),
        (["one", "--out", tmp_path / "a.doc"], 1, "tells no format"),
    ):
        done = call("plot", *words)
        assert (done.code, done.out) == (code, "")
        assert said in done.err


def test_a_file_takes_the_format_of_its_suffix(ids, tmp_path):
    assert call("plot", "one", "--out", tmp_path / "a.svg").code == 0
    ElementTree.parse(tmp_path / "a.svg")
    assert call("plot", "one", "--out", tmp_path / "a.csv").code == 0
    assert (tmp_path / "a.csv").read_text().startswith("run,quantity,curve,step,epoch,value")
    again = call("plot", "one", "--out", tmp_path / "a.csv")
    assert (again.code, "there already" in again.err) == (1, True)
    assert call("plot", "one", "--out", tmp_path / "a.csv", "--force").code == 0


@pytest.mark.skipif(find_spec("matplotlib") is None, reason="needs matplotlib")
@pytest.mark.slow
def test_png_is_drawn_by_matplotlib(ids, tmp_path):
    assert call("plot", "one", "two", "--out", tmp_path / "a.png").code == 0
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
