"""`grokscope rm`: runs to the trash, and out of it for good."""

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grokscope.cli.options import RunName, json_option, store_option
from grokscope.cli.terminal import table
from grokscope.store.listing.room import human

if TYPE_CHECKING:
    from grokscope.store.keeping.trash import Trashed

SHOWN = 10
"""Most runs that a question names."""


@click.command()
@click.argument("runs", type=RunName(), nargs=-1, metavar="[RUN]...")
@click.option("--purge", is_flag=True, help="Delete what is in the trash for good: RUNs, or all.")
@click.option("--list", "listing", is_flag=True, help="Show what is in the trash.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--force", is_flag=True, help="Also where a process that is gone holds the run.")
@store_option
@json_option
def command(
    runs: tuple[str, ...],
    purge: bool,
    listing: bool,
    yes: bool,
    force: bool,
    store: str | None,
    as_json: bool,
) -> None:
    """Move RUNs to the trash, from which `restore` brings them back.

    A run that is being written is refused. A run that cannot be read goes by its id. Nothing is
    deleted before --purge, which cannot be undone.
    """
    from grokscope.store.location import find_store, open_store

    if purge and listing:
        raise click.UsageError("--purge and --list exclude each other; choose one")
    folder = open_store(find_store(store))
    if listing:
        _print_trash(folder, runs, as_json)
    elif purge:
        _purge(folder, runs, yes)
    elif runs:
        _discard(folder, runs, yes, force)
    else:
        raise click.UsageError("no run named; name one, or look into the trash with --list")


def _discard(store: Path, words: Sequence[str], yes: bool, force: bool) -> None:
    from grokscope.cli.several import each
    from grokscope.store.files.disk import disk_bytes
    from grokscope.store.keeping.trash import discard, removable

    ids = _ids(store, words)
    sizes = {name: disk_bytes(removable(store, name)) for name in ids}
    plain = len(ids) == 1 and ids[0] in words
    question = f"move {_told(sizes)} to the trash?"
    if not plain and sys.stdin.isatty() and not yes and not click.confirm(question, err=True):
        click.echo("nothing removed", err=True)
        sys.exit(1)

    def remove(name: str) -> None:
        discard(store, name, force)
        size = human(sizes[name])
        click.echo(f"{name} ({size}) is in the trash; back with: grokscope restore {name}")

    each(ids, remove)


def _ids(store: Path, words: Sequence[str]) -> list[str]:
    """Return the ids that words mean; a run that cannot be read has no other name."""
    from grokscope.cli.selection import select_runs
    from grokscope.store.identifiers import is_run_id

    ids: dict[str, None] = {}
    for word in words:
        own = is_run_id(word) and (store / word).is_dir()
        ids |= dict.fromkeys([word] if own else [run.id for run in select_runs(store, [word])])
    return list(ids)


def _purge(store: Path, words: Sequence[str], yes: bool) -> None:
    from grokscope.cli.several import each
    from grokscope.errors import Unconfirmed
    from grokscope.store.keeping import trash

    every = trash.read_trash(store)
    chosen = [one for word in words for one in trash.find_trashed(store, word)] if words else every
    sizes = {one.name: one.disk_bytes for one in dict.fromkeys(chosen)}
    if sizes and not yes:
        question = f"delete {_told(sizes)} for good?"
        if not sys.stdin.isatty():
            raise Unconfirmed(f"{question} nobody can be asked here; --yes says so")
        if not click.confirm(question, err=True):
            click.echo("nothing deleted", err=True)
            sys.exit(1)
    freed = []

    def delete(one: "Trashed") -> None:
        freed.append(trash.purge(one))

    try:
        each(list(dict.fromkeys(chosen)), delete)
    finally:
        size = sum(freed) + trash.sweep_trash(store)
        click.echo(f"{human(size)} came free" if size or chosen else "the trash is empty")


def _told(sizes: dict[str, int]) -> str:
    names = list(sizes)
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    kind = "run" if len(names) == 1 else "runs"
    size = human(sum(sizes.values()))
    return f"{len(names)} {kind} ({', '.join(names[:SHOWN])}{more}; {size})"


def _print_trash(store: Path, words: Sequence[str], as_json: bool) -> None:
    from grokscope.store.keeping.trash import find_trashed, read_trash

    chosen = [one for word in words for one in find_trashed(store, word)]
    found = list(dict.fromkeys(chosen)) if words else read_trash(store)
    if as_json:
        click.echo(json.dumps([_as_json(one) for one in found], indent=1))
        return
    rows = [
        {
            "id": one.id,
            "removed": time.strftime("%Y-%m-%d %H:%M", time.localtime(one.removed)),
            "size": human(one.disk_bytes),
            "name": one.name,
        }
        for one in found
    ]
    click.echo(table(rows, right=("size",)) or "the trash is empty")


def _as_json(one: "Trashed") -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "removed": one.removed,
        "disk_bytes": one.disk_bytes,
    }
