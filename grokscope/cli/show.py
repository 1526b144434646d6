"""`grokscope show`: one run whole."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from grokscope.cli import spoken
from grokscope.cli.options import RunName, json_option, plain_option, store_option
from grokscope.cli.terminal import table
from grokscope.errors import GrokscopeError
from grokscope.store.listing.room import human
from grokscope.wording import MISSING, accuracy, event, moment, number, reached

if TYPE_CHECKING:
    from grokscope.events import Outcome
    from grokscope.store.checkpoints.thinning import Thinned
    from grokscope.store.listing.summary import RunSummary

T = TypeVar("T")


@click.command()
@click.argument("run", type=RunName())
@store_option
@json_option
@plain_option
@click.option("--config", is_flag=True, help="Print the configuration alone, as TOML.")
def command(run: str, store: str | None, as_json: bool, plain: bool, config: bool) -> None:
    """Show RUN: regime and times by every rule, metrics, measures, probes, configuration."""
    from grokscope.cli.selection import select
    from grokscope.config.files import as_toml
    from grokscope.store.curves.reader import read_config
    from grokscope.store.location import find_store, open_store

    summary = select(open_store(find_store(store)), run)
    if config:
        click.echo(as_toml(read_config(summary.path)), nl=False)
        return
    held = _held(summary)
    if as_json:
        click.echo(json.dumps(_as_json(summary, held), indent=1))
        return
    click.echo(headline(summary) + annotation_lines(summary) + family_lines(summary, held.forks))
    click.echo(size_line(summary, held.use, held.thinned))
    blocks = [
        "\n".join(spoken.rule_lines(summary)) if plain else outcome_table(summary),
        "\n".join(spoken.metric_lines(summary)) if plain else metric_table(summary),
        _measure_lines(summary, held),
        probe_lines(held.probes),
        window_lines(held.windows),
        as_toml(read_config(summary.path)).rstrip(),
    ]
    for block in filter(None, blocks):
        click.echo(f"\n{block}")


@dataclass(frozen=True)
class _Held:
    """What a run's directory holds beside its summary."""

    use: Mapping[str, int]
    """Bytes by purpose."""
    measures: Mapping[str, str]
    """Titles by key."""
    thinned: "Thinned | None"
    probes: Mapping[str, Mapping[str, int]]
    """Lengths of the dimensions of each."""
    windows: Sequence[Mapping[str, Any]]
    """What the flight recorder kept, and around which events."""
    forks: "Sequence[RunSummary]"
    """Runs of the same store that began at one of its checkpoints."""


def _held(run: "RunSummary") -> _Held:
    from grokscope.store.checkpoints.thinning import read_thinned
    from grokscope.store.curves.reader import read_analyses
    from grokscope.store.curves.windows import read_windows
    from grokscope.store.files.disk import disk_use
    from grokscope.store.listing.catalogue import Catalogue
    from grokscope.store.listing.family import forks_of
    from grokscope.store.probes.reading import open_probes

    measures = {a.key: a.title for a in read_analyses(run.path, max_ndim=0).values()}
    thinned = _read(read_thinned, run.path)
    probes = {n: stored.sizes for n, stored in (_read(open_probes, run.path) or {}).items()}
    forks = forks_of(run.id, Catalogue(run.path.parent).refresh())
    windows = _read(read_windows, run.path) or ()
    return _Held(disk_use(run.path), measures, thinned, probes, windows, forks)


def _as_json(run: "RunSummary", held: _Held) -> dict[str, Any]:
    return run.as_json() | {
        "disk_bytes": sum(held.use.values()),
        "disk_use": held.use,
        "checkpoints": run.checkpoints,
        "thinned": held.thinned and held.thinned.policy,
        "outcomes": {rule: o.as_json() for rule, o in run.outcomes.items()},
        "measures": held.measures,
        "probes": held.probes,
        "flight": list(held.windows),
        "forks": [fork.id for fork in held.forks],
    }


def _read(read: Callable[[Path], T], run: Path) -> T | None:
    """Return what one of a run's files holds; None where it is damaged, which hides no other."""
    try:
        return read(run)
    except GrokscopeError as error:
        click.echo(f"grokscope: {error}; see: grokscope doctor {run.name}", err=True)
        return None


def headline(run: "RunSummary") -> str:
    """Return what a run is and where it stands, in two lines."""
    reason = f" ({run.reason})" if run.reason else ""
    where = reached(run) if run.time_unit == "step" else f"{reached(run)}, step {run.step}"
    return f"{run.id}  {run.title}\n{run.status}{reason}, {where}"


def size_line(run: "RunSummary", use: Mapping[str, int], thinned: "Thinned | None") -> str:
    """Return how many checkpoints there are and what takes up how much of the disk."""
    parts = ", ".join(f"{what} {human(size)}" for what, size in use.items() if size)
    left = f", thinned from {thinned.count} ({thinned.policy})" if thinned else ""
    return f"{run.checkpoints} checkpoints{left}; {human(sum(use.values()))} on disk: {parts}"


def _measure_lines(run: "RunSummary", held: _Held) -> str:
    """Return what was measured, one line each, or a command that measures what the run has."""
    from grokscope.store.curves.reader import read_attrs

    if held.measures:
        return "\n".join(f"{key}: {title}" for key, title in held.measures.items())
    # checkpoints of a loop of one's own have no experiment that forward passes could be made of
    own = read_attrs(run.path).get("source") == "recorder"
    offered = "weight_norm" if own else "fisher_speed"
    return f"no measures stored; compute one with: grokscope measure {run.id} {offered}"


def probe_lines(probes: Mapping[str, Mapping[str, int]]) -> str:
    """Return what was probed, one line each with the lengths of its dimensions."""
    shapes = {
        name: ", ".join(f"{d} {n}" for d, n in sizes.items()) for name, sizes in probes.items()
    }
    return "\n".join(f"probe/{name} ({shape})" for name, shape in shapes.items())


def window_lines(windows: Sequence[Mapping[str, Any]]) -> str:
    """Return what the flight recorder kept, one line for each event."""
    return "\n".join(
        f"{w['event']} at epoch {w['epoch']:g}: every epoch from {w['first_epoch']} to"
        f" {w['last_epoch']} is kept"
        for w in windows
    )


def annotation_lines(run: "RunSummary") -> str:
    """Return star, tags and note, each behind a line break; nothing of what there is none."""
    found = run.annotations
    lines = ["starred"] * found.starred
    lines += [f"tags: {' '.join(found.tags)}"] * bool(found.tags)
    # the lines of a note stand below each other
    lines += ["note: " + found.note.replace("\n", "\n      ")] * bool(found.note)
    return "".join(f"\n{line}" for line in lines)


def family_lines(run: "RunSummary", forks: "Sequence[RunSummary]") -> str:
    """Return where a fork began and what was forked from the run, each behind a line break."""
    from grokscope.store.listing.family import forked_from

    parent = forked_from(run.config)
    lines = [f"forked from {parent}"] if parent else []
    lines += [f"fork at step {fork.config.get('fork.step')}: {fork.id}" for fork in forks]
    return "".join(f"\n{line}" for line in lines)


def outcome_table(run: "RunSummary") -> str:
    """Return regime, event times, thresholds and maxima, one row per rule."""
    return table(
        [_outcome_row(o) for o in run.outcomes.values()],
        right=(
            "t_train",
            "t_test",
            "t_grok",
            "t_lost",
            "train >=",
            "test >=",
            "train max",
            "test max",
        ),
    )


def _outcome_row(outcome: "Outcome") -> dict[str, str]:
    times = ("t_train", "t_test", "t_grok", "t_lost")
    return {
        "rule": outcome.rule,
        "regime": outcome.regime or MISSING,
        # what was not reached stays a dash: the column `censored` tells of it
        **{name: event(outcome, name, live=True) for name in times[:2]},
        **{name: moment(getattr(outcome, name)) for name in times[2:]},
        "unit": outcome.time_unit,
        "train >=": accuracy(outcome.train_threshold),
        "test >=": accuracy(outcome.test_threshold),
        "train max": accuracy(outcome.train_maximum),
        "test max": accuracy(outcome.test_maximum),
        "censored": "yes" if outcome.censored else "no",
    }


def metric_table(run: "RunSummary") -> str:
    """Return last, lowest and highest value of every recorded metric."""
    rows = [
        {
            "metric": name,
            "last": number(m.last, 4),
            "min": number(m.min, 4),
            "max": number(m.max, 4),
        }
        for name, m in run.metrics.items()
    ]
    return table(rows, right=("last", "min", "max"))
