"""Waiting: what has to be read of very many runs is read by a thread, and keys go on meanwhile."""

from collections.abc import Callable
from functools import partial

from textual import on
from textual.message import Message
from textual.timer import Timer

from grokscope.tui import words
from grokscope.tui.pages.page import Page
from grokscope.tui.session import Session
from grokscope.tui.widgets.bars import KeyBar

PATIENCE = 0.15
"""Seconds after which the footer tells what is waited for."""


class Waiting(Page):
    """A page that does some things only once what they need was read of all runs."""

    class AllRead(Message):
        """What something needs was read, or why it cannot be."""

        def __init__(self, what: str, then: Callable[[], None], problem: str) -> None:
            super().__init__()
            self.what, self.then, self.problem = what, then, problem

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._then: dict[str, Callable[[], None]] = {}
        """What is waiting, of each kind the last."""
        self._telling: Timer | None = None

    @property
    def many(self) -> bool:
        """Whether there are so many runs that reading them would hold up the screen."""
        from grokscope.tui.sweeps import sweep

        return len(self.session.runs) > sweep.MANY

    def once(self, read: Callable[[], object], then: Callable[[], None], what: str = "") -> None:
        """Do something once what it needs is read: at once of few runs, else after a thread did.

        It takes the place of what is waiting of the same kind.
        """
        self.forgo(what)
        if not self.many:
            then()
            return
        self._then[what] = then
        if self._telling is not None:
            self._telling.stop()
        self._telling = self.set_timer(PATIENCE, self._tell)
        reading = partial(self._read, what, read, then)
        self.run_worker(reading, thread=True, group="waiting", exit_on_error=False)

    def forgo(self, what: str = "") -> None:
        """Do nothing of what is waiting of a kind."""
        self._then.pop(what, None)

    def _tell(self) -> None:
        if self._then:
            told = f"reading the summaries of {len(self.session.runs):,} runs …"
            self.query_one(KeyBar).hold(told)

    def _read(self, what: str, read: Callable[[], object], then: Callable[[], None]) -> None:
        problem = ""
        try:
            read()
        except Exception as error:
            # summaries come from strangers; what is wrong with one is told
            problem = words.one_line(error)
        self.post_message(self.AllRead(what, then, problem))

    @on(AllRead)
    def _on_all_read(self, message: AllRead) -> None:
        if message.then is not self._then.get(message.what):
            return
        self.forgo(message.what)
        self.query_one(KeyBar).hold(message.problem)
        if not message.problem:
            message.then()
