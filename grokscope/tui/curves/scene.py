"""A scene: the runs, quantities and view behind a screen's panels, without a size or a terminal."""

from dataclasses import dataclass, replace

from grokscope.tui.curves.axes import Axis, axis
from grokscope.tui.curves.panels import Keys, Shown
from grokscope.tui.curves.view import View


@dataclass(frozen=True)
class Scene:
    """What panels are drawn from."""

    shown: tuple[Shown, ...]
    keys: tuple[Keys, ...]
    """The quantities of each panel, or of each row of panels."""
    view: View
    beside: bool = False
    """Whether two runs have a panel each, side by side."""

    @property
    def over(self) -> Axis:
        """The horizontal axis of all panels."""
        return axis(self.view, self.shown)

    @property
    def rows(self) -> tuple[tuple[tuple[Shown, ...], Keys], ...]:
        """The runs and quantities of each panel, row by row."""
        sides = [(one,) for one in self.shown] if self.beside else [self.shown]
        return tuple((side, keys) for keys in self.keys for side in sides)

    @property
    def related(self) -> bool:
        """Whether one curve relates two runs."""
        return bool(self.view.relation) and len(self.shown) == 2

    def turned(self, log_y: bool) -> View:
        """Return the view with all value axes logarithmic, or all linear."""
        usual = {
            key: quantity.log_y
            for one in self.shown
            if one.book is not None
            for key, quantity in one.book.quantities.items()
        }
        return replace(self.view, flipped=frozenset(k for k, log in usual.items() if log != log_y))

    def name(self, shown: Shown) -> str:
        """Return what a run is called: its letter, name and seed."""
        run = shown.run
        label = f"{run.name} s{run.seed}" if run.name else run.id
        return f"{shown.letter} {label}".strip()
