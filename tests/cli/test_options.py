"""Options: what completion offers, and that it costs no torch."""

import os
import subprocess
import sys

import click
import pytest
from click.shell_completion import ShellComplete

from grokscope.cli import cli
from grokscope.cli.options import RunName
from tests.cli.conftest import call


def offered(*words, incomplete=""):
    """Return what the shell is offered after some words."""
    complete = ShellComplete(cli, {}, "grokscope", "_GROKSCOPE_COMPLETE")
    return [item.value for item in complete.get_completions(list(words), incomplete)]


def test_commands_presets_and_runs_are_offered(pair, store):
    (store / "modadd-notes.txt").touch()
    assert offered(incomplete="com") == ["compare"]
    assert offered("run", incomplete="modadd-s")[0] == "modadd-steady"
    assert sorted(offered("show", incomplete="modadd")) == sorted(run.id for run in pair)
    assert offered("ls", incomplete="status:fin") == ["status:finished"]


def test_runs_in_the_trash_are_offered_where_one_is_to_come_back(stored):
    stored("first", "second", "third")
    for name in ("first", "first", "third"):
        call("rm", name)
        stored(name)
    assert offered("restore") == ["first", "third"]
    assert offered("restore", incomplete="fi") == ["first"]


def test_a_store_that_is_not_there_offers_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv("GROKSCOPE_STORE", str(tmp_path / "none"))
    context = click.Context(cli)
    assert RunName().shell_complete(context, cli.params[0], "") == []


def test_completing_imports_no_torch():
    code = (
        "import sys, grokscope.cli as c\n"
        "from click.shell_completion import ShellComplete as S\n"
        "S(c.cli, {}, 'grokscope', 'X').get_completions(['run'], 'mod')\n"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, check=True
    )
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("words", "incomplete", "offered_there"),
    [
        ("grokscope ls status : fin", "fin", ["finished"]),
        ("grokscope ls optimizer = a", "a", ["adam"]),
        ("grokscope ls x status :", ":", ["queued", "running", "stalled", "dead", "finished"]),
        ("grokscope ls status:fin", "status:fin", ["status:finished"]),
    ],
)
def test_a_word_that_bash_cut_in_two_is_completed_as_one(
    pair, monkeypatch, words, incomplete, offered_there
):
    monkeypatch.setenv("_GROKSCOPE_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
    found = offered(*words.split()[1:-1], incomplete=incomplete)
    assert found[: len(offered_there)] == offered_there
