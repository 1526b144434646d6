"""Taking away: what stands behind each kind of screen, as Python and as rows."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from grokscope.tui import actions, words
from grokscope.tui.pages.looking import Looking

if TYPE_CHECKING:
    from grokscope.pivot import Link
    from grokscope.store.listing.summary import RunSummary
    from grokscope.tui.away.writing import Row, Taken
    from grokscope.tui.curves.scene import Scene
    from grokscope.tui.session import Session
    from grokscope.tui.studies.claims import Table
    from grokscope.tui.through.stage import Panel, Stage

OUTCOMES = ("regime", "t_train", "t_test", "t_grok")
ACCURACY = "test_accuracy"


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

    runs, differing = session.shown, session.differing
    if not runs:
        return plain
    ids = [run.id for run in runs]
    return replace(
        plain,
        name=actions.RUNS,
        code=listed(ids, session.store, runs[0].time_unit),
        rows=lambda: run_rows(runs, differing),
        runs=[run.path for run in runs],
    )


def of_sweep(plain: "Taken", session: "Session", kind: str) -> "Taken":
    """Return a view of a sweep with the runs that make it up, as its kind of screen shows them."""
    from grokscope.store.api.labels import run_labels
    from grokscope.tui.away.notebook import crossed, ranked, scanned
    from grokscope.tui.sweeps import scan

    runs, store, sweep = session.shown, session.store, session.sweep
    differing = session.differing
    taken = replace(of_list(plain, session), name=plain.name)
    if not runs or not sweep.table(session).keys:
        return taken
    # by what a cube of the runs calls them
    named = {one.attrs["long_name"]: name for name, one in run_labels(runs).items()}
    named |= {"": "", "seed.root": "seed"}
    ids, row, column = [run.id for run in runs], named[sweep.row or ""], named[sweep.column]
    if kind == actions.ASSOCIATION:
        links = sweep.links(session)
        code = ranked(ids, store, [named[link.key] for link in links], sweep.shows)
        return replace(taken, code=code, rows=lambda: link_rows(links))
    value = scan.scanned(session) if kind == actions.SCAN else sweep.shows
    if kind == actions.SCAN:
        code = scanned(ids, store, row, column, value, scan.logs(session))
    else:
        code = crossed(ids, store, row, column, value)
    return replace(taken, code=code, rows=lambda: run_rows(runs, differing, value))


def of_studies(plain: "Taken", session: "Session") -> "Taken":
    """Return a table of a study, with the runs behind the claim under the cursor."""
    from grokscope.store.schema import STUDIES
    from grokscope.tui.away.notebook import claimed

    table, claim = session.shelf.table, session.shelf.chosen
    if table is None:
        return plain
    name = f"{table.study}.{table.scale}"
    path = session.store / STUDIES / f"{name}.json"
    behind = map(session.run, claim.runs if claim is not None else ())
    return replace(
        plain,
        name=name,
        code=claimed(path, f"{table.study}, {table.scale}: {table.source}") * path.is_file(),
        rows=lambda: claim_rows(table),
        runs=[run.path for run in behind if run is not None],
    )


def of_stage(plain: "Taken", stage: "Stage", panels: "Sequence[Panel]") -> "Taken":
    """Return a view of checkpoints with the measures that are shown."""
    from grokscope.tui.away.notebook import at_checkpoint

    runs = [one.run for one in stage.shown]
    held = {key for sheets in stage.sheets for key in sheets.known}
    shots = [panel.shot for panel in panels if panel.shot is not None and panel.shot.key in held]
    keys = list(dict.fromkeys(shot.key for shot in shots))
    name = "-".join([plain.name, *(run.id for run in runs)])
    taken = replace(plain, name=name, runs=[run.path for run in runs])
    if stage.timeline is None or not keys:
        return taken
    time, live = float(stage.timeline.stops[stage.index]), any(run.live for run in runs)
    code = at_checkpoint(taken.runs, keys, time, runs[0].time_unit, live)
    return replace(taken, code=code, rows=lambda: stage.rows(keys))


def run_rows(
    runs: "Sequence[RunSummary]", differing: Sequence[str], value: str = ""
) -> "Iterator[Row]":
    """Yield one row a run under their header: what it is, how it came out, and its settings.

    Parameters
    ----------
    value : str
        A metric that is told besides the test accuracy, as the run ended.
    """
    keys = [key for key in differing if key not in words.UNCOMPARED]
    metrics = [name for name in dict.fromkeys((ACCURACY, value)) if name not in ("", *OUTCOMES)]
    yield ("id", "name", "seed", "status", *OUTCOMES, "time_unit", *metrics, *keys)
    for run in runs:
        outcome = [getattr(run.outcome, name, None) for name in OUTCOMES]
        last = [run.metrics[name].last if name in run.metrics else None for name in metrics]
        told = (run.id, run.name, run.seed, run.status, *outcome, run.time_unit)
        yield (*told, *last, *(run.config.get(key) for key in keys))


def link_rows(links: "Sequence[Link]") -> "Iterator[Row]":
    """Yield one row a configuration key under their header: how closely it goes along."""
    yield "key", "strength", "rank_correlation", "correlation_ratio", "values", "runs"
    for one in links:
        yield one.key, one.strength, one.correlation, one.ratio, one.levels, one.count


def claim_rows(table: "Table") -> "Iterator[Row]":
    """Yield one row a value that a claim was judged by under their header; one at least a claim."""
    yield "claim", "verdict", "statement", "where", "paper", "ours", "expected", "reading", "value"
    for one in table.claims:
        told = one.name, one.verdict, one.statement, one.where, one.paper, one.ours, one.expected
        values = [(name, value) for name, values in one.readings for value in values]
        yield from ((*told, *pair) for pair in values or [("", math.nan)])


def _named(runs: "Sequence[RunSummary]", kind: str) -> str:
    """Return a name for files about runs: theirs where they are few, else the screen's."""
    return "-".join(run.id for run in runs) if len(runs) <= 2 else kind
