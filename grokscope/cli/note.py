"""`grokscope note`: what people write down about a run."""

import os
import shlex
import shutil
import sys
import unicodedata
from pathlib import Path

import click

from grokscope.cli.options import RunName, store_option

BEGINNING = 60
"""Characters of a replaced note that are told."""


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
    from grokscope.store.keeping.annotations import read_annotations
    from grokscope.store.location import find_store, open_store

    if sum((bool(text), edit, clear)) > 1:
        raise click.UsageError("TEXT, --edit and --clear exclude each other; choose one")
    found = select(open_store(find_store(store)), run)
    if edit:
        _edit(found.path)
    elif clear:
        _write(found.path, "", "no note")
    elif text:
        _write(found.path, _standard_input() if text == ("-",) else " ".join(text), "noted")
    elif note := read_annotations(found.path).note:
        click.echo(note)
    else:
        click.echo(f"grokscope: {found.id} has no note", err=True)


def _standard_input() -> str:
    from grokscope.errors import BadAnnotation

    stream = getattr(sys.stdin, "buffer", sys.stdin)
    written = stream.read()
    try:
        return written if isinstance(written, str) else written.decode()
    except UnicodeDecodeError as error:
        raise BadAnnotation(f"a note is UTF-8 text; byte {error.start + 1} is none") from error


def _checked(text: str) -> str:
    """Return a note; characters that could steer a terminal are refused.

    Raises
    ------
    BadAnnotation
        If it holds one, or what is no UTF-8.
    """
    from grokscope.errors import BadAnnotation

    for place, character in enumerate(text.replace("\r\n", "\n"), 1):
        if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs"):
            continue
        what = "UTF-8 text" if character > "\ud7ff" else "text without control characters"
        raise BadAnnotation(f"a note is {what}; character {place} is {character!a}")
    return text


def _write(run: Path, text: str, told: str) -> None:
    """Replace a note, and tell how the one before it began."""
    from grokscope.store.keeping.annotations import Annotations, annotate

    written, before = _checked(text), ""

    def change(known: Annotations) -> Annotations:
        nonlocal before
        before = known.note
        return known.noted(written)

    after = annotate(run, change).note
    was = f" (was: {_beginning(before)})" if before and before != after else ""
    click.echo(f"{run.name}: {told}{was}")


def _beginning(note: str) -> str:
    line = " ".join(note.split())
    return line if len(line) <= BEGINNING else f"{line[: BEGINNING - 1]}…"


def _from_editor(note: str) -> str | None:
    """Return what became of a note in the user's editor, None where nothing did."""
    from grokscope.errors import BadAnnotation

    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        command = shlex.split(editor)[:1]
    except ValueError:
        command = [editor]
    if command and shutil.which(command[0]) is None:
        raise BadAnnotation(f"$EDITOR is {editor!r}, which is no command; name one that edits")
    try:
        return click.edit(note, extension=".txt")
    except (click.ClickException, UnicodeDecodeError) as error:
        raise BadAnnotation(f"the editor brought back no note: {error}") from error


def _edit(run: Path) -> None:
    """Let a person change a note; what somebody else wrote meanwhile is kept above it."""
    from grokscope.store.keeping.annotations import Annotations, annotate, read_annotations

    before = read_annotations(run).note
    written = _from_editor(before)
    if written is None:
        click.echo(f"{run.name}: note left as it was")
        return

    def change(known: Annotations) -> Annotations:
        kept = [] if known.note == before else [known.note]
        return known.noted("\n\n".join([*kept, written]))

    annotate(run, change)
    click.echo(f"{run.name}: noted")
