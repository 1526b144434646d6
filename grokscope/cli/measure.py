"""`grokscope measure`: compute measures on stored runs."""

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grokscope import wording
from grokscope.cli.options import device_option, json_option, store_option
from grokscope.cli.terminal import table

if TYPE_CHECKING:
    from grokscope.store.curves.reader import Analysis
    from grokscope.store.listing.summary import RunSummary

SHOWN, RUNS = 120, 6
"""Characters of a word, and runs, that an error names."""


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="RUN... MEASURE...")
@click.option(
    "--set",
    "assignments",
    metavar="KEY=VALUE",
    multiple=True,
    help="Choose a convention, such as score=model or inputs=train; every=10 takes one in ten "
    "checkpoints, the last among them, where values do not depend on neighbours.",
)
@store_option
@device_option
@json_option
def command(
    words: tuple[str, ...],
    assignments: tuple[str, ...],
    store: str | None,
    device: str,
    as_json: bool,
) -> None:
    """Compute MEASUREs on RUNs and keep them there.

    Names of measures and runs may come in any order; a query such as regime:grokking means all
    runs that fit it. A result that is stored already, from the
    same checkpoints and conventions, is shown without computing it again. Without a measure,
    shows what the runs hold.
    """
    from grokscope.errors import BadConfig
    from grokscope.measures import MEASURES
    from grokscope.store.curves.reader import read_analyses
    from grokscope.store.location import find_store, open_store

    folder = open_store(find_store(store))
    names = [w for w in words if w in MEASURES]
    runs = _runs(folder, [w for w in words if w not in MEASURES], MEASURES)
    if assignments and not names:
        raise BadConfig("--set chooses conventions of a measure, and none is named")
    if not runs:
        raise BadConfig(f"measure {' '.join(names)} of which run? name a run too, such as @last")
    results: dict[str, list[Analysis]] = {}
    for run in runs:
        keys = _compute(run.path, names, assignments, device) if names else None
        analyses = read_analyses(run.path)
        results[run.id] = [analyses[key] for key in keys or sorted(analyses)]
    if as_json:
        click.echo(json.dumps([_as_json(r, a) for r, aa in results.items() for a in aa], indent=1))
        return
    for run_id, measured in results.items():
        click.echo(run_id)
        click.echo(describe(measured))


def _runs(store: Path, words: Sequence[str], measures: Collection[str]) -> list["RunSummary"]:
    """Return the runs that words mean; one that means none may be a measure misspelt."""
    from grokscope.cli.selection import select_runs
    from grokscope.config.files import preset_names
    from grokscope.errors import NotARun, listed, nearest
    from grokscope.store.listing.catalogue import Catalogue

    try:
        return select_runs(store, words)
    except NotARun as error:
        lost = next((w for w in words if f"no run {w[:SHOWN]!r}" in str(error)), None)
        if lost is None or lost in preset_names():
            raise
        known = [run.id for run in Catalogue(store).refresh()]
        guess = nearest(lost[:SHOWN], [*measures, *known])
        told = f"{lost[:SHOWN]!r} is neither a run nor a measure{guess}"
        more = ", ..." if len(known) > RUNS else ""
        told += f"; measures: {listed(measures)}; runs: {listed(known[:RUNS])}{more}"
        raise NotARun(told) from error


def _compute(run: Path, names: Sequence[str], assignments: Sequence[str], device: str) -> list[str]:
    """Compute measures on one run and return the names they are stored under."""
    from grokscope.analysis import measure

    return [str(array.name) for array in measure(run, names, _choices(assignments), device=device)]


def _choices(assignments: Sequence[str]) -> dict[str, Any]:
    from grokscope.config.overrides import parse_value
    from grokscope.errors import BadConfig

    choices = {}
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        if not equals:
            raise BadConfig(f"--set takes key=value, such as score=model, got {assignment!r}")
        choices[key.strip()] = parse_value(text)
    return choices


def describe(measured: Sequence["Analysis"]) -> str:
    """Return stored measures as a table: range, last value, and turning points of a speed."""
    rows = []
    for analysis in measured:
        low, high, last = _extent(analysis)
        rows.append(
            {
                "measure": analysis.key,
                "points": analysis.values.size,
                "min": wording.number(low, 4),
                "max": wording.number(high, 4),
                "last": wording.number(last, 4),
                "unit": analysis.unit_label or analysis.units,
                "turning points": _turns(analysis),
            }
        )
    return table(rows, right=("points", "min", "max", "last")) or "no measures stored"


def _extent(analysis: "Analysis") -> tuple[float | None, float | None, float | None]:
    import numpy as np

    finite = analysis.values[np.isfinite(analysis.values)]
    if not finite.size:
        return None, None, None
    return float(finite.min()), float(finite.max()), float(finite[-1])


def _turns(analysis: "Analysis") -> str:
    in_time = sorted(analysis.moments.items(), key=lambda named: named[1].step)
    return ", ".join(
        f"{wording.TURNS.get(name, name)} at epoch {wording.moment(when.epoch)}"
        for name, when in in_time
    )


def _as_json(run_id: str, analysis: "Analysis") -> dict[str, Any]:
    from grokscope.store.files.values import clean

    moments = {name: moment.epoch for name, moment in analysis.moments.items()}
    return {
        "run": run_id,
        "key": analysis.key,
        "title": analysis.title,
        "units": analysis.units,
        "epoch": analysis.epoch.tolist(),
        "values": clean(analysis.values.ravel().tolist()),
        "moments": moments,
    }
