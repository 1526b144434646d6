"""One thing done to several runs: exit codes and lines."""

import pytest

from grokscope.cli.several import each
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


def test_a_bug_keeps_its_traceback():
    with pytest.raises(ZeroDivisionError):
        each(["a", "b"], lambda thing: 1 / 0)
