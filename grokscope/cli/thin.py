"""`grokscope thin`: fewer checkpoints of runs that ended."""

import json
import re
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from grokscope.cli.options import RunName, json_option, store_option
from grokscope.cli.terminal import room, table
from grokscope.store.listing.room import human

if TYPE_CHECKING:
    from grokscope.store.checkpoints.thinning import Plan

SECONDS = {"h": 3600, "d": 86_400, "w": 7 * 86_400}
"""Of what an age may be told in."""


class Age(click.ParamType):
    """A time span such as 30d, 12h or 2w."""

    name = "age"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return it in seconds."""
        if isinstance(value, float):
            return value
        found = re.fullmatch(r"([0-9]{1,6})([hdw])", str(value))
        if found is None:
            self.fail(f"{value!r} is no time span; 12h, 30d and 2w are", param, ctx)
        return float(found[1]) * SECONDS[found[2]]


@click.command()
@click.argument("runs", type=RunName(), nargs=-1, required=True, metavar="RUN...")
@click.option(
    "--keep",
    required=True,
    metavar="POLICY",
    help="every:10 (one of ten), log:20 (20 per decade of epochs), events (around t_train, t_test "
    "and extrema of speed), first, last; several joined by +.",
)
@click.option(
    "--neighbours",
    type=click.IntRange(0, 1000),
    default=2,
    show_default=True,
    help="Checkpoints kept after each chosen one; speeds need 1, cosines 2.",
)
@click.option("--older", type=Age(), help="Only runs that ended so long ago, such as 30d.")
@click.option("--dry-run", is_flag=True, help="Only say what would come free.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@store_option
@json_option
def command(
    runs: tuple[str, ...],
    keep: str,
    neighbours: int,
    older: float | None,
    dry_run: bool,
    yes: bool,
    store: str | None,
    as_json: bool,
) -> None:
    """Keep only some checkpoints of RUNs, for good.

    Curves, stored measures and the point to resume from stay. First and last checkpoint are kept
    by every policy. A run that is being written is refused.
    """
    from grokscope.cli.selection import select_runs
    from grokscope.cli.several import attempt, leave
    from grokscope.store.checkpoints.policies import parse_policy
    from grokscope.store.checkpoints.thinning import plan, thin_by
    from grokscope.store.location import find_store, open_store

    policy = parse_policy(keep, neighbours)
    chosen = select_runs(open_store(find_store(store)), runs)
    if older is not None:
        chosen = [run for run in chosen if time.time() - run.heartbeat >= older]
    plans, failed = attempt(chosen, lambda run: plan(run, policy))
    worth = [one for one in plans if one.kept < one.count]
    _print(plans, as_json, len(chosen))
    if worth and not dry_run:
        _ask(worth, yes)
        done, refused = attempt(worth, lambda one: thin_by(one.run.path, policy))
        failed += refused
        if done and not as_json:
            click.echo(f"{human(sum(done))} came free")
    leave(failed, len(chosen))


def _print(plans: Sequence["Plan"], as_json: bool, chosen: int) -> None:
    if as_json:
        click.echo(json.dumps([_as_json(one) for one in plans], indent=1))
        return
    rows = [
        {
            "id": one.run.id,
            "checkpoints": one.count,
            "kept": one.kept,
            "size": human(one.size),
            "comes free": human(one.freed),
        }
        for one in plans
    ]
    if rows:
        click.echo(table(rows, ("checkpoints", "kept", "size", "comes free"), room()))
    if not chosen:
        click.echo("no run is that old")
    elif plans and not any(one.kept < one.count for one in plans):
        click.echo("nothing to thin: the policy keeps every checkpoint")
    elif len(plans) > 1:
        click.echo(f"{human(sum(one.freed for one in plans))} of {len(plans)} runs")


def _as_json(one: "Plan") -> dict[str, Any]:
    return {
        "id": one.run.id,
        "checkpoints": one.count,
        "kept": one.kept,
        "bytes": one.size,
        "freed": one.freed,
    }


def _ask(worth: Sequence["Plan"], yes: bool) -> None:
    """Make sure that checkpoints are to go for good.

    Raises
    ------
    Unconfirmed
        Where nobody can be asked.
    """
    from grokscope.errors import Unconfirmed

    if yes:
        return
    gone = sum(one.count - one.kept for one in worth)
    what = f"{len(worth)} runs" if len(worth) > 1 else worth[0].run.id
    question = f"drop {gone} checkpoints of {what} for good?"
    if not sys.stdin.isatty():
        raise Unconfirmed(f"{question} nobody can be asked here; --yes says so")
    if not click.confirm(question, err=True):
        click.echo("nothing dropped", err=True)
        sys.exit(1)
