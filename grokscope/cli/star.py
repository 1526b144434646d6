"""`grokscope star`: the runs worth coming back to."""

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from grokscope.cli.options import RunName, store_option

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary


@click.command()
@click.argument("runs", type=RunName(), nargs=-1, required=True, metavar="RUN...")
@click.option("--off", is_flag=True, help="Take the star off.")
@store_option
def command(runs: tuple[str, ...], off: bool, store: str | None) -> None:
    """Put a star on RUNs, or take it off."""
    from grokscope.cli.selection import select_runs
    from grokscope.cli.several import each
    from grokscope.store.keeping.annotations import annotate
    from grokscope.store.location import find_store, open_store

    def change(run: "RunSummary") -> None:
        annotate(run.path, lambda known: replace(known, starred=not off))
        click.echo(f"{run.id}: {'no star' if off else 'starred'}")

    each(select_runs(open_store(find_store(store)), runs), change)
