"""`grokscope run`: train experiments into the store."""

import click

from grokscope.cli.options import (
    ExperimentName,
    device_option,
    jobs_option,
    json_option,
    set_option,
    store_option,
)


@click.command()
@click.argument("experiments", type=ExperimentName(), nargs=-1, required=True)
@set_option
@store_option
@device_option
@jobs_option
@click.option("--again", is_flag=True, help="Train anew even where the run exists.")
@json_option
def command(
    experiments: tuple[str, ...],
    assignments: tuple[str, ...],
    store: str | None,
    device: str,
    jobs: int | None,
    again: bool,
    as_json: bool,
) -> None:
    """Train EXPERIMENTS: presets by name, or TOML files.

    A finished run of the same configuration is reused, an interrupted one resumed. Ctrl-C
    checkpoints and stops; a second Ctrl-C aborts.
    """
    from grokscope.cli.training import train_and_report
    from grokscope.config import load, override
    from grokscope.store.location import create_store, find_store

    wanted = [override(load(name), assignments) for name in experiments]
    folder = create_store(find_store(store))
    train_and_report(wanted, folder, device=device, jobs=jobs, again=again, as_json=as_json)
