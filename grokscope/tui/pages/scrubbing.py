"""Scrubbing: moving through the checkpoints of what is shown, by hand or playing."""

from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING

from textual.timer import Timer

from grokscope.tui.pages.page import Page
from grokscope.tui.session import Session

if TYPE_CHECKING:
    from grokscope.tui.through.film import Playing
    from grokscope.tui.through.shots import Shot
    from grokscope.tui.through.stage import Stage

FRAMES = 15.0
"""Pictures a second while it plays, at most."""
NOTHING = "nothing is stored along checkpoints"


class Scrubbing(Page):
    """A page with a stage that moves through time."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._playing: Playing | None = None
        self._timer: Timer | None = None

    def stage(self) -> "Stage | None":
        """Return the runs at the cursor; None before anything was read of them."""
        raise NotImplementedError

    def seen(self) -> "list[Shot]":
        """Return what the panels show, in their order."""
        raise NotImplementedError

    def moved(self) -> None:
        """Draw what the cursor stands on now."""
        raise NotImplementedError

    @property
    def playing(self) -> bool:
        """Whether it plays."""
        return self._playing is not None

    def on_mount(self) -> None:
        """Prepare the clock."""
        self._timer = self.set_interval(1 / FRAMES, self._tick, pause=True)

    def on_screen_suspend(self) -> None:
        """Stop playing."""
        self._play(False)

    def _tick(self) -> None:
        """Show the checkpoint whose turn it is; those that would come too late are left out."""
        stage = self.stage()
        if self._playing is None or stage is None or stage.timeline is None:
            return
        index = self._playing.index(monotonic(), stage.timeline)
        if index >= stage.timeline.stops.size - 1:
            self._play(False)
        if index != stage.index:
            self._point(float(stage.timeline.stops[index]))

    def _point(self, moment: float) -> None:
        self.session.view = replace(self.session.view, cursor=moment)
        self.moved()

    def _go(self, index: int, by: int, lacking: str = "no checkpoint") -> None:
        """Look at a stop, or say that there is none in that direction."""
        stage = self.stage()
        if stage is None or stage.timeline is None:
            self.say(NOTHING)
            return
        self._play(False)
        last = stage.timeline.stops.size - 1
        if (index := min(max(index, 0), last)) == stage.index:
            self.say(f"{lacking} {'further on' if by > 0 else 'before'}")
        self._point(float(stage.timeline.stops[index]))

    def _play(self, playing: bool) -> None:
        from grokscope.tui.through.film import Playing

        stage = self.stage()
        if self._timer is None:
            return
        if not playing or stage is None or stage.timeline is None:
            self._playing = None
            self._timer.pause()
            return
        ended = stage.index >= stage.timeline.stops.size - 1
        self._playing = Playing(monotonic(), 0 if ended else stage.index)
        self._timer.resume()

    def action_play(self) -> None:
        """Play from here, from the start where it stands at the end, or pause."""
        stage = self.stage()
        if stage is None or stage.timeline is None:
            self.say(NOTHING)
            return
        self._play(self._playing is None)
        self.moved()

    def action_checkpoint(self, by: int) -> None:
        """Look at the checkpoint after or before."""
        stage = self.stage()
        self._go((stage.index if stage else 0) + by, by)

    def action_column(self, by: int) -> None:
        """Look at the checkpoint a column further on."""
        from grokscope.tui.through.film import prefix

        stage, target = self.stage(), 0
        if stage is not None and stage.timeline is not None:
            width = self.size.width - prefix(stage.shown, stage.timeline) - 1
            target = stage.timeline.further(stage.index, by, width)
        self._go(target, by)

    def action_edge(self, by: int) -> None:
        """Look at the first or the last checkpoint."""
        self._go(-1 if by < 0 else 1 << 60, by)

    def action_event(self, by: int) -> None:
        """Look at the checkpoint nearest to the next event or the one before."""
        from grokscope.tui.through.film import events

        stage = self.stage()
        if stage is None or stage.timeline is None:
            self.say(NOTHING)
            return
        found = {stage.timeline.nearest(time) for one in stage.shown for time, _ in events(one.run)}
        beyond = [at for at in found if (at > stage.index if by > 0 else at < stage.index)]
        target = (min(beyond) if by > 0 else max(beyond)) if beyond else stage.index
        self._go(target, by, "no event")
