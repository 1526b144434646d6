"""`grokscope resume`: go on with interrupted runs."""

import click

from grokscope.cli.options import RunName, device_option, jobs_option, json_option, store_option


@click.command()
@click.argument("runs", type=RunName(), nargs=-1, required=True)
@store_option
@device_option
@jobs_option
@click.option("--force", is_flag=True, help="Take over a run whose process is known to be gone.")
@json_option
def command(
    runs: tuple[str, ...],
    store: str | None,
    device: str,
    jobs: int | None,
    force: bool,
    as_json: bool,
) -> None:
    """Go on with RUNS that were interrupted or died, exactly where they stood.

    Each names a run, or is a query such as status:interrupted that means all runs it fits.
    """
    from grokscope.cli.selection import select_runs
    from grokscope.cli.training import Means, report
    from grokscope.store.location import find_store, open_store
    from grokscope.train.plan import plan_resume

    folder = open_store(find_store(store))
    plans = [plan_resume(summary, force) for summary in select_runs(folder, runs)]
    report(plans, Means(folder, device, jobs, as_json))
