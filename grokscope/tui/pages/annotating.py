"""What people add to runs, and the trash; all of it by commands that are started."""

from typing import TYPE_CHECKING

from textual import on
from textual.widgets import Input

from grokscope.tui.pages.plotpage import PlotPage
from grokscope.tui.runs import table
from grokscope.tui.widgets.line import Line

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary
    from grokscope.tui.acts.processes import Ending
    from grokscope.tui.runs.folding import Row
    from grokscope.tui.session import Session

ASKED = "asked"
"""Id of the line that words are asked in."""


class Asked(Line):
    """A line that tags or a note are typed into; it offers the tags that runs have."""

    def __init__(self, session: "Session") -> None:
        super().__init__("", self._offer)
        self.id = ASKED
        self.what = ""
        """"tag" or "note"."""
        self.runs: tuple[RunSummary, ...] = ()
        self.label = ""
        """What they are called; they may be gone when the words are typed."""
        self._session = session

    def ask(
        self, what: str, runs: "tuple[RunSummary, ...]", label: str, told: str, value: str
    ) -> None:
        """Ask for a tag or a note of runs."""
        self.what, self.runs, self.label = what, runs, label
        self.placeholder, self.value, self.display = told, value, True
        self.cursor_position = len(value)

    def words(self) -> list[str]:
        """Return the command that does what was typed; empty where nothing was."""
        ids = [run.id for run in self.runs]
        typed = self.value.strip()
        if self.what == "note":
            return ["note", *ids, *(("--clear",) if not typed else ("--", typed))]
        tags = typed.replace(",", " ").split()
        changes = [
            f"--remove={tag[1:]}" if tag.startswith("-") else f"--add={tag.removeprefix('+')}"
            for tag in tags
        ]
        return ["tag", *ids, *changes] if tags else []

    def _offer(self, typed: str) -> str | None:
        begun = typed.rpartition(" ")[2].lstrip("+-")
        if self.what != "tag" or not begun:
            return None
        known = {tag for run in self._session.runs for tag in run.annotations.tags}
        found = min((tag for tag in known if tag.startswith(begun) and tag != begun), default=None)
        return None if found is None else typed + found[len(begun) :]


class Annotating(PlotPage):
    """A page with the list of runs, which can be starred, tagged, noted, removed and restored."""

    def action_star(self) -> None:
        """Put a star on the runs under the cursor, or take it off where all have one."""
        if row := self._annotated():
            off = all(run.annotations.starred for run in row.runs)
            words = ["star", *(["--off"] if off else []), *(run.id for run in row.runs)]
            self.begin(words, f"{'taking the star off' if off else 'starring'} {self._label(row)}")

    def action_tag(self) -> None:
        """Ask for tags."""
        if row := self._annotated():
            tags = dict.fromkeys(tag for run in row.runs for tag in run.annotations.tags)
            has = f"; it has {' '.join(tags)}" if tags else ""
            self._ask("tag", row, f"tags for {self._label(row)}, -tag takes one off{has}", "")

    def action_note(self) -> None:
        """Ask for a note."""
        row = self._annotated()
        if row is None:
            return
        if row.several:
            self.say("a note belongs to one run; tab shows the runs of this row")
            return
        note = row.runs[0].annotations.note
        if "\n" in note:
            self.say(f"its note has several lines: grokscope note {row.id} --edit")
            return
        self._ask("note", row, f"note for {self._label(row)}", note)

    def action_trash(self) -> None:
        """Move the runs under the cursor to the trash, once that is meant."""
        row = self.session.listing.row(self.session)
        ids = self._ids(row)
        if row is None or not ids:
            self.say("no run to remove")
            return
        label = self._label(row)
        self.confirm(f"move {label} to the trash?", lambda: self._discard(ids, label))

    def action_undo(self) -> None:
        """Bring back what last went to the trash from here."""
        if not self.session.listing.trashed:
            self.say("nothing went to the trash from here; grokscope rm --list shows what did")
            return
        ids = self.session.listing.trashed.pop()
        told = ids[0] if len(ids) == 1 else f"{len(ids)} runs"
        self.begin(["restore", *ids], f"bringing back {told}")

    @on(Input.Submitted, f"#{ASKED}")
    def _on_asked(self, message: Input.Submitted) -> None:
        message.stop()
        line = self.query_one(Asked)
        words = line.words()
        self.unask()
        if words:
            self.begin(words, f"{line.what} of {line.label}")
        else:
            self.say("left as it is")

    def unask(self) -> None:
        """Leave the line."""
        self.query_one(Asked).display = False
        self.set_focus(None)

    def _ask(self, what: str, row: "Row", told: str, value: str) -> None:
        line = self.query_one(Asked)
        line.ask(what, row.runs, self._label(row), told, value)
        self.set_focus(line)

    def _discard(self, ids: tuple[str, ...], label: str) -> None:
        listing = self.session.listing

        def done(ending: "Ending") -> None:
            if ending.code == 0:
                listing.trashed.append(ids)

        self.begin(["rm", "--yes", *ids], f"removing {label}", done)
        listing.put(self.session, listing.after(self.session))
        self.redraw()

    def _ids(self, row: "Row | None") -> tuple[str, ...]:
        if row is None or (not row.runs and row.id not in self.session.broken):
            return ()
        return tuple(run.id for run in row.runs) or (row.id,)

    def _annotated(self) -> "Row | None":
        row = self.session.listing.row(self.session)
        if row is None or not row.runs:
            self.say("no run here that can be read")
            return None
        return row

    def _label(self, row: "Row") -> str:
        if len(row.runs) == 1:
            return self.session.labels[row.id]
        return table.label(self.session, row)
