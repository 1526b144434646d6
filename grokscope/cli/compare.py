"""`grokscope compare`: two runs beside each other."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grokscope.cli.options import RunName, explorer_options, json_option, plain_option, store_option
from grokscope.cli.terminal import excuse, interactive, table
from grokscope.wording import MISSING, TURNS, alike, differing, event, moment, number, value

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary

Pair = tuple["RunSummary", "RunSummary"]


@click.command()
@click.argument("first", type=RunName())
@click.argument("second", type=RunName())
@store_option
@json_option
@plain_option
@click.option("--explore", is_flag=True, help="Then open the explorer on them, in a terminal.")
@explorer_options
def command(
    first: str,
    second: str,
    store: str | None,
    as_json: bool,
    plain: bool,
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
        click.echo(spoken(runs) if plain else comparison(runs))
    if explore and interactive():
        _explore(folder, runs, ascii, mouse)
    elif explore:
        excuse("it is not opened")


def comparison(runs: Pair) -> str:
    """Return two runs as a table: what differs in them, and how each came out."""
    a, b = runs
    table_text = table([{"": row[0], a.id: row[1], b.id: row[2]} for row in _rows(runs)])
    return f"{table_text}\n{alike([run.config for run in runs])} configuration keys alike"


def spoken(runs: Pair) -> str:
    """Return the same in whole words, a line for each fact."""
    from grokscope.cli.spoken import pair_lines

    heads = (f"{letter} is {run.id}" for letter, run in zip("AB", runs, strict=True))
    same = f"{alike([run.config for run in runs])} configuration keys are alike"
    return "\n".join([*heads, *pair_lines(_rows(runs)), same])


def _rows(runs: Pair) -> list[tuple[str, ...]]:
    a, b = runs
    configs = [run.config for run in runs]
    rows = [(key, *(value(config.get(key)) for config in configs)) for key in differing(configs)]
    rows += [("status", a.status, b.status)]
    rows += _outcome_rows(runs)
    for name in dict.fromkeys([*a.metrics, *b.metrics]):
        last = [run.metrics[name].last if name in run.metrics else None for run in runs]
        rows.append((f"last {name}", *(number(v, 4) for v in last)))
    return rows + _turning_rows(runs)


def _outcome_rows(runs: Pair) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for rule in dict.fromkeys(rule for run in runs for rule in run.outcomes):
        outcomes = [run.outcomes.get(rule) for run in runs]
        label = "" if rule == "ceiling" else f" ({rule})"
        rows.append((f"regime{label}", *((o and o.regime) or MISSING for o in outcomes)))
        for name in ("t_train", "t_test"):
            pairs = zip(outcomes, runs, strict=True)
            times = [event(outcome, name, run.live) for outcome, run in pairs]
            rows.append(_times(f"{name}{label}", times, runs))
        lags = [moment(o.t_grok if o else None) for o in outcomes]
        rows.append(_times(f"t_grok{label}", lags, runs))
    return rows


def _turning_rows(runs: Pair) -> list[tuple[str, ...]]:
    rows = []
    for name, label in TURNS.items():
        found = [run.moments.get(name) for run in runs]
        if any(found):
            pairs = zip(found, runs, strict=True)
            times = [moment(at.told_in(run.time_unit) if at else None) for at, run in pairs]
            rows.append(_times(f"Fisher speed, {label}", times, runs))
    return rows


def _times(label: str, times: Sequence[str], runs: Pair) -> tuple[str, ...]:
    """Return a row of times: the unit behind the label, or behind each time where two differ."""
    units = [run.time_unit for run in runs]
    if units[0] == units[1]:
        return (f"{label}, {units[0]}", *times)
    told = zip(times, units, strict=True)
    return (label, *(time if time == MISSING else f"{unit} {time}" for time, unit in told))


def _as_json(runs: Pair) -> dict[str, Any]:
    configs = [run.config for run in runs]
    return {
        "runs": [run.as_json() for run in runs],
        "differs": {k: [config.get(k) for config in configs] for k in differing(configs)},
    }


def _explore(store: Path, runs: Pair, ascii: bool, mouse: bool) -> None:
    from grokscope.tui.opening import explore

    explore(store, compare=(runs[0].id, runs[1].id), ascii=ascii, mouse=mouse)
