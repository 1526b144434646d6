"""Why: how the rule came to its word."""

from grokscope.tui import actions
from grokscope.tui.pages.page import TextPage
from grokscope.tui.runs.missing import missing


class WhyScreen(TextPage):
    """The regime of the selected run, of the marked runs when comparing, of all in a row."""

    kind = actions.TEXT
    BINDINGS = actions.bindings(actions.TEXT)

    def lines(self) -> list[tuple[str, bool]]:
        """Return the explanation of each run."""
        from grokscope.tui.runs.why import explained, together

        session = self.session
        labels = session.labels
        comparing = self.app.get_screen("compare") in self.app.screen_stack
        ids = sorted(session.marks.values(), key=session.letter) if comparing else []
        lines: list[tuple[str, bool]] = []
        row = session.listing.row(session)
        if not ids and row is not None and row.several:
            lines += together(row.runs, labels)
        for id in ids or [session.selected]:
            run = session.run(id)
            if run is not None:
                label = f"{session.letter(id)} {labels[id]}".strip()
                lines += [*explained(run, label), ("", False)]
        return lines or self._lost()

    def _lost(self) -> list[tuple[str, bool]]:
        """Return why there is nothing to explain."""
        id = self.session.selected
        head, *rest = missing(id, self.session.broken.get(id))
        return [(head, bool(rest)), *((f"  {line}", False) for line in rest)]
