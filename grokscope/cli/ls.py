"""`grokscope ls`: the runs of a store."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from grokscope.cli.options import json_option, store_option
from grokscope.cli.terminal import room, table
from grokscope.wording import MISSING, accuracy, event, moment, reached, value

if TYPE_CHECKING:
    from grokscope.store.summary import RunSummary


@click.command()
@store_option
@json_option
def command(store: str | None, as_json: bool) -> None:
    """List the runs of the store, newest first: regime, event times, status."""
    print_runs(store, as_json)


def print_runs(store: str | None, as_json: bool) -> None:
    """Print every run of a store, and on standard error those that cannot be read."""
    from grokscope.store.catalogue import Catalogue
    from grokscope.store.location import find_store, open_store

    catalogue = Catalogue(open_store(find_store(store)))
    runs = catalogue.refresh()
    if as_json:
        click.echo(json.dumps([run.as_json() for run in runs], indent=1))
    elif runs:
        click.echo(run_table(runs))
    elif not catalogue.broken:
        click.echo(f"no runs in {catalogue.store}; train one with: grokscope run modadd-grok")
    for name, reason in catalogue.broken.items():
        click.echo(f"grokscope: {name} is unreadable: {reason}", err=True)


def run_table(runs: Sequence["RunSummary"]) -> str:
    """Return runs as a table of what they are and when they learned."""
    right = ("seed", "init_scale", "t_train", "t_test", "t_grok", "test acc")
    return table([_row(run) for run in runs], right, room())


def _row(run: "RunSummary") -> dict[str, Any]:
    outcome = run.outcome
    test = run.metrics.get("test_accuracy")
    return {
        "id": run.id,
        "status": run.status,
        "regime": (outcome and outcome.regime) or MISSING,
        **{name: event(outcome, name, run.live) for name in ("t_train", "t_test")},
        "t_grok": moment(outcome.t_grok if outcome else None),
        "test acc": accuracy(test.last if test else None),
        "init_scale": value(run.config.get("model.init_scale")),
        "seed": run.seed,
        "at": reached(run),
        "task": run.task or MISSING,
        "model": run.model or MISSING,
    }
