"""Taking away: what stands behind each kind of screen, as Python and as rows."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from grokscope.tui import actions, words
from grokscope.tui.pages.looking import Looking

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary
    from grokscope.tui.away.writing import Row, Taken
    from grokscope.tui.curves.scene import Scene
    from grokscope.tui.session import Session
    from grokscope.tui.through.stage import Panel, Stage

TIMES = ("t_train", "t_test", "t_grok")


class Taking(Looking):
    """A page whose curves can be taken away."""

    def scene(self) -> "Scene | None":
        """Return what its panels are drawn from; None before there is anything to draw."""
        from grokscope.tui.curves.scene import Scene

        shown = tuple(self.shown())
        if not shown or all(one.book is None for one in shown):
            return None
        view, count, keys = self.session.view, len(self.plots.frames()), self.groups()
        pair = self.kind == actions.COMPARE and len(shown) == 2
        if pair and view.relation:
            keys = [(key,) for key in self.keys()]
        else:
            view = replace(view, relation="")
        beside = pair and not view.overlay and not view.relation
        return Scene(shown, tuple(keys[: max(count // (1 + beside), 1)]), view, beside)

    def action_yank(self) -> None:
        """Copy the Python that redraws the page, once its curves are read."""
        if self.kind != actions.RUNS and self.shown() and self.scene() is None:
            self.say("the curves are being read; y once more in a moment")
        else:
            super().action_yank()

    def taken(self) -> "Taken":
        """Return the view with the curves behind it."""
        from grokscope.tui.away.writing import curve_rows
        from grokscope.tui.away.yank import script

        plain, scene = super().taken(), self.scene()
        if scene is None:
            return plain
        runs = [member.run for one in scene.shown for member in one.members]
        return replace(
            plain,
            name=_named(runs, self.kind),
            code=script(scene),
            rows=lambda: curve_rows(scene),
            runs=[run.path for run in runs],
        )


def of_list(plain: "Taken", session: "Session") -> "Taken":
    """Return a view of the list with the runs in it."""
    from grokscope.tui.away.notebook import listed

    runs = session.shown
    if not runs:
        return plain
    ids = [run.id for run in runs]
    return replace(
        plain,
        name=actions.RUNS,
        code=listed(ids, session.store, runs[0].time_unit),
        rows=lambda: run_rows(runs, session.differing),
        runs=[run.path for run in runs],
    )


def of_sweep(plain: "Taken", session: "Session") -> "Taken":
    """Return a view of a sweep with the runs that make it up."""
    from grokscope.tui.away.notebook import crossed

    listed, sweep = replace(of_list(plain, session), name=plain.name), session.sweep
    keys = [words.short_key(key) for key in (sweep.row, sweep.column) if key]
    keys = ["seed" if key == "root" else key for key in keys]
    if not keys or not session.shown:
        return listed
    ids = [run.id for run in session.shown]
    return replace(listed, code=crossed(ids, session.store, keys, sweep.shows))


def of_stage(plain: "Taken", stage: "Stage", panels: "Sequence[Panel]") -> "Taken":
    """Return a view of checkpoints with the measures that are shown."""
    from grokscope.tui.away.notebook import at_checkpoint

    runs = [one.run for one in stage.shown]
    held = {key for sheets in stage.sheets for key in sheets.known}
    shots = [panel.shot for panel in panels if panel.shot is not None and panel.shot.key in held]
    keys = list(dict.fromkeys(shot.key for shot in shots))
    taken = replace(plain, name=_named(runs, plain.name), runs=[run.path for run in runs])
    if stage.timeline is None or not keys:
        return taken
    time = float(stage.timeline.stops[stage.index])
    return replace(taken, code=at_checkpoint(taken.runs, keys, time, runs[0].time_unit))


def run_rows(runs: "Sequence[RunSummary]", differing: Sequence[str]) -> "Iterator[Row]":
    """Yield one row a run under their header: what it is, how it came out, and its settings."""
    keys = [key for key in differing if key not in words.UNCOMPARED]
    yield ("id", "name", "seed", "status", "regime", *TIMES, "time_unit", "test_accuracy", *keys)
    for run in runs:
        times = [getattr(run.outcome, name, None) for name in TIMES]
        last = run.metrics.get("test_accuracy")
        told = (run.id, run.name, run.seed, run.status, getattr(run.outcome, "regime", None))
        measured = (*times, run.time_unit, last.last if last is not None else None)
        yield (*told, *measured, *(run.config.get(key) for key in keys))


def _named(runs: "Sequence[RunSummary]", kind: str) -> str:
    """Return a name for files about runs: theirs where they are few, else the screen's."""
    return "-".join(run.id for run in runs) if len(runs) <= 2 else kind
