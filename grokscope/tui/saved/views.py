"""Views: all that is looked at and how, as it is saved under a name and come back to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grokscope.tui import words
from grokscope.tui.runs.folding import SEEDS
from grokscope.tui.runs.listing import Listing
from grokscope.tui.runs.picked import MARKS, Only
from grokscope.tui.saved import forms

if TYPE_CHECKING:
    from grokscope.tui.session import Session

WAYS: dict[str, tuple[str, ...]] = {
    "runs": (),
    "run": ("run",),
    "compare": ("compare",),
    "phase": ("phase",),
    "scan": ("phase", "scan"),
    "association": ("phase", "association"),
    "through": ("run", "through"),
    "studies": ("studies",),
}
"""Screens that views are saved on, and by which ways from the list they are come back to."""
SECTIONS = ("list", "curves", "sweep", "film", "marks", "only")
NAMED = 3
"""Most missing runs that are named."""


@dataclass(frozen=True)
class SavedView:
    """What was looked at and how."""

    screen: str
    """One of `WAYS`; of a newer version perhaps another one."""
    store: str
    """The store that its runs lie in."""
    everywhere: bool = False
    """Whether it is offered for every store; its runs are looked for in its own alone."""
    filter: str = ""
    selected: str = ""
    parts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The rest, by `SECTIONS`."""

    @classmethod
    def read(cls, stored: Any) -> "SavedView | None":
        """Return a view as it stands in the settings, None where that is none."""
        if not isinstance(stored, dict) or not isinstance(stored.get("screen"), str):
            return None
        told = {
            k: v for k in ("store", "filter", "selected") if isinstance(v := stored.get(k), str)
        }
        parts = {name: part for name in SECTIONS if isinstance(part := stored.get(name), dict)}
        return cls(
            stored["screen"],
            told.get("store", ""),
            # one written by hand need not name a store
            stored.get("everywhere") is True or not told.get("store"),
            told.get("filter", ""),
            told.get("selected", ""),
            parts,
        )

    def written(self) -> dict[str, Any]:
        """Return what `read` makes the view of again."""
        names = ("screen", "store", "everywhere", "filter", "selected")
        told = {name: value for name in names if (value := getattr(self, name))}
        return told | {name: dict(part) for name, part in self.parts.items()}

    def fits(self, store: Path) -> bool:
        """Return whether it is offered for a store."""
        return self.everywhere or self.store == home(store)

    def told(self) -> str:
        """Return in few words what it shows."""
        listed, looked = self._part("list"), self._part("curves")
        fold, sort, x = listed.get("fold"), listed.get("sort"), looked.get("x")
        sign = "greatest" if listed.get("inverted") is True else "least"
        of_run = WAYS.get(self.screen, ())[:1] == ("run",)
        facts = [
            f"{self.screen} {self.selected}".strip() if of_run else self.screen,
            self.filter and f"/{self.filter}",
            str(self._part("only").get("why") or ""),
            f"marked {''.join(sorted(self._part('marks')))}" if self._part("marks") else "",
            f"{words.short_key(sort)} {sign} first" if isinstance(sort, str) and sort else "",
            f"by {words.short_key(fold)}" if isinstance(fold, str) and fold != SEEDS else "",
            f"over {x}" if isinstance(x, str) and x else "",
            *(str(looked[name]) for name in ("relation", "band") if looked.get(name)),
            "zoomed" if looked.get("window") else "",
        ]
        return words.readable(" · ".join(filter(None, facts)))

    def _part(self, name: str) -> Mapping[str, Any]:
        return self.parts.get(name, {})

    def restore(self, session: "Session") -> list[str]:
        """Look at things as was saved; return what of it is gone, in words."""
        listing = session.listing
        listing.recall({**Listing().remembered(), **self._part("list")})
        listing.unfolded = set(forms.texts(self._part("list").get("unfolded")))
        session.view = forms.curves(self._part("curves"))
        session.film = forms.film(self._part("film"))
        session.sweep = forms.sweep(self._part("sweep"))
        gone = self._runs(session) if self.store == home(session.store) else []
        session.refilter(self.filter)
        few = ", ".join(gone[:NAMED]) + " …" * (len(gone) > NAMED)
        lacking = [f"{few} no longer here"] if gone else []
        if session.problem is not None:
            lacking.append(f"its filter: {session.problem.message}")
            session.refilter("")
        if self.screen not in WAYS:
            lacking.append(f"no screen {self.screen!r} in this version")
        return lacking

    def way(self, session: "Session") -> tuple[Sequence[str], str]:
        """Return the screens that lead to it, and why they are fewer than that where they are."""
        way = WAYS.get(self.screen, ())
        pair = self.screen == "compare" or (self.screen == "through" and session.film.pair)
        if pair:
            way = ("compare", *(name for name in way if name == "through"))
        if pair and len(session.marks) < 2:
            return (), "two marked runs are needed"
        if way[:1] == ("run",) and session.run(session.selected) is None:
            return (), "no run to open"
        return way, ""

    def _runs(self, session: "Session") -> list[str]:
        """Take in marks, cursor and narrowing; return the runs that are gone."""
        marks = {k: id for k, id in self._part("marks").items() if isinstance(id, str)}
        session.marks = {k: id for k, id in marks.items() if k in MARKS and session.run(id)}
        gone = [f"{k} {id}" for k, id in marks.items() if not session.run(id)]
        if self.selected and session.run(self.selected):
            session.selected = self.selected
        elif self.selected and self.selected not in marks.values():
            gone.append(self.selected)
        ids = forms.texts(self._part("only").get("ids"))
        here = frozenset(id for id in ids if session.run(id))
        gone += [id for id in ids if id not in here]
        why = words.readable(str(self._part("only").get("why", "")))
        session.only = Only(here, why) if here else None
        return [words.readable(id) for id in dict.fromkeys(gone)]


def present(session: "Session", screen: str) -> SavedView:
    """Return what is looked at now, and how."""
    usual = Listing().remembered() | {"unfolded": []}
    listed = session.listing.remembered() | {"unfolded": sorted(session.listing.unfolded)}
    listed = {name: value for name, value in listed.items() if value != usual[name]}
    parts: dict[str, dict[str, Any]] = {
        "list": listed,
        "curves": forms.of_curves(session.view),
        "sweep": forms.of_sweep(session.sweep),
        "film": forms.of_film(session.film),
        "marks": dict(session.marks),
    }
    if (only := session.only) is not None:
        parts["only"] = {"why": only.why, "ids": sorted(only.ids)}
    return SavedView(
        screen,
        home(session.store),
        filter=session.filter,
        selected=session.selected,
        parts={name: part for name, part in parts.items() if part},
    )


def home(store: Path) -> str:
    """Return a store as views name it."""
    return str(store.resolve())
