from grokscope.tui.runs.picked import MARKS, Only


def test_marks_are_single_letters_and_two_narrowings_to_the_same_runs_are_equal():
    assert len(set("".join(MARKS))) == len(MARKS)
    assert Only(frozenset("ab"), "why") == Only(frozenset("ba"), "why")
