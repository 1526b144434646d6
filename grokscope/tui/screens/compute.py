"""Computing: the measures that can be taken on the run, or on both that are compared."""

import shlex
from typing import TYPE_CHECKING

from textual import work

from grokscope.tui import actions
from grokscope.tui.headings import Line as Row
from grokscope.tui.pages.chooser import Choice, Chooser
from grokscope.tui.plot.palette import MUTED, PLAIN, STRONG
from grokscope.tui.session import Session
from grokscope.tui.widgets.line import Line

if TYPE_CHECKING:
    from grokscope.tui.acts.measuring import Offer

DETAILS = 11
"""Rows kept for the line, what is told, and the footer."""
STORED = "stored"
NO_RUN = "no run to compute it of: none that can be read is selected"
HELP = "words narrow the list, score=model sets a parameter"


class ComputeScreen(Chooser):
    """Where measures are computed."""

    kind = actions.COMPUTE
    BINDINGS = actions.bindings(actions.COMPUTE)
    heading = "compute a measure"
    hint = "words narrow the list; parameters: score=model metric=full inputs=train"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._offers: list[Offer] = []
        self._keys: dict[str, set[str]] = {}
        self._why = self._name = ""
        self._names: list[str] = []

    @property
    def most(self) -> int:
        """As many rows as leave room for the rest."""
        return max(self.size.height - DETAILS, 3)

    def on_screen_resume(self) -> None:
        """Begin anew, and look at what the runs hold."""
        self._keys, self._name = {}, ""
        self.begin_anew()
        if not self._offers:
            self._list()
        self._look()

    def choices(self) -> list[Choice]:
        """Return the measures that fit what was typed."""
        offers, ids = self._fitting(), self._ids()
        counts = [sum(bool(self._stored(offer.name, id)) for id in ids) for offer in offers]
        told = [
            "" if not n else STORED if n == len(ids) else f"in {n} of {len(ids)}" for n in counts
        ]
        wide = max(map(len, told), default=0)
        gap = 2 if wide else 0
        return [
            (offer.name, f"{of:<{wide + gap}}{offer.title}")
            for offer, of in zip(offers, told, strict=True)
        ]

    def empty(self) -> str:
        """Return why there is nothing to choose from."""
        return "no measure fits what was typed" if self._offers else "reading …"

    def edited(self) -> None:
        """Stay with the chosen measure while the list changes."""
        names = [offer.name for offer in self._fitting()]
        if names != self._names:
            self.at = names.index(self._name) if self._name in names else 0
            self._names = names
        if names:
            self._name = names[self.at]

    def offer(self, typed: str) -> str | None:
        """Return the line with its last parameter completed."""
        from grokscope.tui.acts.measuring import completion

        chosen = self._chosen()
        return completion(chosen, typed) if chosen is not None else None

    def told(self) -> list[Row]:
        """Return what the measure is, what is stored of it, and the command."""
        from grokscope.tui.acts.logs import wrapped
        from grokscope.tui.acts.measuring import command

        chosen, typed = self._chosen(), self.query_one(Line).value
        if chosen is None:
            return [([(f" {HELP if self._offers else self._why}", MUTED)], [])]
        unit = "" if chosen.units in ("", "1") else f", {chosen.units}"
        values = " ".join(f"{key}={value}" for key, value in chosen.parameters.items())
        ids = self._ids()
        keys = {key for id in ids for key in self._stored(chosen.name, id)}
        lines = [
            (f"{chosen.title}{unit}; reads {chosen.reads}; {chosen.source}", PLAIN),
            (f"parameters: {values or 'none'}", MUTED),
            *[(f"stored: {key}", MUTED) for key in sorted(keys)],
            (shlex.join(["grokscope", *command(ids, chosen, typed)]) if ids else NO_RUN, STRONG),
        ]
        width = self.size.width - 2
        return [([(f" {cut}", ink)], []) for text, ink in lines for cut in wrapped([text], width)]

    def action_open(self) -> None:
        """Compute the chosen measure, and return to the curves."""
        from grokscope.tui.acts.measuring import command

        chosen, typed, ids = self._chosen(), self.query_one(Line).value, self._ids()
        if chosen is None or not ids:
            self.say(NO_RUN if chosen is not None else "no measure is chosen")
        else:
            # what is said stands where one comes back to
            self.action_back()
            self.session.watched = self.begin(
                command(ids, chosen, typed), f"computing {chosen.name}"
            )

    def _ids(self) -> list[str]:
        """Return the runs to measure: those compared, the one opened, those of the list's row."""
        session, kinds = self.session, {getattr(page, "kind", "") for page in self.app.screen_stack}
        ids = [session.selected]
        row = session.listing.row(session)
        if actions.COMPARE in kinds:
            ids = sorted(session.marks.values(), key=session.letter)
        elif actions.RUN not in kinds and row is not None:
            ids = [run.id for run in row.runs]
        return [id for id in ids if session.run(id) is not None]

    def _fitting(self) -> "list[Offer]":
        from grokscope.tui.acts.measuring import fitting

        return fitting(self._offers, self.query_one(Line).value)

    def _chosen(self) -> "Offer | None":
        fitting = self._fitting()
        return fitting[self.at] if self.at < len(fitting) else None

    def _stored(self, name: str, id: str) -> list[str]:
        from grokscope.tui.acts.measuring import stored

        return stored(name, self._keys.get(id, ()))

    @work(group="measures", exit_on_error=False)
    async def _list(self) -> None:
        from grokscope.tui.acts.measuring import offers
        from grokscope.tui.acts.processes import answer

        told = await answer(["measures", "--json"], self.session.store)
        if told.code:
            self._why = told.problem
        else:
            self._offers = offers(told.out)
        self.edited()
        self.redraw()

    @work(thread=True, exclusive=True, group="stored", exit_on_error=False)
    def _look(self) -> None:
        from grokscope.errors import GrokscopeError
        from grokscope.store.curves.reader import read_analyses

        for id in self._ids():
            run = self.session.run(id)
            try:
                held = read_analyses(run.path, max_ndim=0) if run is not None else {}
                self._keys[id] = set(held)
            except (GrokscopeError, OSError):
                # a run that cannot be read holds nothing; its own panel says why
                self._keys[id] = set()
        self.app.call_from_thread(self.redraw)
