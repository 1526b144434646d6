"""`grokscope tasks`: what can be learned."""

import click

from grokscope.cli.options import json_option, store_option


@click.command()
@store_option
@json_option
def command(store: str | None, as_json: bool) -> None:
    """List the tasks and their keys."""
    from grokscope.cli.kinds import print_kinds
    from grokscope.tasks import TASKS

    print_kinds(TASKS, "task", as_json)
