"""`tag`: words put on runs and taken off, in either spelling."""

import json

import pytest

from grokscope.cli.tag import spelt_out
from grokscope.store.keeping.annotations import annotate, read_annotations
from tests.cli.conftest import call


def test_tags_are_put_on_and_taken_off(stored):
    first, second = stored("first", "second")
    done = call("tag", "first", "second", "+paper", "+fig/2")
    assert (done.code, done.out) == (0, "first: fig/2 paper\nsecond: fig/2 paper\n")
    done = call("tag", "first", "-paper", "--add", "draft")
    assert (done.code, done.out) == (0, "first: draft fig/2\n")
    assert read_annotations(first).tags == ("draft", "fig/2")
    assert read_annotations(second).tags == ("fig/2", "paper")
    call("tag", "first", "--remove", "draft", "--remove=fig/2")
    assert call("tag", "first").out == "first: no tags\n"


def test_a_query_means_every_run_it_fits(stored):
    stored("first", "second", "third")
    call("tag", "first", "third", "+old")
    done = call("tag", "tag:old", "-old", "+new")
    assert sorted(done.out.splitlines()) == ["first: new", "third: new"]


def test_a_live_run_takes_tags(stored):
    (run,) = stored("live", live=True)
    assert call("tag", "live", "+now").code == 0
    assert read_annotations(run).tags == ("now",)


def test_all_tags_of_the_store_are_counted(stored):
    stored("first", "second")
    assert call("tag").out.startswith("no tags")
    call("tag", "first", "second", "+b")
    call("tag", "first", "+a")
    assert call("tag").out.split() == ["tag", "runs", "a", "1", "b", "2"]
    assert json.loads(call("tag", "--json").out) == [
        {"tag": "a", "runs": 1},
        {"tag": "b", "runs": 2},
    ]


def test_json_tells_the_tags_of_each_run(stored):
    stored("first", "second")
    done = call("tag", "first", "second", "+b", "--json")
    assert json.loads(done.out) == [{"id": "first", "tags": ["b"]}, {"id": "second", "tags": ["b"]}]


def test_a_word_that_is_no_tag_changes_no_run(stored):
    (run,) = stored("first")
    done = call("tag", "first", "+good", "+not,good")
    assert done.code == 1
    assert done.err.startswith("grokscope: 'not,good' cannot be a tag")
    assert read_annotations(run).tags == ()


def test_a_tag_without_a_run_is_a_mistake_in_usage(stored):
    stored("first")
    done = call("tag", "+paper")
    assert done.code == 2
    assert "no run named" in done.err


def test_one_run_that_takes_no_tags_keeps_no_other_from_it(stored):
    first, second = stored("first", "second")
    (first / "annotations.json").write_text("damaged")
    done = call("tag", "first", "second", "+paper")
    assert done.code == 4
    assert "annotations.json is damaged" in done.err
    assert read_annotations(second).tags == ("paper",)


def test_help_is_no_tag():
    assert "--remove" in call("tag", "-h").out


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (["@last", "+a", "-b"], ["@last", "--add=a", "--remove=b"]),
        (["--add", "+a", "--store", "-x", "-h"], ["--add", "+a", "--store", "-x", "-h"]),
        (["-hard", "--json", "-"], ["--remove=hard", "--json", "-"]),
        (["+a", "--", "+b", "-c"], ["--add=a", "--", "+b", "-c"]),
    ],
)
def test_short_forms_are_spelt_out(given, meant):
    assert spelt_out(given) == meant


def test_show_and_ls_tell_annotations(stored):
    (run,) = stored("first")
    annotate(run, lambda a: type(a)(("b", "c"), "two\nlines", starred=True))
    out = call("show", "first").out
    assert "\nstarred\ntags: b c\nnote: two\n      lines\n" in out
    for words in (("show", "first", "--json"), ("ls", "--json")):
        told = json.loads(call(*words).out)
        told = told[0] if isinstance(told, list) else told
        assert (told["tags"], told["note"], told["starred"]) == (["b", "c"], "two\nlines", True)
