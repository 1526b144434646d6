"""One thing done to several runs: exit codes and lines."""

import pytest

from grokscope.cli.several import attempt, each, leave
from grokscope.errors import NotARun


def refuse(*bad):
    def action(thing):
        if thing in bad:
            raise NotARun(f"no {thing}")

    return action


def test_one_that_refuses_keeps_no_other_from_it(capsys):
    done = []

    def action(thing):
        refuse("b")(thing)
        done.append(thing)

    with pytest.raises(SystemExit) as left:
        each(["a", "b", "c"], action)
    assert left.value.code == 4
    assert done == ["a", "c"]
    assert capsys.readouterr().err == "grokscope: no b\n"


def test_all_that_refuse_are_a_failure(capsys):
    with pytest.raises(SystemExit) as left:
        each(["a", "b"], refuse("a", "b"))
    assert left.value.code == 1
    assert capsys.readouterr().err == "grokscope: no a\ngrokscope: no b\n"


def test_the_error_of_one_thing_is_its_own():
    with pytest.raises(NotARun, match="no a"):
        each(["a"], refuse("a"))
    each([], refuse())
    each(["a", "b"], refuse())


def test_what_went_well_comes_back_with_how_many_did_not(capsys):
    def half(thing):
        refuse(3)(thing)
        return thing / 2

    assert attempt([2, 3, 4], half) == ([1, 2], 1)
    assert capsys.readouterr().err == "grokscope: no 3\n"
    assert attempt([], half) == ([], 0)


@pytest.mark.parametrize(("failed", "code"), [(1, 4), (3, 1)])
def test_the_exit_code_tells_whether_all_failed(failed, code):
    leave(0, 3)
    with pytest.raises(SystemExit) as left:
        leave(failed, 3)
    assert left.value.code == code


def test_a_bug_keeps_its_traceback():
    with pytest.raises(ZeroDivisionError):
        each(["a", "b"], lambda thing: 1 / 0)
