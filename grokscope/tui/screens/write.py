"""Writing the view of the screen before into a file."""

from functools import partial
from pathlib import Path

from textual import work

from grokscope.tui import actions, words
from grokscope.tui.headings import Line as Row
from grokscope.tui.pages.chooser import Choice, Chooser
from grokscope.tui.pages.page import Page
from grokscope.tui.plot.palette import MUTED, PLAIN
from grokscope.tui.widgets.line import Line


class WriteScreen(Chooser):
    """A name for the file, whose suffix is its format."""

    kind = actions.WRITE
    BINDINGS = actions.bindings(actions.WRITE)
    heading = "write the view into a file"
    hint = "the file's name"
    rows = 8
    _named = ""
    """What was in the line when the file was begun."""

    def on_screen_resume(self) -> None:
        """Offer a name."""
        from grokscope.tui.away.clipboard import default_file

        self.begin_anew()
        taken = self.session.taken
        if taken is not None:
            line = self.query_one(Line)
            line.value = str(default_file(taken, self.choices()[0][0]))
            line.cursor_position = len(line.value)

    def choices(self) -> list[Choice]:
        """Return the formats."""
        from grokscope.tui.away.writing import FORMATS

        return list(FORMATS.items())

    def edited(self) -> None:
        """Let the suffix that was typed choose the format."""
        suffixes = [suffix for suffix, _ in self.choices()]
        if self._target.suffix in suffixes:
            self.at = suffixes.index(self._target.suffix)

    def told(self) -> list[Row]:
        """Return where the file will lie."""
        target = self._target
        if not target.name:
            return [([(" a name is missing", MUTED)], [])]
        place = words.path(target.absolute(), max(self.size.width - 2, 1))
        rows: list[Row] = [([(f" {place}", PLAIN)], [])]
        if target.exists():
            rows.append(([(" there already", MUTED)], []))
        return rows

    def choose(self, at: int) -> None:
        """Choose a format, and give the file its suffix."""
        self.at = at
        line, target = self.query_one(Line), self._target
        if target.name:
            line.value = str(target.parent / f"{target.stem}{self.choices()[at][0]}")
            line.cursor_position = len(line.value)

    def action_open(self) -> None:
        """Write the file, once that is meant where it is there already."""
        target = self._target
        if not target.name or self.session.taken is None:
            self.say("a name is missing")
        elif target.exists() and not target.is_dir():
            self.set_focus(None)
            self.confirm(f"write {target.name} anew?", partial(self._begin, target, True))
        else:
            self._begin(target, False)

    @property
    def _target(self) -> Path:
        typed = Path(self.query_one(Line).value.strip())
        try:
            return typed.expanduser()
        except RuntimeError:
            # the home of a user that there is not
            return typed

    def _begin(self, target: Path, force: bool) -> None:
        self._named = self.query_one(Line).value
        self.say("writing …")
        self._write(target, force)

    @work(thread=True, exclusive=True, group="write", exit_on_error=False)
    def _write(self, target: Path, force: bool) -> None:
        from grokscope.errors import GrokscopeError
        from grokscope.tui.away.writing import write

        taken = self.session.taken
        assert taken is not None
        try:
            told = write(taken, target, force)
        except (GrokscopeError, OSError) as error:
            self.app.call_from_thread(self.say, f"not written: {error}")
            return
        self.app.call_from_thread(self._done, told)

    def _done(self, told: str) -> None:
        # where another name is being typed, it goes on
        if self.is_current and self.query_one(Line).value == self._named:
            self.action_back()
            shown = self.app.screen
            if isinstance(shown, Page):
                shown.hush()
        self.tell(told)
