"""What all screens share: the session, a footer, help and leaving."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.screen import Screen

from grokscope.tui import actions
from grokscope.tui.plot.palette import PLAIN, STRONG
from grokscope.tui.session import Only, Session
from grokscope.tui.widgets.bars import KeyBar, Lines
from grokscope.tui.widgets.inks import Span

if TYPE_CHECKING:
    from grokscope.tui.acts.processes import Ending, Started
    from grokscope.tui.away.writing import Taken


QUIET = 0.5
"""Seconds from key to key of somebody who types on while a page closes."""


class Page(Screen[None]):
    """A screen drawn from the session."""

    kind: ClassVar[str]
    """Its name in the table of actions."""
    AUTO_FOCUS = ""

    class Acted(Message):
        """A process that was started here ended; the store may have changed."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._asked: Callable[[], None] | None = None
        self._quiet = -math.inf, ""
        """Until when keys are not meant for this page, and the last of them."""

    @property
    def light(self) -> bool:
        """Whether it is drawn on a light ground."""
        return not self.app.current_theme.dark

    @property
    def stands(self) -> bool:
        """Whether it can be drawn: it is composed, and the explorer is not being closed."""
        return self.is_mounted and self.app.is_running

    def redraw(self) -> None:
        """Draw everything anew from the session."""
        raise NotImplementedError

    def say(self, text: str) -> None:
        """Show a message in the footer."""
        self.query_one(KeyBar).say(text)

    def confirm(self, question: str, then: Callable[[], None]) -> None:
        """Ask in the footer, and do something if the next key is y."""
        self._asked = then
        self.query_one(KeyBar).hold(f"{question} y/n")

    def answers(self, key: str) -> bool:
        """Take a key as the answer to what was asked; return whether anything was.

        What was said about the key before is no longer true after another one.
        """
        then, self._asked = self._asked, None
        if then is None:
            self.query_one(KeyBar).silence()
            return False
        self.query_one(KeyBar).hold("")
        if key == "y":
            then()
        else:
            self.say("left as it is")
        return True

    def hush(self) -> None:
        """Take no keys yet: the page above closed by itself, and what is typed was for that."""
        self._quiet = monotonic() + QUIET, ""

    def hushed(self, key: str) -> bool:
        """Return whether a key was not meant for this page; a held one is, after a moment."""
        until, last = self._quiet
        now = monotonic()
        if now >= until:
            return False
        self._quiet = until if key == last else now + QUIET, key
        return True

    def misses(self, key: str) -> None:
        """Say on which screens a key works that does nothing here."""
        if self.focused is None and (screens := actions.elsewhere(key, self.kind)):
            self.say(f"{actions.key_name(key)} works on: {', '.join(screens)}")

    def begin(
        self, words: Sequence[str], doing: str, then: "Callable[[Ending], None] | None" = None
    ) -> "Started | None":
        """Start `grokscope WORDS` as a process, and tell its end in the footer.

        Parameters
        ----------
        doing : str
            What is done, for the footer: 'stopping modadd s0'.
        then : callable, optional
            Given how it ended.
        """
        from grokscope.tui.acts.processes import start

        try:
            one = start(words, self.session.store)
        except OSError as error:
            self.tell(f"cannot be started: {error}")
            return None
        self.tell(f"{doing} …")
        self.app.run_worker(self._await(one, doing, then), group="started", exit_on_error=False)
        return one

    async def _await(
        self, one: "Started", doing: str, then: "Callable[[Ending], None] | None"
    ) -> None:
        ending = await one.ended()
        self.session.doubt(one.words)
        if then is not None:
            then(ending)
        self.post_message(self.Acted())
        shown = self.app.screen
        if isinstance(shown, Page) and shown.stands:
            shown.redraw()
        self.tell(f"{doing}: {ending.told()}")

    def tell(self, text: str) -> None:
        """Show a message in the footer of whatever page is shown now."""
        shown = self.app.screen
        if isinstance(shown, Page) and shown.stands:
            shown.say(text)

    def on_screen_resume(self) -> None:
        """Draw what may have changed meanwhile."""
        self.redraw()

    def takes(self, character: str) -> bool:
        """Take a character that was typed into the page; return whether it was."""
        return False

    def taken(self) -> "Taken":
        """Return what is on the page, as far as it can be taken away; the footer stays."""
        from grokscope.tui.away.writing import Taken

        return Taken(self.kind, [list(strip) for strip in self._compositor.render_strips()[:-1]])

    def action_yank(self) -> None:
        """Copy the Python that redraws the page, else its text, to the clipboard and a file."""
        from grokscope.tui.away.clipboard import yank

        try:
            yank(self.taken(), self.app, self.tell)
        except OSError as error:
            self.say(f"nothing is yanked: {error}")

    def action_write(self) -> None:
        """Ask for a file to write the page into."""
        self.session.taken = self.taken()
        self.visit("write")

    def action_help(self) -> None:
        """Show keys and signs."""
        self.visit("help")

    def action_studies(self) -> None:
        """Show the tables of studies."""
        self.visit("studies")

    def action_views(self) -> None:
        """Show saved views, and offer what is looked at as one."""
        from grokscope.tui.saved.views import present

        self.session.drawer.present = present(self.session, self.kind)
        self.visit("views")

    def action_phase(self) -> None:
        """Show the phase diagram of the runs in the list."""
        self.visit("phase")

    def action_through(self) -> None:
        """Go through the training time of the selected run."""
        self.session.film.pair = False
        self.visit("through")

    def action_theme(self) -> None:
        """Draw on another ground, and remember it."""
        from grokscope.tui import settings, themes

        if self.app.no_color:
            self.say("NO_COLOR is set, so there are no colours to choose")
            return
        name = themes.after(self.app.theme)
        self.app.theme = name
        self.call_after_refresh(self.redraw)
        told = f"theme: {themes.TOLD[name]}"
        self.say(settings.save(themes.SECTION, {themes.KEY: name}) or told)

    def action_palette(self) -> None:
        """Find an action by name."""
        self.app.action_command_palette()

    def action_leave(self) -> None:
        """Leave the explorer."""
        self.app.exit()

    def action_back(self) -> None:
        """Return to the screen before."""
        if len(self.app.screen_stack) > 2:
            self.app.pop_screen()

    def list_only(self, only: Only) -> None:
        """Go to the list, and let only some runs be seen there."""
        self.session.narrow(only)
        while len(self.app.screen_stack) > 2:
            self.app.pop_screen()

    def visit(self, screen: str) -> None:
        """Open a screen by name, or return to it where this one was reached from it."""
        wanted = self.app.get_screen(screen)
        if wanted not in self.app.screen_stack:
            self.app.push_screen(wanted)
            return
        while self.app.screen is not wanted:
            self.app.pop_screen()

    def scroll(self, by: float) -> None:
        """Scroll the text by lines, or to an end for infinity; say so where nothing is left."""
        text = self.query_one(VerticalScroll)
        place = min(max(text.scroll_offset.y + by, 0), text.max_scroll_y)
        if place == text.scroll_offset.y:
            self.say("the text ends here" if by > 0 else "the text begins here")
        text.scroll_to(y=place, animate=False)


class TextPage(Page):
    """A page of text that scrolls."""

    def lines(self) -> list[tuple[str, bool]]:
        """Return the lines, True marks headings."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Lay out text over footer."""
        with VerticalScroll(can_focus=False):
            yield Lines(self.session.depth, id="text")
        yield KeyBar(self.kind)

    def redraw(self) -> None:
        """Show the lines."""
        rows: list[tuple[list[Span], list[Span]]] = [
            ([(f" {text}", STRONG if head else PLAIN)], []) for text, head in self.lines()
        ]
        self.query_one("#text", Lines).show(*rows)

    def taken(self) -> "Taken":
        """Return the whole text, what is scrolled away as well."""
        from rich.segment import Segment
        from rich.style import Style

        lines = [[Segment(f" {text}", Style(bold=head or None))] for text, head in self.lines()]
        return replace(super().taken(), lines=lines)

    def action_move(self, by: int) -> None:
        """Scroll by lines."""
        self.scroll(by)

    def action_edge(self, by: int) -> None:
        """Scroll to the top or the bottom."""
        self.scroll(by * math.inf)
