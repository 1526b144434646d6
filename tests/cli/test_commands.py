"""Commands: what every one of them keeps to."""

import json

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
