"""`grokscope compare`: two runs beside each other."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grokscope.cli.options import RunName, explorer_options, json_option, store_option
from grokscope.cli.terminal import NONE, interactive, number, table

if TYPE_CHECKING:
    from grokscope.store.summary import RunSummary


@click.command()
@click.argument("first", type=RunName())
@click.argument("second", type=RunName())
@store_option
@json_option
@click.option("--explore", is_flag=True, help="Then open the explorer on them, in a terminal.")
@explorer_options
def command(
    first: str,
    second: str,
    store: str | None,
    as_json: bool,
    explore: bool,
    ascii: bool,
    mouse: bool,
) -> None:
    """Compare runs FIRST and SECOND: configuration, event times, regime, metrics, measures."""
    from grokscope.cli.selection import select
    from grokscope.store.location import find_store, open_store

    folder = open_store(find_store(store))
    runs = (select(folder, first), select(folder, second))
    if as_json:
        click.echo(json.dumps(_as_json(runs), indent=1))
    else:
        click.echo(comparison(runs))
    if explore and interactive():
        _explore(folder, runs, ascii, mouse)


def differing(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return the flat configuration keys whose values differ, with both values."""
    keys = dict.fromkeys([*a, *b])
    return {k: (a.get(k), b.get(k)) for k in keys if a.get(k) != b.get(k) and k != "title"}


def comparison(runs: tuple["RunSummary", "RunSummary"]) -> str:
    """Return two runs as a table: what differs in them, and how each came out."""
    a, b = runs
    differ = differing(a.config, b.config)
    alike = len(set(a.config) | set(b.config)) - len(differ)
    rows = [_row(key, *values) for key, values in differ.items()]
    rows += [_row("status", a.status, b.status)]
    rows += _outcome_rows(runs)
    for name in dict.fromkeys([*a.metrics, *b.metrics]):
        pair = [run.metrics[name].last if name in run.metrics else None for run in runs]
        rows.append(_row(f"last {name}", *(number(v, 4) for v in pair)))
    rows += _turning_rows(runs)
    table_text = table([{"": r[0], a.id: r[1], b.id: r[2]} for r in rows])
    return f"{table_text}\n{alike} configuration keys alike"


def _row(label: str, first: Any, second: Any) -> tuple[str, str, str]:
    def text(value: Any) -> str:
        return NONE if value is None else str(value)

    return label, text(first), text(second)


def _outcome_rows(runs: tuple["RunSummary", "RunSummary"]) -> list[tuple[str, str, str]]:
    rows = []
    for rule in runs[0].outcomes:
        outcomes = [run.outcomes.get(rule) for run in runs]
        label = "" if rule == "ceiling" else f" ({rule})"
        rows.append(_row(f"regime{label}", *(o and o.regime for o in outcomes)))
        for name in ("t_train", "t_test", "t_grok"):
            times = [number(getattr(o, name, None), 6) for o in outcomes]
            rows.append(_row(f"{name}{label}, {runs[0].time_unit}", *times))
    return rows


def _turning_rows(runs: tuple["RunSummary", "RunSummary"]) -> list[tuple[str, str, str]]:
    rows = []
    for name, label in (("speed_min", "first minimum"), ("speed_max", "next maximum")):
        moments = [run.moments.get(name) for run in runs]
        if any(moments):
            times = [m and number(m.told_in(runs[0].time_unit), 6) for m in moments]
            rows.append(_row(f"Fisher speed, {label}, {runs[0].time_unit}", *times))
    return rows


def _as_json(runs: tuple["RunSummary", "RunSummary"]) -> dict[str, Any]:
    return {
        "runs": [run.as_json() for run in runs],
        "differs": {k: list(v) for k, v in differing(runs[0].config, runs[1].config).items()},
    }


def _explore(
    store: Path, runs: tuple["RunSummary", "RunSummary"], ascii: bool, mouse: bool
) -> None:
    from grokscope.tui.app import explore

    explore(store, compare=(runs[0].id, runs[1].id), ascii=ascii, mouse=mouse)
