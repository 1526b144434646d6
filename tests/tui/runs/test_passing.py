import pytest

from grokscope.errors import BadQuery
from grokscope.tui.runs import passing
from tests.tui.swept import DECAY, SCALE, runs


@pytest.fixture
def sweep():
    return runs(seeds=2)


@pytest.mark.parametrize("text", ["", "  "])
def test_nothing_asked_for_is_the_very_list(sweep, text):
    assert passing.fitting(sweep, text) is sweep


def test_runs_fit_by_words_and_fields(sweep):
    found = passing.fitting(sweep, "demo init_scale=30")
    assert found
    assert {run.config[SCALE] for run in found} == {30}


@pytest.mark.parametrize(
    ("text", "shorter"),
    [
        ("init_scale=1 and", ["init_scale=1"]),
        ("init_scale=1 and not", ["init_scale=1 and", "init_scale=1"]),
        ("init_scal=1 and p=1", []),
    ],
)
def test_a_query_that_only_ends_too_early_is_tried_without_its_last_words(sweep, text, shorter):
    with pytest.raises(BadQuery) as caught:
        passing.fitting(sweep, text)
    assert list(passing.beginnings(caught.value)) == shorter


def test_runs_that_differ_in_seeds_alone_are_of_one_kind(sweep):
    kinds = passing.kinds(sweep)
    assert len(kinds) == len(sweep) / 2
    assert passing.differing(kinds) == [SCALE, DECAY]
    assert passing.differing(kinds[:1]) == []
