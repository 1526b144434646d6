"""Saved views: open one, save what is looked at, rename, overwrite, delete."""

from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.events import Click
from textual.widgets import Input

from grokscope.tui import actions, words
from grokscope.tui.headings import Line as Row
from grokscope.tui.pages.lined import Lined
from grokscope.tui.pages.returning import come_back
from grokscope.tui.plot.palette import MUTED, PLAIN, STRONG
from grokscope.tui.saved.drawer import cleaned
from grokscope.tui.session import Session
from grokscope.tui.widgets.bars import Lines
from grokscope.tui.widgets.line import Line

PRESENT = "what you look at now"
"""The first line: not saved yet."""
WIDEST = 30
"""Most cells of a name, but on narrow screens."""


class ViewsScreen(Lined):
    """One line a view; the first is what was looked at before."""

    kind = actions.VIEWS
    BINDINGS = actions.bindings(actions.VIEWS)
    noun = "view"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._names: list[str] = [""]
        self._old = ""
        """The view that is being renamed; none where one is being saved."""

    def count(self) -> int:
        """Return how many views there are, and one for what is looked at."""
        return len(self._names)

    def under(self) -> ComposeResult:
        """Lay out the line for a name."""
        yield Line("a name", lambda typed: None)

    def on_mount(self) -> None:
        """Begin without the line."""
        self.query_one(Line).display = False

    def on_screen_resume(self) -> None:
        """Begin with the view that was opened or saved last."""
        drawer = self.session.drawer
        drawer.refresh()
        names = ["", *drawer.fitting(self.session.store)]
        self.at = names.index(drawer.opened) if drawer.opened in names else 0
        self._close()
        self.redraw()

    def redraw(self) -> None:
        """Show the views of this store and of every store."""
        drawer = self.session.drawer
        fitting = drawer.fitting(self.session.store)
        self._names = ["", *fitting]
        self.at = min(self.at, len(fitting))
        away = len(drawer.views) - len(fitting)
        own = f"{len(fitting)} for this store" if fitting else "none for this store yet"
        note = f"   {own}" + (f", {away} of other stores" if away else "")
        self.query_one("#heading", Lines).show(([(" saved views", STRONG), (note, MUTED)], []))
        rows = [self._row(index, name) for index, name in enumerate(self._names)]
        if not fitting:
            rows += [([], []), ([("   v gives it a name, to come back to it later", MUTED)], [])]
        self.query_one("#text", Lines).show(*rows)

    def action_open(self) -> None:
        """Come back to the view under the cursor, or save what is looked at now."""
        name = self._names[self.at]
        if not name:
            self.action_views()
            return
        self.session.drawer.opened = name
        come_back(self, name, self.session.drawer.views[name])

    def action_views(self) -> None:
        """Ask under which name to save what is looked at; that of another view overwrites it."""
        if self.session.drawer.present is None:
            self.say("nothing to save; v on another screen saves that")
            return
        self._ask("", self._names[self.at])

    def action_note(self) -> None:
        """Ask for another name of the view under the cursor."""
        name = self._names[self.at]
        if name:
            self._ask(name, name)
        else:
            self.say("not saved yet; v saves it")

    def action_mark(self) -> None:
        """Offer the view under the cursor for every store, or for its own alone."""
        name = self._names[self.at]
        if not name:
            self.say("not saved yet; v saves it")
            return
        problem = self.session.drawer.share(name, self.session.store)
        everywhere = self.session.drawer.views[name].everywhere
        self.redraw()
        told = "offered for every store; its runs are of this one" if everywhere else "this store's"
        self.say(problem or f"{name}: {told}")

    def action_trash(self) -> None:
        """Delete the view under the cursor, once that is meant."""
        name = self._names[self.at]
        if name:
            self.confirm(f"delete the view {name}?", partial(self._drop, name))
        else:
            self.say("not saved, so there is nothing to delete")

    def action_back(self) -> None:
        """Leave the line, else the screen."""
        if self.query_one(Line).display:
            self._close()
        else:
            super().action_back()

    def takes(self, character: str) -> bool:
        """Write into the line where it is there."""
        line = self.query_one(Line)
        if line.display:
            line.insert_text_at_cursor(character)
        return bool(line.display)

    @on(Click, "#text")
    def _on_clicked(self, event: Click) -> None:
        if event.y < len(self._names):
            again, self.at = event.y == self.at, event.y
            if again:
                self.action_open()
            else:
                self.redraw()

    @on(Input.Submitted)
    def _on_named(self, message: Input.Submitted) -> None:
        message.stop()
        name, old = cleaned(message.value), self._old
        self._close()
        views = self.session.drawer.views
        if not name or name == old:
            self.say("left as it is" if old else "a name is missing; nothing is saved")
        elif name in views:
            whose = "" if views[name].fits(self.session.store) else f" of {views[name].store}"
            self.confirm(f"overwrite the view {name}{whose}?", partial(self._keep, name, old))
        else:
            self._keep(name, old)

    def _keep(self, name: str, old: str) -> None:
        drawer = self.session.drawer
        if old:
            problem = drawer.rename(old, name)
        else:
            assert drawer.present is not None
            problem = drawer.put(name, drawer.present)
        drawer.opened = name
        self._show(name)
        self.say(problem or (f"{old} is now {name}" if old else f"saved as {name}"))

    def _drop(self, name: str) -> None:
        problem = self.session.drawer.drop(name)
        self.redraw()
        self.say(problem or f"{name} is deleted")

    def _show(self, name: str) -> None:
        names = ["", *self.session.drawer.fitting(self.session.store)]
        self.at = names.index(name) if name in names else 0
        self.redraw()

    def _ask(self, old: str, value: str) -> None:
        line, self._old = self.query_one(Line), old
        line.placeholder = f"another name for {old}" if old else "a name for what you look at"
        line.value, line.display = value, True
        line.cursor_position = len(value)
        self.set_focus(line)

    def _close(self) -> None:
        self.query_one(Line).display = False
        self.set_focus(None)

    def _row(self, index: int, name: str) -> Row:
        drawer, wide = self.session.drawer, min(WIDEST, self.size.width // 3)
        view = drawer.views[name] if name else drawer.present
        told = view.told() if view is not None else ""
        sign = ("▌" if index == self.at else " ", STRONG)
        where = "  every store " if name and view is not None and view.everywhere else ""
        named = f"{_cut(words.readable(name) or PRESENT, wide):<{wide}}  "
        told = _cut(told, self.size.width - len(named) - len(where) - 1)
        return [sign, (named, PLAIN if name else STRONG), (told, MUTED)], [(where, MUTED)]


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[: max(room - 1, 0)] + "…"
