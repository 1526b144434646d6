"""Through training time: a scrubber over checkpoints, and what measures found at each."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.events import Click
from textual.message import Message

from grokscope.tui import actions, headings
from grokscope.tui.pages.plotpage import Wanted
from grokscope.tui.pages.scrubbing import Scrubbing
from grokscope.tui.session import Session, version
from grokscope.tui.widgets.bars import KeyBar, Lines
from grokscope.tui.widgets.heat import Pictures

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary
    from grokscope.tui.away.writing import Taken
    from grokscope.tui.plot.frame import Frame
    from grokscope.tui.plot.tiling import Tile
    from grokscope.tui.through.sheets import Sheets
    from grokscope.tui.through.shots import Shot
    from grokscope.tui.through.stage import Panel, Places, Stage

AHEAD = 12
"""Checkpoints that are read before they are shown."""
BARE = "nothing is left to compute: there are no checkpoints to compute it from"
LARGEST = 3
"""How often panels can be made larger."""


class ThroughScreen(Scrubbing):
    """The selected run, or A and B, at one checkpoint after the other."""

    kind = actions.THROUGH
    BINDINGS = actions.bindings(actions.THROUGH)

    class Arrived(Message):
        """Values were read; `done` where nothing more is."""

        def __init__(self, done: bool) -> None:
            super().__init__()
            self.done = done

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._sheets: dict[str, Sheets] = {}
        self._busy = False
        self._whole = False
        """Whether all that is shown was read."""

    def compose(self) -> ComposeResult:
        """Lay out heading, scrubber, pictures and footer."""
        yield Lines(self.session.depth, id="heading")
        yield Lines(self.session.depth, id="scrubber")
        yield Pictures(self.session.depth)
        yield KeyBar(self.kind)

    def on_resize(self) -> None:
        """Draw the scrubber as wide as there is room."""
        self.redraw()

    def runs(self) -> "list[RunSummary]":
        """Return the runs on the screen; none where one of two is gone."""
        session = self.session
        pair, marks = session.film.pair, session.marks
        ids = [marks[letter] for letter in session.pairing] if pair else [session.selected]
        found = [run for run in map(session.run, ids) if run is not None]
        return found if len(found) == 1 + pair else []

    def redraw(self) -> None:
        """Draw the runs as they stand, and read what is new."""
        session, runs = self.session, self.runs()
        if not runs:
            gone = headings.of_half if session.film.pair else headings.of_gone
            lines = gone(session)
        elif session.film.pair:
            lines = headings.of_pair(session, runs[0], runs[1], self.size.width)[:1]
        else:
            lines = headings.of_run(session, runs[0], self.size.width)[:1]
        self.query_one("#heading", Lines).show(*lines)
        for run in runs:
            book = session.books.get(run.id)
            if book is None or book.version != version(run):
                self.post_message(Wanted(run))
        self._paint()
        self._fetch()

    def taken(self) -> "Taken":
        """Return the pictures with the measures that they show."""
        from grokscope.tui.pages.taking import of_stage

        plain, stage = super().taken(), self.stage()
        return plain if stage is None else of_stage(plain, stage, self._panels(stage))

    def moved(self) -> None:
        """Draw what the cursor stands on now, and read what that needs."""
        stage = self.stage()
        soon = stage.ahead(self._panels(stage), AHEAD // 2) if stage and self.playing else []
        if not self._paint() or any(soon):
            self._fetch()

    def stage(self) -> "Stage | None":
        """Return the runs at the cursor; None before anything was read of them."""
        runs, session = self.runs(), self.session
        if not runs or not all(run.id in self._sheets for run in runs):
            return None
        from grokscope.tui.curves.shown import Shown
        from grokscope.tui.plot.raster import Raster
        from grokscope.tui.plot.shades import Shading
        from grokscope.tui.through.stage import Stage

        shown = [
            Shown(run, session.books.get(run.id), session.hue(run.id), session.letter(run.id))
            for run in runs
        ]
        return Stage(
            tuple(shown),
            tuple(self._sheets[run.id] for run in runs),
            session.film,
            session.view.cursor,
            Raster(session.ascii),
            Shading(session.depth, session.ascii or self.app.no_color, self.light),
        )

    def seen(self) -> "list[Shot]":
        """Return what the panels show, in their order."""
        stage = self.stage()
        panels = self._panels(stage) if stage is not None else []
        return list(dict.fromkeys(panel.shot for panel in panels if panel.shot is not None))

    def _panels(self, stage: "Stage") -> "list[Panel]":
        size = self.query_one(Pictures).size
        return stage.panels(size.width, size.height) if size.area else []

    @property
    def settled(self) -> bool:
        """Whether all that is shown was read and drawn."""
        return self._whole and not self._busy

    def _paint(self) -> bool:
        """Draw the stage; return whether there was all that it needs."""
        stage, pictures = self.stage(), self.query_one(Pictures)
        self._scrub(stage)
        self._whole = stage is not None and not any(stage.missing(self._panels(stage)))
        # what is about to be read comes in milliseconds: until then pictures stay as they are
        if self._whole or stage is None or not pictures.drawn:
            pictures.show(self._arrange)
        return self._whole or not self.runs()

    def _scrub(self, stage: "Stage | None") -> None:
        from grokscope.tui.through.film import scrubber

        lines: list[headings.Line] = []
        if stage is not None and stage.timeline is not None:
            width = self.size.width
            lines = scrubber(stage.timeline, stage.index, stage.shown, self.playing, width)
        self.query_one("#scrubber", Lines).show(*lines)

    def _arrange(self, width: int, height: int) -> "Sequence[tuple[Tile, Frame]]":
        stage = self.stage()
        if stage is None:
            return []
        return [(panel.tile, stage.draw(panel)) for panel in stage.panels(width, height)]

    def _fetch(self) -> None:
        """Look for new sheets and read what is missing, unless that goes on already."""
        runs, stage = self.runs(), self.stage()
        if self._busy or not runs:
            return
        self._busy = True
        nothing: list[Places] = [set() for _ in runs]
        panels = self._panels(stage) if stage is not None else []
        now = stage.missing(panels) if stage is not None else nothing
        soon = stage.ahead(panels, AHEAD) if stage is not None and self.playing else nothing
        self._read(runs, now, soon)

    @work(thread=True, group="sheets", exit_on_error=False)
    def _read(self, runs: "list[RunSummary]", now: "list[Places]", soon: "list[Places]") -> None:
        from grokscope.tui.through.sheets import Sheets

        for wanted, done in ((now, False), (soon, True)):
            for run, places in zip(runs, wanted, strict=True):
                sheets = self._sheets.get(run.id) or Sheets(run.path)
                sheets.update(sorted(places))
                self._sheets[run.id] = sheets
            self.post_message(self.Arrived(done))

    @on(Arrived)
    def _on_arrived(self, message: Arrived) -> None:
        if message.done:
            self._busy = False
        if not self._whole and not self._paint() and message.done:
            self._fetch()

    @on(Pictures.TitleClicked)
    def action_measure(self) -> None:
        """Show the next measure first."""
        stage = self.stage()
        if stage is None or len(stage.shots) < 2:
            chosen = self.session.film.chosen
            self.say(f"no other measure is {'chosen; M chooses' if chosen else 'stored'}")
            return
        self.session.film.first = stage.shots[1]
        self.redraw()

    def action_measures(self) -> None:
        """Choose which measures are shown."""
        if self.stage() is None:
            self.say("no run to choose measures of")
        else:
            self.visit("shots")

    def action_zoom(self, by: int) -> None:
        """Show fewer and larger panels, or more and smaller ones."""
        film, stage = self.session.film, self.stage()
        before = film.zoom, len(self._panels(stage)) if stage is not None else 0
        # where fewer panels fit than are meant to be shown, some sizes are alike
        for film.zoom in range(before[0] + by, LARGEST + 1 if by > 0 else -1, by):
            if stage is not None and len(self._panels(stage)) != before[1]:
                self.redraw()
                return
        film.zoom = before[0]
        self.say("the panels are as large as they get" if by > 0 else "no more panels fit")

    def action_move(self, by: int) -> None:
        """Show the run after or before in the list."""
        if self.session.film.pair:
            self.say("A and B are shown; from the list, t shows the run under the cursor")
        elif self.session.move(by):
            self.redraw()
        else:
            self.say("no run further on" if by > 0 else "no run before")

    def action_swap(self) -> None:
        """Swap A and B."""
        if not self.session.film.pair or len(self.runs()) < 2:
            self.say("one run is shown; there is nothing to swap")
            return
        marks, (a, b) = self.session.marks, self.session.pairing
        marks[a], marks[b] = marks[b], marks[a]
        self.redraw()

    def action_analyse(self) -> None:
        """Compute the first of the shown measures that is missing."""
        stage = self.stage()
        lacking = stage.lacking(self._panels(stage)) if stage is not None else None
        if lacking is None:
            bare = stage is not None and stage.bare(self._panels(stage))
            self.say(BARE if bare else "all that is shown is stored; m goes on to other measures")
            return
        label = self.session.labels[self.runs()[lacking[0]].id]
        self.begin(lacking[1], f"computing {lacking[1][2].replace('_', ' ')} of {label}")

    def action_why(self) -> None:
        """Explain the regime."""
        self.visit("why")

    def on_click(self, event: Click) -> None:
        """Look at the checkpoint that was clicked on in the scrubber."""
        from grokscope.tui.through.film import prefix

        stage, area = self.stage(), self.query_one("#scrubber").region
        if stage is None or stage.timeline is None:
            return
        if area.contains(event.screen_x, event.screen_y):
            left = prefix(stage.shown, stage.timeline)
            if event.screen_x >= left:
                width = self.size.width - left - 1
                self._go(stage.timeline.stop(event.screen_x - left, width), 1)
