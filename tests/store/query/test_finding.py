import pytest

from grokscope.errors import NotARun, Unreadable
from grokscope.store.query import find_run


@pytest.mark.parametrize(
    ("selector", "found"), [("a-1", "a-1"), ("b", "b-1"), ("b-", "b-1"), ("@last", "b-1")]
)
def test_an_id_a_start_a_name_or_last_means_a_run(three, selector, found):
    assert find_run(three, selector).id == found


def test_a_selector_that_fits_several_names_them(three):
    with pytest.raises(NotARun, match="'a' fits 2 runs: a-1, a-2; name one"):
        find_run(three, "a")


def test_a_selector_that_fits_none_names_the_nearest_and_the_known(three):
    with pytest.raises(
        NotARun, match=r"no run 'b-2' in store .*, did you mean 'b-1'.*; its runs: b-1"
    ):
        find_run(three, "b-2")


@pytest.mark.parametrize("selector", ["", "..", "/etc", "z*", "a" * 10_000])
def test_strange_selectors_are_refused(three, selector):
    with pytest.raises(NotARun, match=r"^no run") as caught:
        find_run(three, selector)
    assert len(str(caught.value)) < 500


def test_an_empty_store_has_no_last_run(store):
    with pytest.raises(NotARun, match="no run in store"):
        find_run(store, "@last")


def test_a_broken_run_asked_for_by_name_says_so(three):
    (three / "a-1" / "summary.json").write_text("{")
    with pytest.raises(Unreadable, match="damaged"):
        find_run(three, "a-1")


def test_a_broken_run_is_found_by_the_start_of_its_id(three):
    (three / "b-1" / "summary.json").write_text("{")
    for selector in ("b", "b-", "b-1"):
        with pytest.raises(Unreadable, match=r"damaged.*; see: grokscope doctor b-1"):
            find_run(three, selector)
    (three / "b-1" / "summary.json").unlink()
    with pytest.raises(Unreadable, match=r"'b-1' has no summary.json; see: grokscope doctor b-1"):
        find_run(three, "b")


def test_a_start_that_several_broken_runs_have_names_them(three):
    for name in ("a-1", "a-2"):
        (three / name / "summary.json").write_text("{")
    told = "'a' fits 2 runs that cannot be read: a-1, a-2; see: grokscope doctor"
    with pytest.raises(Unreadable, match=told):
        find_run(three, "a")
