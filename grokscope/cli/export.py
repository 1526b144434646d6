"""`grokscope export`: runs in one file to take away."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from grokscope.cli.options import RunName, store_option
from grokscope.store.listing.room import human

if TYPE_CHECKING:
    from grokscope.store.export.table import Table
    from grokscope.store.listing.summary import RunSummary

NETCDF = (".h5", ".hdf5", ".nc", ".nc4")
ACCEPTED = "FILE.h5, FILE.nc, FILE.csv, '-' (CSV) or a directory"


@click.command()
@click.argument("runs", type=RunName(), nargs=-1, required=True, metavar="RUN...")
@click.option(
    "--to",
    "target",
    required=True,
    metavar="TARGET",
    help=f"{ACCEPTED}, which gets one file for each run.",
)
@click.option(
    "--checkpoints",
    default="all",
    show_default=True,
    metavar="WHICH",
    help="all, none, last, or what `thin --keep` takes, such as every:10 or log:20+events.",
)
@click.option("--no-trajectory", is_flag=True, help="The same as --checkpoints none.")
@click.option(
    "--table",
    type=click.Choice(["metrics", "runs"]),
    help="Of a CSV: one row for each evaluation, or one for each run.  [default: metrics]",
)
@click.option("--force", is_flag=True, help="Write the file anew where it is there already.")
@store_option
def command(
    runs: tuple[str, ...],
    target: str,
    checkpoints: str,
    no_trajectory: bool,
    table: str | None,
    force: bool,
    store: str | None,
) -> None:
    """Write RUNs whole into one file that opens without grokscope, or their curves into a table.

    FILE.h5 and FILE.nc are netCDF-4, which is HDF5: /metrics, /events, /analysis, /trajectory,
    /probe; several runs lie in groups named by their ids. A live run is written as it stands.
    """
    from grokscope.cli.selection import select_runs
    from grokscope.errors import BadExport
    from grokscope.store.location import find_store, open_store

    found = select_runs(open_store(find_store(store)), runs)
    which = "none" if no_trajectory else checkpoints
    path = Path(target)
    text = target == "-" or path.suffix.lower() == ".csv"
    if table and not text:
        raise click.UsageError("--table is for CSV; --to FILE.csv or --to -")
    if text and which not in ("all", "none"):
        raise click.UsageError("--checkpoints is for netCDF; a CSV holds none")
    if text:
        _to_table(found, target, cast("Table", table or "metrics"), force)
    elif path.is_dir() or target.endswith("/"):
        _to_directory(found, path, which, force)
    elif path.suffix.lower() in NETCDF:
        _to_netcdf(found, path, which, force)
    else:
        raise BadExport(f"{target!r} tells no format; one of {ACCEPTED} can be written")


def _to_netcdf(runs: Sequence["RunSummary"], target: Path, which: str, force: bool) -> None:
    from grokscope.cli.progress import working
    from grokscope.store.export.netcdf import export_netcdf

    with working(target.name) as progress:
        paths = [run.path for run in runs]
        export_netcdf(paths, target, checkpoints=which, force=force, progress=progress)
    _say(target, len(runs))


def _to_directory(runs: Sequence["RunSummary"], folder: Path, which: str, force: bool) -> None:
    from grokscope.cli.several import each
    from grokscope.store.export.target import check_folder
    from grokscope.store.files.patience import told

    check_folder(folder, [run.path for run in runs])
    with told(f"{str(folder)!r} cannot be made"):
        folder.mkdir(exist_ok=True)

    def write(run: "RunSummary") -> None:
        _to_netcdf([run], folder / f"{run.id}.h5", which, force)

    each(runs, write)


def _to_table(runs: Sequence["RunSummary"], target: str, table: "Table", force: bool) -> None:
    from grokscope.cli.progress import working
    from grokscope.store.export.table import export_table, write_table

    if target == "-":
        write_table(runs, sys.stdout, table)
        return
    with working(Path(target).name, in_bytes=False) as progress:
        export_table(runs, Path(target), table, force=force, progress=progress)
    _say(Path(target), len(runs))


def _say(target: Path, count: int) -> None:
    size = target.stat().st_size
    runs = "1 run" if count == 1 else f"{count} runs"
    click.echo(f"{target}: {runs}, {human(size)}")
