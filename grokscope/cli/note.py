"""`grokscope note`: what people write down about a run."""

import sys
from pathlib import Path

import click

from grokscope.cli.options import RunName, store_option


@click.command()
@click.argument("run", type=RunName())
@click.argument("text", nargs=-1)
@click.option("--edit", is_flag=True, help="Open the note in $EDITOR.")
@click.option("--clear", is_flag=True, help="Remove the note.")
@store_option
def command(run: str, text: tuple[str, ...], edit: bool, clear: bool, store: str | None) -> None:
    """Write TEXT down as the note of RUN; '-' reads it from standard input.

    Without TEXT, prints the note. It may have several lines, up to 64 kB of them.
    """
    from grokscope.cli.selection import select
    from grokscope.store.keeping.annotations import annotate, read_annotations
    from grokscope.store.location import find_store, open_store

    if sum((bool(text), edit, clear)) > 1:
        raise click.UsageError("TEXT, --edit and --clear exclude each other; choose one")
    found = select(open_store(find_store(store)), run)
    if edit:
        _edit(found.path)
    elif clear:
        annotate(found.path, lambda known: known.noted(""))
        click.echo(f"{found.id}: no note")
    elif text:
        written = sys.stdin.read() if text == ("-",) else " ".join(text)
        annotate(found.path, lambda known: known.noted(written))
        click.echo(f"{found.id}: noted")
    elif note := read_annotations(found.path).note:
        click.echo(note)
    else:
        click.echo(f"grokscope: {found.id} has no note", err=True)


def _edit(run: Path) -> None:
    """Let a person change a note; what somebody else wrote meanwhile is kept above it."""
    from grokscope.store.keeping.annotations import Annotations, annotate, read_annotations

    before = read_annotations(run).note
    written = click.edit(before, extension=".txt")
    if written is None:
        click.echo(f"{run.name}: note left as it was")
        return

    def change(known: Annotations) -> Annotations:
        kept = [] if known.note == before else [known.note]
        return known.noted("\n\n".join([*kept, written]))

    annotate(run, change)
    click.echo(f"{run.name}: noted")
