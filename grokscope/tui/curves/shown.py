"""A run on a screen: what is known of it, and how it is drawn."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary
    from grokscope.tui.curves.book import Book


@dataclass(frozen=True)
class Shown:
    """A run on a screen: its summary, its curves once read, and how it is drawn."""

    run: "RunSummary"
    book: "Book | None"
    hue: str
    letter: str = ""
    group: tuple["Shown", ...] = ()
    """Runs that differ from it in seeds alone, itself among them, where they are drawn as one."""

    @property
    def members(self) -> tuple["Shown", ...]:
        """The runs that it stands for."""
        return self.group or (self,)

    @property
    def version(self) -> tuple[object, ...]:
        """What changes whenever its curves do."""
        return tuple((one.run.path, one.book and one.book.version) for one in self.members)
