"""The drawer: saved views by name, as they stand in the settings.

Each change reads the settings anew, so that two explorers do not undo each other's.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from grokscope.errors import UnknownName, nearest
from grokscope.tui import settings
from grokscope.tui.saved.views import SavedView

SECTION = "views"
"""Where they stand among the explorer's settings."""
LONGEST = 60
"""Characters of a name."""


@dataclass
class Drawer:
    """What the screen of saved views begins with."""

    present: SavedView | None = None
    """The view that can be saved: what was looked at before."""
    opened: str = ""
    """The name of the view that was opened or saved last."""
    views: dict[str, SavedView] = field(default_factory=dict)
    """As last read."""

    def refresh(self) -> None:
        """Read what is saved."""
        read = ((name, SavedView.read(one)) for name, one in settings.load(SECTION).items())
        self.views = {name: view for name, view in read if view is not None}

    def fitting(self, store: Path) -> dict[str, SavedView]:
        """Return the views of a store and those of every store, by name."""
        return {name: view for name, view in self.views.items() if view.fits(store)}

    def put(self, name: str, view: SavedView) -> str:
        """Save a view under a name; return why it is not remembered, empty where it is."""
        return self._change(lambda stored: stored | {name: view.written()})

    def rename(self, old: str, new: str) -> str:
        """Give a view another name, in its place; one that has that name already goes."""

        def change(stored: dict[str, Any]) -> dict[str, Any]:
            rest = {name: one for name, one in stored.items() if name != new or name == old}
            return {(new if name == old else name): one for name, one in rest.items()}

        return self._change(change)

    def drop(self, name: str) -> str:
        """Delete a view."""
        return self._change(lambda stored: {n: one for n, one in stored.items() if n != name})

    def share(self, name: str, store: Path) -> str:
        """Offer a view for every store, or for its own alone, which one without any gets."""
        from grokscope.tui.saved.views import home

        view = self.views[name]
        own = view.store or home(store)
        return self.put(name, replace(view, everywhere=not view.everywhere, store=own))

    def _change(self, change: Callable[[dict[str, Any]], dict[str, Any]]) -> str:
        """Change what is saved; views that this version cannot read stay as they are."""
        problem = settings.save(SECTION, change(settings.load(SECTION)))
        if not problem and settings.place() is None:
            problem = f"nothing is remembered: {settings.VARIABLE} is empty"
        self.refresh()
        return problem


def named(name: str, store: Path) -> SavedView:
    """Return a view by name, for a store.

    Raises
    ------
    UnknownName
        If there is none, or it belongs to another store.
    """
    drawer = Drawer()
    drawer.refresh()
    found, fitting = drawer.views.get(name), drawer.fitting(store)
    if found is None:
        known = ", ".join(map(repr, fitting)) or "none; v in the explorer saves one"
        raise UnknownName(f"no view named {name!r}{nearest(name, fitting)}; saved: {known}")
    if name not in fitting:
        raise UnknownName(
            f"the view {name!r} belongs to another store, {found.store}; "
            f"open it with --store, or let it be offered everywhere (v, then space)"
        )
    return found


def cleaned(name: str) -> str:
    """Return a name as it can be shown and typed again."""
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())[:LONGEST].strip()
