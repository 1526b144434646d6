"""Drawing a study's figures into a directory, told as it goes."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from grokscope.study import Evidence, Study


def make_ready(folder: Path) -> None:
    """Make a directory for figures, and see that they can be drawn.

    Raises
    ------
    MissingPackage
        If matplotlib is not installed.
    BadExport
        If there can be no such directory.
    """
    from grokscope.drawing import require
    from grokscope.errors import BadExport

    require()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadExport(f"no directory for figures {str(folder)!r}: {error.strerror}") from error


def draw_figures(
    study: "Study", evidence: "Evidence", folder: Path, formats: Sequence[str]
) -> None:
    """Draw what the runs allow, each picture beside its numbers, and say what is left out.

    Parameters
    ----------
    formats : sequence of str
        Such as "svg" and "png".

    Raises
    ------
    BadExport
        If a file cannot be written.
    """
    from grokscope.drawing import draw
    from grokscope.errors import BadExport, MissingData

    for number, figure in enumerate(study.figures.values(), 1):
        start = time.monotonic()
        name = f"{figure.name} ({figure.where})" if figure.where else figure.name
        line = f"grokscope: figure {number} of {len(study.figures)}, {name}"
        try:
            data = figure.data(evidence)
        except MissingData as error:
            click.echo(f"{line}: left out, {error}", err=True)
            continue
        data.attrs |= {"study": study.name, "source": study.source}
        paths = [folder / f"{figure.name}.{suffix}" for suffix in formats]
        try:
            data.to_netcdf(folder / f"{figure.name}.nc", engine="h5netcdf")
            for path in paths:
                draw(figure, data, path)
        except OSError as error:
            raise BadExport(f"figure {figure.name} cannot be written: {error}") from error
        told = ", ".join(map(str, paths))
        click.echo(f"{line}: {told} ({time.monotonic() - start:.0f} s)", err=True)
