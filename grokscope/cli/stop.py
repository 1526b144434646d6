"""`grokscope stop`: ask live runs to end, so that they can be resumed."""

import click

from grokscope.cli.options import RunName, store_option


@click.command()
@click.argument("runs", type=RunName(), nargs=-1, required=True, metavar="RUN...")
@store_option
def command(runs: tuple[str, ...], store: str | None) -> None:
    """Ask whoever trains RUNS to checkpoint and leave them; runs beside them go on.

    Each names a run, or is a query such as status:running that means all runs it fits. The runs
    end within a second or an epoch, as interrupted, and `grokscope resume` goes on with them. A
    loop of one's own that is recorded ends where it looks at the recorder's `stop_requested`.
    """
    from grokscope.cli.selection import select_runs
    from grokscope.cli.several import each
    from grokscope.store.keeping.control import ask_to_stop
    from grokscope.store.location import find_store, open_store

    folder = open_store(find_store(store))
    each(
        select_runs(folder, runs),
        lambda run: click.echo(f"asked {ask_to_stop(run.path)} to stop {run.id}"),
    )
