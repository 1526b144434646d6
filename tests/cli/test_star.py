"""`star`: on and off."""

from grokscope.store.keeping.annotations import annotate, read_annotations
from tests.cli.conftest import call


def test_stars_are_put_on_and_taken_off(stored):
    runs = stored("first", "second")
    annotate(runs[0], lambda a: a.tagged(["kept"]))
    assert call("star", "first", "second").out == "first: starred\nsecond: starred\n"
    assert [read_annotations(run).starred for run in runs] == [True, True]
    assert call("star", "first", "--off").out == "first: no star\n"
    assert [read_annotations(run).starred for run in runs] == [False, True]
    assert read_annotations(runs[0]).tags == ("kept",)


def test_a_star_belongs_to_a_run(stored):
    stored("first")
    assert call("star").code == 2
    assert call("star", "none").code == 1
