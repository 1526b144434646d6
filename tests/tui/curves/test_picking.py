from hypothesis import given
from hypothesis import strategies as st

from grokscope.tui.curves.picking import joined, listed, number, toggled

GROUPS = (("a",), ("b", "c"), ("d",))


def test_a_quantity_is_hidden_and_comes_back_last_in_a_panel_of_its_own():
    without = toggled(GROUPS, "b")
    assert without == (("a",), ("c",), ("d",))
    assert toggled(without, "b") == (("a",), ("c",), ("d",), ("b",))
    assert toggled((("a",),), "a") == ()


def test_a_panel_joins_the_one_before_and_its_quantities_leave_one_by_one():
    assert joined(GROUPS, "d") == (("a",), ("b", "c", "d"))
    assert joined(GROUPS, "c") == (("a",), ("b",), ("c",), ("d",))
    assert joined(GROUPS, "a") is None
    assert joined(GROUPS, "unheard of") is None


def test_what_is_shown_is_listed_first_in_its_order():
    assert listed(GROUPS, ["z", "d", "a"]) == ["a", "b", "c", "d", "z"]
    assert [number(GROUPS, key) for key in "acdz"] == ["1", "2", "3", ""]


@given(st.lists(st.tuples(st.booleans(), st.sampled_from("abcd")), max_size=20))
def test_whatever_is_picked_no_panel_is_empty_and_no_quantity_in_two(picks):
    groups = GROUPS
    for toggle, key in picks:
        groups = toggled(groups, key) if toggle else joined(groups, key) or groups
        assert all(groups)
        keys = [key for keys in groups for key in keys]
        assert len(keys) == len(set(keys))
