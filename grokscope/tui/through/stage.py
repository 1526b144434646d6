"""A stage: runs at one checkpoint, which panels there is room for, and what they need read."""

import json
import shlex
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from grokscope import wording
from grokscope.tui.plot.frame import Frame
from grokscope.tui.plot.heat import Picture
from grokscope.tui.plot.raster import Raster
from grokscope.tui.plot.shades import Shading
from grokscope.tui.plot.tiling import Tile, grid, rows_of
from grokscope.tui.through import shots
from grokscope.tui.through.film import Timeline
from grokscope.tui.through.sheets import Sheet, Sheets
from grokscope.tui.through.shots import Film, Shot
from grokscope.tui.through.stills import Still, draw_still

if TYPE_CHECKING:
    from grokscope.tui.curves.shown import Shown

LEAST = (38, 9)
"""Smallest panel worth drawing beside another, in cells."""
MOST = (6, 4, 2, 1)
"""Most panels side by side and below each other, by how often they were made larger."""
NOTHING = (
    "no measure along checkpoints is stored for this run",
    "`grokscope measures` lists what can be computed",
)
BARE = "not stored for this run,", "which kept no checkpoints", "to compute it from"
Places = set[tuple[str, int]]
"""Sheets and checkpoints of one run."""


@dataclass(frozen=True)
class Panel:
    """A place on the screen, and what is shown there."""

    tile: Tile
    shot: Shot | None
    """None where there is nothing that could be shown."""
    run: int
    """Place of the run among those shown."""


@dataclass(frozen=True)
class Stage:
    """Runs at one time."""

    shown: "tuple[Shown, ...]"
    sheets: tuple[Sheets, ...]
    """Of each run."""
    film: Film
    time: float | None
    """In the runs' unit; None for the last there is."""
    raster: Raster = field(default_factory=Raster)
    shading: Shading = field(default_factory=Shading)

    @cached_property
    def timeline(self) -> Timeline | None:
        """All checkpoints of all sheets; None where there is none."""
        times = [
            sheet.times(shown.run.time_unit)
            for shown, sheets in zip(self.shown, self.sheets, strict=True)
            for sheet in sheets.known.values()
        ]
        return Timeline(np.unique(np.concatenate(times))) if times else None

    @cached_property
    def index(self) -> int:
        """The stop that is looked at."""
        return self.timeline.at(self.time) if self.timeline is not None else 0

    @cached_property
    def every(self) -> list[Shot]:
        """What can be shown, the most important first."""
        offers = dict.fromkeys(o for one in self.shown for o in shots.offered(one.run.config))
        return shots.order([one.known for one in self.sheets], list(offers))

    @cached_property
    def shots(self) -> list[Shot]:
        """What is shown as far as there is room, what is shown first in front."""
        return shots.picked(self.every, self.film)

    def rows(self, keys: Sequence[str]) -> Iterator[tuple[object, ...]]:
        """Yield the values that are looked at of some sheets, one a row under their header."""
        yield "run", "measure", "step", "epoch", "place", "value"
        for run, (shown, sheets) in enumerate(zip(self.shown, self.sheets, strict=True)):
            for key in (key for key in keys if key in sheets.known):
                sheet = sheets.known[key]
                slab = sheets.get(key, self._checkpoint(sheet, run, self.index))
                if slab is None or slab.index < 0:
                    continue
                when = int(sheet.step[slab.index]), float(sheet.epoch[slab.index])
                for place, value in np.ndenumerate(slab.values):
                    yield shown.run.id, key, *when, sheet.place_name(place), value.item()

    def title(self, shot: Shot, width: int) -> str:
        """Return the name of what can be shown."""
        sheet = next((one.known[shot.key] for one in self.sheets if shot.key in one.known), None)
        if sheet is None:
            return shots.KNOWN.get(shot.measure, shot.measure.replace("_", " ").capitalize())
        pair = f", {2 * shot.page + 1} and {2 * shot.page + 2}" if shot.page else ""
        return shots.headline(sheet, width - len(pair)) + pair

    def note(self, shot: Shot) -> str:
        """Return which runs lack what can be shown, empty where none does."""
        held = sum(shot.key in one.known for one in self.sheets)
        if held == len(self.sheets):
            return ""
        return f"{held} of {len(self.sheets)} runs hold it" if held else "not stored yet"

    def panels(self, width: int, height: int) -> list[Panel]:
        """Return what is shown where: runs side by side, or one run's measures in a grid."""
        most, count = MOST[min(self.film.zoom, len(MOST) - 1)], len(self.shown)
        chosen: list[Shot | None] = [*self.shots[:most]] or [None]
        if count == 1:
            tiles = grid(width, height, len(chosen), LEAST)
            return [Panel(tile, shot, 0) for tile, shot in zip(tiles, chosen, strict=False)]
        chosen = chosen[: max(min(height // LEAST[1], most), 1)]
        tiles = rows_of(width, height, [count] * len(chosen))
        return [Panel(tile, chosen[n // count], n % count) for n, tile in enumerate(tiles)]

    def missing(self, panels: Sequence[Panel]) -> list[Places]:
        """Return for each run what must be read to draw panels now: the stop, and the scales."""
        return self._unread(panels, [self.index], scales=True)

    def ahead(self, panels: Sequence[Panel], count: int) -> list[Places]:
        """Return for each run what must be read to draw panels at the next stops."""
        last = self.timeline.stops.size if self.timeline is not None else 0
        return self._unread(panels, range(self.index + 1, min(self.index + 1 + count, last)))

    def _unread(
        self, panels: Sequence[Panel], stops: Sequence[int], scales: bool = False
    ) -> list[Places]:
        found: list[Places] = [set() for _ in self.shown]
        for panel in panels:
            sheet, sheets = self._sheet(panel), self.sheets[panel.run]
            if sheet is None or sheets.problem:
                continue
            wanted = [self._checkpoint(sheet, panel.run, stop) for stop in stops]
            wanted += sheet.probes if scales else []
            found[panel.run] |= {
                (sheet.key, at) for at in wanted if at >= 0 and sheets.get(sheet.key, at) is None
            }
        return found

    def draw(self, panel: Panel) -> Frame:
        """Return the picture of a panel."""
        sheet, tile = self._sheet(panel), panel.tile
        if sheet is None or panel.shot is None:
            return self._absent(panel)
        at = self._checkpoint(sheet, panel.run, self.index)
        probes = [self.sheets[panel.run].get(sheet.key, n) for n in reversed(sheet.probes)]
        slab = self.sheets[panel.run].get(sheet.key, at) if at >= 0 else None
        if slab is None:
            return self._absent(panel, "reading …" if at >= 0 else "begins later")
        others = [
            other.get(sheet.key, n)
            for run, other in enumerate(self.sheets)
            if run != panel.run
            and sheet.key in other.known
            and other.known[sheet.key].shape == sheet.shape
            for n in other.known[sheet.key].probes
        ]
        shown = self.shown[panel.run]
        still = Still(
            panel.shot,
            sheet,
            slab,
            [one.values for one in (*probes, *others) if one is not None],
            shown.hue,
            self._note(sheet, slab.index, shown.run.time_unit),
            self.raster,
            self.shading,
        )
        return draw_still(still, tile.width, tile.height)

    def lacking(self, panels: Sequence[Panel]) -> tuple[int, list[str]] | None:
        """Return a run, and the command that computes the first measure that it lacks, if any."""
        for panel in self._absentees(panels):
            if panel.shot is not None and self._kept(panel):
                return panel.run, self._command(panel, panel.shot)
        return None

    def bare(self, panels: Sequence[Panel]) -> bool:
        """Return whether a run lacks a measure that cannot be computed."""
        return any(not self._kept(panel) for panel in self._absentees(panels))

    def _absentees(self, panels: Sequence[Panel]) -> list[Panel]:
        return [panel for panel in panels if panel.shot is not None and self._sheet(panel) is None]

    def _kept(self, panel: Panel) -> bool:
        """Return whether a run has checkpoints, or may yet have."""
        run = self.shown[panel.run].run
        return run.live or run.checkpoints > 0

    def _command(self, panel: Panel, shot: Shot) -> list[str]:
        """Return what follows `grokscope` to compute a measure, as another run holds it."""
        words = ["measure", self.shown[panel.run].run.id, shot.measure]
        known = next((s.known[shot.key] for s in self.sheets if shot.key in s.known), None)
        chosen: Mapping[str, Any] = dict([shots.CHOSEN.get(shot.measure, ("", ""))])
        for name, value in (chosen if known is None else parameters(known.attrs)).items():
            words += ["--set", f"{name}={value}"] if name else []
        return words

    def _sheet(self, panel: Panel) -> Sheet | None:
        key = panel.shot.key if panel.shot is not None else ""
        return self.sheets[panel.run].known.get(key)

    def _checkpoint(self, sheet: Sheet, run: int, index: int) -> int:
        if self.timeline is None:
            return -1
        return sheet.index(float(self.timeline.stops[index]), self.shown[run].run.time_unit)

    def _note(self, sheet: Sheet, checkpoint: int, unit: str) -> str:
        """Return the time that values are of, where it is another than the one looked at."""
        if checkpoint < 0 or self.timeline is None:
            return ""
        of = float(sheet.times(unit)[checkpoint])
        return "" if of == self.timeline.stops[self.index] else f"{unit} {wording.moment(of)}"

    def _absent(self, panel: Panel, why: str = "") -> Picture:
        """Return a picture that says why there is none, and what fills it."""
        tile, shot = panel.tile, panel.shot
        picture = Picture.blank(tile.width, tile.height)
        problem = self.sheets[panel.run].problem
        lines: Sequence[str] = (problem or why,)
        if shot is None:
            lines = (problem,) if problem else NOTHING
        else:
            picture.head(self.title(shot, tile.width - 3))
            if not (problem or why):
                command = shlex.join(("grokscope", *self._command(panel, shot)))
                how = ("not stored for this run;", "A computes it:", command)
                lines = how if self._kept(panel) else BARE
        width = max(tile.width - 4, 8)
        picture.explain([part for line in lines for part in textwrap.wrap(line, width)])
        return picture


def parameters(attrs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that a stored measure was computed with; none where it tells none."""
    with suppress(KeyError, TypeError, ValueError, AttributeError):
        told = json.loads(attrs["parameters"])
        return {name: value for name, value in told.items() if isinstance(value, str | int | float)}
    return {}
