"""The explorer: an app that lists a store, reads curves in workers and shows screens."""

import gc
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from rich.console import RenderableType
from textual import on, work
from textual.app import App
from textual.events import Event, Key
from textual.filter import LineFilter, Monochrome, NoColor
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import Worker, WorkerState

from grokscope.tui import settings, terminal, themes
from grokscope.tui.commands import Table
from grokscope.tui.pages.page import Page
from grokscope.tui.pages.plotpage import Wanted
from grokscope.tui.plain import Plain
from grokscope.tui.plot.palette import depth
from grokscope.tui.runs.listing import SECTION
from grokscope.tui.screens import load
from grokscope.tui.session import Session, version
from grokscope.tui.sparing import Sent
from grokscope.tui.words import one_line

if TYPE_CHECKING:
    from grokscope.store.listing.catalogue import Catalogue
    from grokscope.store.listing.summary import RunSummary
    from grokscope.tui.curves.book import Book
    from grokscope.tui.saved.views import SavedView

INTERVAL = 1.0
"""Fewest seconds from one look at the store to the next."""
SHARE = 0.02
"""Largest part of the time that looking may take."""


class Explorer(App[None]):
    """The explorer of one store."""

    TITLE = "grokscope"
    CSS_PATH = "app.tcss"
    COMMANDS: ClassVar = {Table}
    animation_level = "none"

    class Listed(Message):
        """The store was listed."""

        def __init__(
            self, runs: Sequence["RunSummary"], broken: dict[str, str], there: bool
        ) -> None:
            super().__init__()
            self.runs, self.broken, self.there = runs, broken, there

    class Recalled(Message):
        """What is remembered of the store, before it is listed."""

        def __init__(self, runs: Sequence["RunSummary"]) -> None:
            super().__init__()
            self.runs = runs

    class Read(Message):
        """The curves of a run were read."""

        def __init__(self, run_id: str, book: "Book") -> None:
            super().__init__()
            self.run_id, self.book = run_id, book

    def __init__(
        self,
        store: Path,
        *,
        compare: tuple[str, str] | None = None,
        run: str | None = None,
        ascii: bool = False,
        view: "tuple[str, SavedView] | None" = None,
    ) -> None:
        super().__init__()
        self.no_color = terminal.colorless(os.environ)
        self.session = Session(store, ascii=ascii, depth=depth(self.console.color_system))
        self._dress()
        self._opening = "compare" if compare else "run" if run else ""
        self._view = view
        if compare:
            self.session.marks = dict(zip("AB", compare, strict=True))
            self.session.selected = compare[0]
        elif run:
            self.session.selected = run
        self._sent = Sent()
        self._catalogue: Catalogue | None = None
        self._reading = False
        self._pause = INTERVAL
        self._next: Timer | None = None
        """When the store is listed again; None while it is."""
        self._hurried = False
        """Whether something changed the store while it was listed."""

    def on_mount(self) -> None:
        """Show the list, and begin to read once it is painted."""
        self.app_resume_signal.subscribe(self, lambda _: self._sent.forget())
        self.push_screen("runs")
        self.call_after_refresh(self._list)
        if not self.is_headless:
            self.set_interval(INTERVAL, self._leave_if_alone)

    def _dress(self) -> None:
        """Put on the theme that was chosen last."""
        for theme in themes.THEMES.values():
            self.register_theme(theme)
        chosen = settings.load(themes.SECTION) if settings.mentions(themes.SECTION) else {}
        # before the style sheet is read for the first time: to read it anew takes 7 ms
        self.set_reactive(App.theme, themes.known(chosen.get(themes.KEY)))
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_class(self.current_theme.dark, "-dark-mode", update=False)
        self.set_class(not self.current_theme.dark, "-light-mode", update=False)

    def on_resize(self) -> None:
        """Send all anew: terminals move what they show."""
        self._sent.forget()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        super()._display(screen, self._sent.sparing(renderable))

    def get_screen(self, screen: Any, screen_class: Any = None) -> Any:
        """Return a screen; one asked for by name is made on its first visit."""
        if isinstance(screen, str) and not self.is_screen_installed(screen):
            self.install_screen(load(screen)(self.session), screen)
        return super().get_screen(screen, screen_class)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return the filters of all lines; the last makes ASCII where nothing else can be shown.

        Without colours the terminal's own are left, where textual would send greys.
        """
        filters: list[LineFilter] = [NoColor()]
        if not self.no_color:
            known = super().get_line_filters()
            filters = [one for one in known if not isinstance(one, Monochrome)]
        return [*filters, Plain()] if self.session.ascii else filters

    async def on_event(self, event: Event) -> None:
        """Take a letter with alt for esc and the letter: terminals cannot tell one from the other.

        Two keys within a tenth of a second, or within half of one in some tmux, arrive so.
        """
        if isinstance(event, Key) and event.key.startswith("alt+") and event.character:
            await super().on_event(Key("escape", "\x1b"))
            event = Key(event.character, event.character)
        await super().on_event(event)

    def on_key(self, event: Key) -> None:
        """Give a question its answer, and a line what was typed before it had the focus."""
        page = self.screen
        if isinstance(page, Page) and (page.hushed(event.key) or page.answers(event.key)):
            event.prevent_default()
            return
        typed = event.character if event.is_printable else None
        if typed and isinstance(self.screen, Page) and self.screen.takes(typed):
            event.prevent_default()
        elif isinstance(self.screen, Page):
            self.screen.misses(event.key)

    @work(thread=True, group="list", exit_on_error=False)
    def _list(self) -> None:
        from grokscope.store.listing.catalogue import Catalogue

        if self._catalogue is None:
            self.session.listing.recall(settings.load(SECTION))
            self._catalogue = Catalogue(self.session.store)
            if not self._opening and self._view is None:
                # what is opened may be younger than what is remembered
                recalled = self._catalogue.recalled()
                self.session.listing.prepare(recalled)
                self.post_message(self.Recalled(recalled))
        began = time.perf_counter()
        runs = self._catalogue.refresh()
        self.session.listing.prepare(runs)
        self._pause = max(INTERVAL, (time.perf_counter() - began) / SHARE)
        found = self._catalogue
        self.post_message(self.Listed(runs, dict(found.broken), found.there))

    @on(Recalled)
    def _on_recalled(self, message: Recalled) -> None:
        if message.runs and not self.session.read:
            self.session.listed(message.runs, {}, remembered=True)
            self._redraw()

    @on(Listed)
    def _on_listed(self, message: Listed) -> None:
        session = self.session
        told = (list(message.runs), message.broken, message.there)
        changed = told != (session.runs, session.broken, session.there)
        if not session.read:
            # thousands of summaries that stay are not looked through for garbage again and again
            self.call_after_refresh(collect_what_follows)
        if changed or not session.read:
            session.listed(message.runs, message.broken, there=message.there)
            if self._opening:
                self.push_screen(self._opening)
                self._opening = ""
            else:
                self._redraw()
            if self._view is not None and isinstance(self.screen, Page):
                from grokscope.tui.pages.returning import come_back

                come_back(self.screen, *self._view)
                self._view = None
        pause, self._hurried = INTERVAL if self._hurried else self._pause, False
        self._next = self.set_timer(pause, self._look)

    @on(Page.Acted)
    def _look(self) -> None:
        """List the store, or soon after where that goes on already."""
        if self._next is None:
            self._hurried = True
            return
        self._next.stop()
        self._next = None
        self._list()

    @on(Wanted)
    def _on_wanted(self, message: Wanted) -> None:
        # one at a time: what is still shown when it is done is asked for again
        if not self._reading:
            self._reading = True
            if self.session.books:
                self._read(message.run)
            else:
                # what reading needs is imported once the rows are painted
                self.call_after_refresh(self._read, message.run)

    @work(thread=True, group="read", exit_on_error=False)
    def _read(self, run: "RunSummary") -> None:
        import grokscope.tui.plot.drawing  # imported here, the screen does not wait for it
        from grokscope.tui.curves.book import Book, Reader

        known = self.session.books.get(run.id)
        reader = known.reader if known is not None else None
        try:
            book = (reader or Reader(run.path)).read(version(run))
        except Exception as error:
            # files come from strangers: whatever is wrong with one is said in its own panel
            book = Book(version(run), {}, problem=one_line(error))
        self.post_message(self.Read(run.id, book))
        # what the next keys may need, so that none of them waits for an import
        import grokscope.tui.sweeps.phase  # noqa: F401

    @on(Read)
    def _on_read(self, message: Read) -> None:
        self._reading = False
        self.session.keep(message.run_id, message.book)
        self._redraw()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say what went wrong in a worker, and go on listing."""
        if event.state is WorkerState.ERROR:
            if isinstance(self.screen, Page) and self.screen.stands:
                self.screen.say(one_line(event.worker.error))
            if event.worker.group == "list":
                gc.enable()
                self._next = self.set_timer(INTERVAL, self._look)
            elif event.worker.group == "read":
                self._reading = False

    def _leave_if_alone(self) -> None:
        # textual reads a terminal that hung up in a busy loop, for ever
        if terminal.hung_up(sys.__stdin__.fileno() if sys.__stdin__ else 0):
            self.exit()

    def _redraw(self) -> None:
        for screen in reversed(self.screen_stack):
            if isinstance(screen, Page):
                if screen.stands:
                    screen.redraw()
                break


def collect_what_follows() -> None:
    """Look for garbage from here on, among what is made from here on."""
    gc.freeze()
    gc.enable()
