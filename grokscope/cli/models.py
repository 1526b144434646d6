"""`grokscope models`: the architectures."""

import click

from grokscope.cli.options import json_option, store_option


@click.command()
@store_option
@json_option
def command(store: str | None, as_json: bool) -> None:
    """List the models and their keys."""
    from grokscope.cli.kinds import print_kinds
    from grokscope.models import MODELS

    print_kinds(MODELS, "model", as_json)
