"""Commands: what every one of them keeps to."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from grokscope.cli import COMMANDS, cli
from tests.cli.conftest import call

LISTINGS = ["ls", "presets", "tasks", "models", "measures"]


def commands():
    context = click.Context(cli)
    return {name: cli.get_command(context, name) for name in COMMANDS}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_takes_a_store(name):
    command = commands()[name]
    assert command.help
    options = {word for p in command.params for word in p.opts}
    assert "--store" in options


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_does(name):
    for parameter in commands()[name].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


@pytest.mark.parametrize("name", LISTINGS)
def test_every_listing_is_json_on_request(name):
    done = call(name, "--json")
    assert done.code == 0
    assert isinstance(json.loads(done.out), list)


def test_help_names_every_command():
    done = call("--help")
    assert done.code == 0
    assert all(f"  {name} " in done.out for name in COMMANDS)


def test_a_misspelt_command_is_a_usage_error_that_names_the_nearest():
    done = call("compair")
    assert done.code == 2
    assert "did you mean 'compare'" in done.err


def test_the_bare_command_lists_where_there_is_no_terminal():
    done = call()
    assert done.code == 0
    assert "no runs" in done.out


def piped(*words, to):
    """Run the command line in a process of its own whose standard output is a file or pipe."""
    done = subprocess.run(
        [sys.executable, "-m", "grokscope", *words], stdout=to, stderr=subprocess.PIPE, text=True
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    "words",
    [("ls",), ("ls", "--json"), ("export", "first", "--to", "-"), ("show", "first"), ("--help",)],
)
def test_a_full_disk_behind_standard_output_is_one_line(stored, words):
    stored("first")
    with Path("/dev/full").open("w") as full:
        code, err = piped(*words, to=full)
    told = "grokscope: standard output cannot be written: no space left on device\n"
    assert (code, err) == (1, told)


@pytest.mark.parametrize("words", [("ls",), ("export", "first", "--to", "-"), ("--help",)])
def test_a_reader_that_left_is_the_signal_s_code_without_a_word(stored, words):
    stored("first")
    reading, writing = os.pipe()
    os.close(reading)
    try:
        assert piped(*words, to=writing) == (128 + signal.SIGPIPE, "")
    finally:
        os.close(writing)


@pytest.mark.parametrize(
    "words",
    [
        ("{}",),
        ("show", "{}"),
        ("show", "@{}"),
        ("ls", "regime={}"),
        ("ls", "--store", "{}"),
        ("ls", "--{}"),
        ("run", "modadd-grok", "--set", "{}=1"),
        ("run", "modadd-grok", "--set", "seed={}"),
        ("run", "{}"),
        ("tag", "first", "+{}é"),
        ("export", "first", "--to", "{}"),
        ("measure", "first", "{}"),
    ],
)
def test_an_error_repeats_only_the_beginning_of_what_was_typed(stored, words):
    stored("first")
    done = call(*(word.format("x" * 20_000) for word in words))
    assert done.code in (1, 2)
    assert len(done.err) < 900
    assert "x" * 121 not in done.err
