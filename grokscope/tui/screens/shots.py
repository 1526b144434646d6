"""The measures along checkpoints: which are shown on the screen through time, in which order."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from grokscope.tui import actions
from grokscope.tui.pages.picking import LEAST, REST, SHORT, Picking
from grokscope.tui.pages.scrubbing import Scrubbing
from grokscope.tui.session import Session

if TYPE_CHECKING:
    from grokscope.tui.through.shots import Shot


class ShotsScreen(Picking):
    """One line a measure, or a pair of its components."""

    kind = actions.MEASURES
    BINDINGS = actions.bindings(actions.MEASURES)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._every: list[Shot] = []
        self._seen: list[Shot] = []
        """What is shown, in its order."""
        self._known: dict[Shot, tuple[str, str]] = {}
        """Titles, and how many runs hold each where not all do."""

    def on_screen_resume(self) -> None:
        """Begin with what is shown."""
        self.at = 0
        below = next((o for o in self.app.screen_stack[::-1] if isinstance(o, Scrubbing)), None)
        stage = below.stage() if below is not None else None
        if below is not None and stage is not None:
            chosen = [shot for shot in self.session.film.chosen if shot in stage.every]
            self._seen = chosen or below.seen()
            self._every = [*self._seen, *(one for one in stage.every if one not in self._seen)]
            notes = {one: stage.note(one) for one in self._every}
            rooms = {
                one: self.size.width - (REST if note else SHORT) for one, note in notes.items()
            }
            self._known = {
                one: (stage.title(one, max(rooms[one], LEAST)), note) for one, note in notes.items()
            }
        self.redraw()

    def told(self) -> str:
        """Return how many measures there are, and how many are shown."""
        every, shown = len(self._every), len(self._seen)
        return (
            f"{every} along checkpoints, {shown} shown" if shown else f"{every} along checkpoints"
        )

    def entries(self) -> Sequence[tuple[str, str, str]]:
        """Return panel, title, and how many runs hold it where not all do."""
        number = {shot: str(place) for place, shot in enumerate(self._seen, 1)}
        return [(number.get(shot, ""), *self._known[shot]) for shot in self._every]

    def action_mark(self) -> None:
        """Show the measure under the cursor, after the others, or hide it."""
        if not self._every:
            self.say("nothing is stored along checkpoints")
            return
        shot = self._every[self.at]
        seen = [one for one in self._seen if one != shot]
        if len(seen) == len(self._seen):
            seen.append(shot)
        if seen:
            self._take(seen)
        else:
            self.say("one measure at least is shown")

    def action_overlay(self) -> None:
        """Say that each has a panel of its own."""
        self.say("through time each measure has a panel of its own")

    def action_unzoom(self) -> None:
        """Show as many as there is room for, the most important first."""
        self._take([])

    def _take(self, seen: "list[Shot]") -> None:
        film = self.session.film
        film.chosen, film.first = tuple(seen), None
        self._seen = seen
        self.redraw()
