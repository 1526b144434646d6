"""Acting on runs: what the screens that show them can start."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from grokscope.tui import actions
from grokscope.tui.pages.looking import Looking

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary


class Acting(Looking):
    """A page whose selected run can be stopped and resumed."""

    def action_launch(self) -> None:
        """Plan runs from a preset or the selected run."""
        self.session.fork = ""
        self.visit("launch")

    def action_fork(self) -> None:
        """Plan a run that goes on from where the cursor stands."""
        run, time = self.session.run(self.session.selected), self.cursor
        if run is None or time is None:
            self.say("no run to fork" if run is None else "no evaluation to fork the run at")
            return
        at = f"epoch:{time:g}" if run.time_unit == "epoch" else f"{time:.0f}"
        self.session.fork = f"{run.id}@{at}"
        self.visit("launch")

    def action_stop_run(self) -> None:
        """Ask whoever trains the run, or those of its row, to stop, once that is meant."""
        runs = self._under_cursor()
        live = [run for run in runs if run.live]
        if not live:
            self.say(f"nothing to stop: {_standing(runs)}" if runs else "no run to stop")
            return
        label = self._called(live)
        words = ["stop", *(run.id for run in live)]
        self.confirm(f"stop {label}?", lambda: self._begin(words, f"stopping {label}"))

    def action_resume_run(self) -> None:
        """Go on with the run, or those of its row, where they stood."""
        runs = self._under_cursor()
        ended = [run for run in runs if not run.live and run.status != "finished"]
        if not ended:
            self.say(f"nothing to resume: {_standing(runs)}" if runs else "no run to resume")
            return
        self.begin(["resume", *(run.id for run in ended)], f"resuming {self._called(ended)}")

    def action_analyse(self) -> None:
        """Choose a measure to compute."""
        self.visit("compute")

    def action_log(self) -> None:
        """Show what was started, and the log that tells most of the selected run."""
        self.session.watched = None
        self.visit("log")

    def _begin(self, words: list[str], doing: str) -> None:
        self.begin(words, doing)

    def _under_cursor(self) -> "Sequence[RunSummary]":
        """Return the selected run; on the list those of its row."""
        row = self.session.listing.row(self.session) if self.kind == actions.RUNS else None
        if row is not None:
            return row.runs
        run = self.session.run(self.session.selected)
        return [] if run is None else [run]

    def _called(self, runs: "Sequence[RunSummary]") -> str:
        return self.session.labels[runs[0].id] if len(runs) == 1 else f"{len(runs)} runs"


def _standing(runs: "Sequence[RunSummary]") -> str:
    """Return how runs stand, in words."""
    states = ", ".join(dict.fromkeys(run.status for run in runs))
    return f"the run is {states}" if len(runs) == 1 else f"the runs are {states}"
