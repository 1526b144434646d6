"""Writing: a view as a file, in the format that the file's suffix tells."""

import csv
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.segment import Segment, Segments

from grokscope.errors import BadExport, MissingPackage
from grokscope.store.export.target import check_target
from grokscope.store.files.patience import told
from grokscope.store.listing.room import human
from grokscope.tui.away.pinning import pinned

if TYPE_CHECKING:
    from grokscope.tui.curves.scene import Scene

FORMATS = {
    ".txt": "what the screen shows, in characters",
    ".svg": "a picture of the screen",
    ".png": "the curves, drawn by matplotlib",
    ".pdf": "the curves, drawn by matplotlib",
    ".csv": "the data behind it, one row a value",
    ".nc": "the runs' curves and measures as netCDF, for xarray",
    ".py": "the Python that redraws it in a notebook",
}
"""What is written, by suffix."""
PLOTTING = "pip install 'grokscope[plot]'"
DPI = 200
SHOW = "plt.show()"
"""The program's last line, in whose place it saves its figure."""
Row = Sequence[object]


@dataclass(frozen=True)
class Taken:
    """A view, as far as it can be written."""

    name: str
    """Of the file, without a suffix."""
    lines: Sequence[Sequence[Segment]]
    """What is seen."""
    code: str = ""
    """The Python that redraws it; empty where there is none."""
    rows: Callable[[], Iterable[Row]] | None = None
    """Gives the data behind it, a header first."""
    runs: Sequence[Path] = ()
    """Directories of the runs that it shows."""

    @property
    def text(self) -> str:
        """What is seen, in characters."""
        lines = ("".join(part.text for part in line).rstrip() for line in self.lines)
        return "\n".join(lines).rstrip() + "\n"


def write(taken: Taken, target: Path, force: bool = False) -> str:
    """Write a view into a file, and return what was written in one line.

    Parameters
    ----------
    force : bool
        Write the file anew where it is there already.

    Raises
    ------
    BadExport
        If the suffix tells no format, the view has no such data, or the file must not be written.
    MissingPackage
        If it takes a package that is not installed.
    StoreFailed
        If the disk takes no more.
    """
    writer = WRITERS.get(target.suffix.lower())
    if writer is None:
        known = ", ".join(FORMATS)
        raise BadExport(f"{target.name!r} tells no format; its suffix may be one of {known}")
    check_target(target, list(taken.runs), force)
    with told(f"{str(target)!r} cannot be written"):
        writer(taken, target)
    return f"{target}: {human(target.stat().st_size)}"


def curve_rows(scene: "Scene") -> Iterator[Row]:
    """Yield the points of all curves of a scene under their header, as they were recorded."""
    yield "run", "quantity", "curve", "step", "epoch", "value"
    runs = {member.run.id: member for shown in scene.shown for member in shown.members}
    for one in runs.values():
        for key in dict.fromkeys(key for keys in scene.keys for key in keys):
            quantity = one.book.quantities.get(key) if one.book is not None else None
            for trace in quantity.traces if quantity is not None else ():
                columns = (trace.step.tolist(), trace.epoch.tolist(), trace.values.tolist())
                for step, epoch, value in zip(*columns, strict=True):
                    yield one.run.id, key, trace.label, step, epoch, value


def picture(lines: Sequence[Sequence[Segment]], title: str) -> str:
    """Return lines of a screen as SVG, every character in its place whatever font shows it."""
    width = max((sum(part.cell_length for part in line) for line in lines), default=1)
    console = Console(
        width=max(width, 1),
        file=io.StringIO(),
        record=True,
        force_terminal=True,
        color_system="truecolor",
        legacy_windows=False,
    )
    console.print(Segments([part for line in lines for part in (*line, Segment.line())]))
    return pinned(console.export_svg(title=title))


def _write_text(taken: Taken, target: Path) -> None:
    target.write_text(taken.text, encoding="utf-8")


def _write_svg(taken: Taken, target: Path) -> None:
    target.write_text(picture(taken.lines, taken.name), encoding="utf-8")


def _write_code(taken: Taken, target: Path) -> None:
    if not taken.code:
        raise BadExport("no Python redraws this page; .txt and .svg take it as it is seen")
    target.write_text(taken.code, encoding="utf-8", errors="surrogateescape")


def _write_rows(taken: Taken, target: Path) -> None:
    if taken.rows is None:
        raise BadExport("no table stands behind this page; .txt and .svg take it as it is seen")
    with target.open("w", encoding="utf-8", newline="", errors="surrogateescape") as file:
        csv.writer(file).writerows(taken.rows())


def _write_netcdf(taken: Taken, target: Path) -> None:
    from grokscope.store.export.netcdf import export_netcdf

    if not taken.runs:
        raise BadExport("no run stands behind this page; .txt and .svg take it as it is seen")
    export_netcdf(list(taken.runs), target, checkpoints="none", force=True)


def _write_painted(taken: Taken, target: Path) -> None:
    if taken.code and find_spec("matplotlib") is not None:
        _run(taken.code.replace(SHOW, f"fig.savefig({str(target)!r}, dpi={DPI})"))
        if not target.exists():
            raise BadExport("no curves stand behind this page; .svg takes it as it is seen")
    elif target.suffix.lower() == ".png" and find_spec("cairosvg") is not None:
        from importlib import import_module

        svg = picture(taken.lines, taken.name)
        import_module("cairosvg").svg2png(bytestring=svg.encode(), write_to=str(target))
    elif taken.code:
        raise MissingPackage(f"{target.suffix} is drawn by matplotlib: {PLOTTING}; .svg needs none")
    else:
        raise MissingPackage("a page of text becomes .png by cairosvg: pip install cairosvg")


def _run(code: str) -> None:
    """Run a program in a process of its own: the plotting library is none of the explorer's."""
    done = subprocess.run(
        [sys.executable, "-"],
        input=code.encode("utf-8", "surrogateescape"),
        capture_output=True,
        env={**os.environ, "MPLBACKEND": "Agg"},
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise BadExport(f"the figure was not drawn: {said[-1] if said else 'no reason was given'}")


WRITERS: dict[str, Callable[[Taken, Path], None]] = {
    ".txt": _write_text,
    ".svg": _write_svg,
    ".png": _write_painted,
    ".pdf": _write_painted,
    ".csv": _write_rows,
    ".nc": _write_netcdf,
    ".h5": _write_netcdf,
    ".py": _write_code,
}
