"""`grokscope ls`: the runs of a store."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from grokscope.cli.options import RunName, json_option, store_option
from grokscope.cli.terminal import room, table
from grokscope.store.listing.room import human
from grokscope.wording import MISSING, accuracy, event, moment, reached, value

if TYPE_CHECKING:
    from grokscope.store.listing.catalogue import Catalogue
    from grokscope.store.listing.summary import RunSummary

STAR = "★"
WIDEST = 20
"""Characters of a run's tags that are shown."""


@click.command()
@click.argument("query", type=RunName(), nargs=-1)
@store_option
@json_option
def command(query: tuple[str, ...], store: str | None, as_json: bool) -> None:
    """List the runs of the store, or those that fit QUERY, newest first: regime, times, status.

    A bare word may stand anywhere in a run's id, name, task, model, status, regime and tags;
    field:pattern and comparisons such as 'init_scale>=3' or 't_test-t_train>20' may be joined by
    and, or, not and parentheses.
    """
    print_runs(store, as_json, query)


def print_runs(store: str | None, as_json: bool, words: Sequence[str] = ()) -> None:
    """Print the runs of a store that fit a query, and on standard error those unreadable."""
    from grokscope.store.listing.catalogue import Catalogue, uncollected
    from grokscope.store.location import find_store, open_store

    catalogue = Catalogue(open_store(find_store(store)))
    with uncollected():
        _print_runs(catalogue, as_json, words)
    for name, reason in catalogue.broken.items():
        click.echo(f"grokscope: {name} is unreadable: {reason}", err=True)


def _print_runs(catalogue: "Catalogue", as_json: bool, words: Sequence[str]) -> None:
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
    if as_json:
        rows = ",\n".join(json.dumps(run.as_json()) for run in runs)
        click.echo(f"[\n{rows}\n]" if rows else "[]")
    elif runs:
        click.echo(run_table(runs))
    elif total:
        click.echo(f"none of {total} runs fits {asked!r}" + (f"; {meant}" if meant else ""))
    elif not catalogue.broken:
        click.echo(f"no runs in {catalogue.store}; train one with: grokscope run modadd-grok")


def run_table(runs: Sequence["RunSummary"]) -> str:
    """Return runs as a table of what they are and when they learned."""
    right = ("seed", "init_scale", "t_train", "t_test", "t_grok", "test acc", "size")
    rows = [_row(run) for run in runs]
    if not any(row["tags"] for row in rows):
        for row in rows:
            del row["tags"]
    return table(rows, right, room(), kept=("status",))


def _tags(run: "RunSummary") -> str:
    """Return a run's star and as many of its tags as fit into `WIDEST` characters."""
    added = run.annotations
    text = ",".join(added.tags)
    text = text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"
    return " ".join([STAR] * added.starred + [text] * bool(text))


def _row(run: "RunSummary") -> dict[str, Any]:
    outcome = run.outcome
    test = run.metrics.get("test_accuracy")
    return {
        "id": run.id,
        "tags": _tags(run),
        "status": run.status,
        "regime": (outcome and outcome.regime) or MISSING,
        **{name: event(outcome, name, run.live) for name in ("t_train", "t_test")},
        "t_grok": moment(outcome.t_grok if outcome else None),
        "test acc": accuracy(test.last if test else None),
        "init_scale": value(run.config.get("model.init_scale")),
        "seed": run.seed,
        "at": reached(run),
        "size": human(run.disk_bytes),
        "task": run.task or MISSING,
        "model": run.model or MISSING,
    }
