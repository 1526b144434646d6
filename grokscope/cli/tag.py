"""`grokscope tag`: words that people sort runs by."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grokscope.cli.options import RunName, json_option, store_option
from grokscope.cli.terminal import table

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary

TAKE_A_VALUE = ("--store", "--add", "--remove")


class TagCommand(click.Command):
    """A command that takes `+tag` for `--add tag` and `-tag` for `--remove tag`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Rewrite the short forms, and go on as usual."""
        return super().parse_args(ctx, spelt_out(args))


def spelt_out(args: Sequence[str]) -> list[str]:
    """Return words with `+tag` and `-tag` as options; values of options and `-h` stay."""
    words: list[str] = []
    for at, word in enumerate(args):
        if word == "--":
            return [*words, *args[at:]]
        value = at > 0 and args[at - 1] in TAKE_A_VALUE
        if not value and word.startswith("+"):
            words.append(f"--add={word[1:]}")
        elif not value and word[:1] == "-" and word[1:2] not in ("", "-") and word != "-h":
            words.append(f"--remove={word[1:]}")
        else:
            words.append(word)
    return words


@click.command(cls=TagCommand)
@click.argument("runs", type=RunName(), nargs=-1, metavar="[RUN|+TAG|-TAG]...")
@click.option("--add", metavar="TAG", multiple=True, help="The same as +TAG.")
@click.option("--remove", metavar="TAG", multiple=True, help="The same as -TAG.")
@store_option
@json_option
def command(
    runs: tuple[str, ...],
    add: tuple[str, ...],
    remove: tuple[str, ...],
    store: str | None,
    as_json: bool,
) -> None:
    """Put tags on runs and take them off: `tag @last +paper -draft`.

    A tag is 1 to 64 letters, digits, '.', '_', '-' or '/'; queries find it as tag:paper. Without
    a change, prints the tags of each RUN; without a RUN, all tags of the store.
    """
    from grokscope.cli.selection import select_runs
    from grokscope.store.location import find_store, open_store

    folder = open_store(find_store(store))
    if not runs and (add or remove):
        raise click.UsageError("no run named to put tags on; name one, such as @last")
    if not runs:
        _print_all(folder, as_json)
        return
    _change(select_runs(folder, runs), add, remove, as_json)


def _change(
    runs: Sequence["RunSummary"], add: Sequence[str], remove: Sequence[str], as_json: bool
) -> None:
    from grokscope.cli.several import each
    from grokscope.store.keeping.annotations import Annotations, annotate, read_annotations

    # a word that is no tag is told before the first run is touched
    Annotations().tagged(add, remove)
    rows: list[dict[str, object]] = []

    def change(run: "RunSummary") -> None:
        found = (
            annotate(run.path, lambda known: known.tagged(add, remove))
            if add or remove
            else read_annotations(run.path)
        )
        rows.append({"id": run.id, "tags": list(found.tags)})
        if not as_json:
            click.echo(f"{run.id}: {' '.join(found.tags) or 'no tags'}")

    try:
        each(runs, change)
    finally:
        if as_json:
            click.echo(json.dumps(rows, indent=1))


def _print_all(store: Path, as_json: bool) -> None:
    from grokscope.store.listing.catalogue import Catalogue

    counts = Counter(tag for run in Catalogue(store).refresh() for tag in run.annotations.tags)
    rows = [{"tag": tag, "runs": count} for tag, count in sorted(counts.items())]
    if as_json:
        click.echo(json.dumps(rows, indent=1))
    else:
        click.echo(table(rows, right=("runs",)) or "no tags; put one on with: tag @last +paper")
