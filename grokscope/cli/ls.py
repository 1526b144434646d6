"""`grokscope ls`: the runs of a store."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from grokscope.cli.options import RunName, json_option, plain_option, store_option
from grokscope.cli.spoken import run_lines
from grokscope.cli.terminal import columns, room
from grokscope.store.listing.room import human
from grokscope.wording import (
    MISSING,
    accuracy,
    crossing,
    differing,
    moment,
    reached,
    shortened,
    value,
)

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary

Form = Literal["table", "plain", "json"]
STAR = "★"
WIDEST = 20
"""Characters of a run's tags that are shown."""

RIGHT = ("t_train", "t_test", "t_grok", "test acc", "init_scale", "seed", "size")
SHOWN = ("name", "model.init_scale", "seed.root", "task.name", "model.name")
"""Keys of the configuration that every listing tells."""
HEAD = ("id", "tags", "status", "regime", *RIGHT[:-1], "at", "size", "task", "model")


@click.command()
@click.argument("query", type=RunName(), nargs=-1)
@store_option
@json_option
@plain_option
def command(query: tuple[str, ...], store: str | None, as_json: bool, plain: bool) -> None:
    """List the runs of the store, or those that fit QUERY, newest first: regime, times, status.

    A bare word may stand anywhere in a run's id, name, task, model, status, regime and tags;
    field:pattern and comparisons such as 'init_scale>=3' or 't_test-t_train>20' may be joined by
    and, or, not and parentheses. A time such as >200 was not reached when the run ended, one
    such as ≤400 lies before the run's first evaluation, as in a fork of a run that had grokked.
    """
    print_runs(store, "json" if as_json else "plain" if plain else "table", query)


def print_runs(store: str | None, form: Form, words: Sequence[str] = ()) -> None:
    """Print the runs of a store that fit a query, and on standard error those unreadable."""
    from grokscope.store.listing.catalogue import uncollected
    from grokscope.store.location import find_store, open_store

    with uncollected():
        broken = _print_runs(open_store(find_store(store)), form, words)
    for name, reason in broken.items():
        click.echo(f"grokscope: {name} is unreadable: {reason}", err=True)


def _print_runs(store: Path, form: Form, words: Sequence[str]) -> dict[str, str]:
    """Print runs, and return why others cannot be read; the catalogue is gone by then."""
    from grokscope.store.listing.catalogue import Catalogue

    catalogue = Catalogue(store)
    runs, asked = catalogue.refresh(), ""
    total = len(runs)
    if words:
        from grokscope.cli.selection import joined
        from grokscope.store.query import parse
        from grokscope.store.query.hints import hint

        asked = joined(words)
        query = parse(asked)
        found = query.select(runs, loose=True)
        meant = "" if found else hint(query, runs)
        runs = found
    if form == "json":
        rows = ",\n".join(json.dumps(run.as_json()) for run in runs)
        click.echo(f"[\n{rows}\n]" if rows else "[]")
    elif runs:
        lines = "\n".join(run_lines(runs)) if form == "plain" else run_table(runs, apart=False)
        click.echo(lines)
    elif total:
        click.echo(f"none of {total} runs fits {asked!r}" + (f"; {meant}" if meant else ""))
    elif not catalogue.broken:
        click.echo(f"no runs in {store}; train one with: grokscope run modadd-grok")
    return catalogue.broken


def run_table(runs: Sequence["RunSummary"], apart: bool = True) -> str:
    """Return runs as a table of what they are and when they learned.

    Parameters
    ----------
    apart : bool
        Whether the keys of the configuration that set them apart are columns too.
    """
    head, *cells = zip(HEAD, zip(*map(_cells, runs), strict=True), strict=True)
    keys = [key for key in differing([run.config for run in runs]) if key not in SHOWN]
    more = {
        short: [value(run.config.get(key)) for run in runs]
        for key, short in shortened(keys if apart else []).items()
    }
    texts = dict([head, *more.items(), *cells])
    if not any(texts["tags"]):
        del texts["tags"]
    return columns(texts, RIGHT, room(), kept=("status",))


def _cells(run: "RunSummary") -> tuple[str, ...]:
    glance = run.glance
    ended = None if run.live else glance.ended
    return (
        run.id,
        _tags(run),
        _status(run),
        glance.regime or MISSING,
        crossing(glance.t_train, glance.began, ended),
        crossing(glance.t_test, glance.began, ended),
        moment(glance.t_grok),
        accuracy(glance.test_accuracy),
        value(glance.init_scale),
        str(run.seed),
        reached(run),
        human(run.disk_bytes),
        run.task or MISSING,
        run.model or MISSING,
    )


def _status(run: "RunSummary") -> str:
    """Return a run's status, and in a word why it failed, where there is one such as diverged."""
    why = run.reason.partition(":")[0]
    return f"failed: {why}" if run.status == "failed" and 0 < len(why) <= WIDEST else run.status


def _tags(run: "RunSummary") -> str:
    """Return a run's star and as many of its tags as fit into `WIDEST` characters."""
    added = run.annotations
    text = ",".join(added.tags)
    text = text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"
    return " ".join([STAR] * added.starred + [text] * bool(text))
