"""`grokscope extend`: let runs go on past the end they had."""

import click

from grokscope.cli.options import RunName, device_option, jobs_option, json_option, store_option


@click.command()
@click.argument("runs", type=RunName(), nargs=-1, required=True, metavar="RUN...")
@click.option(
    "--epochs", type=click.IntRange(min=1), required=True, help="How many there are to be in all."
)
@store_option
@device_option
@jobs_option
@json_option
def command(
    runs: tuple[str, ...],
    epochs: int,
    store: str | None,
    device: str,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Go on with RUNS, finished or interrupted, to more epochs than they were to have.

    A run keeps its id and directory; its numbers are those of a run that was to go so far from
    the beginning. `grokscope run` finds it by its former configuration and by the longer one.
    """
    from grokscope.cli.selection import select_runs
    from grokscope.cli.training import Means, report
    from grokscope.store.location import find_store, open_store
    from grokscope.train.plan import plan_extension

    folder = open_store(find_store(store))
    plans = [plan_extension(summary, epochs) for summary in select_runs(folder, runs)]
    report(plans, Means(folder, device, jobs, as_json))
