"""Acting on runs: what the screens that show them can start."""

from grokscope.tui.page import Page


class Acting(Page):
    """A page whose selected run can be stopped and resumed."""

    def action_launch(self) -> None:
        """Plan runs from a preset or the selected run."""
        self.visit("launch")

    def action_stop_run(self) -> None:
        """Ask whoever trains the selected run to stop, once that is meant."""
        run = self.session.run(self.session.selected)
        if run is None or not run.live:
            self.say(f"nothing to stop: the run is {run.status}" if run else "no run to stop")
            return
        label = self.session.labels[run.id]
        words = ["stop", run.id]
        self.confirm(f"stop {label}?", lambda: self._begin(words, f"stopping {label}"))

    def action_resume_run(self) -> None:
        """Go on with the selected run where it stood."""
        run = self.session.run(self.session.selected)
        if run is None or run.live or run.status == "finished":
            self.say(f"nothing to resume: the run is {run.status}" if run else "no run to resume")
            return
        self.begin(["resume", run.id], f"resuming {self.session.labels[run.id]}")

    def action_analyse(self) -> None:
        """Choose a measure to compute."""
        self.visit("compute")

    def action_log(self) -> None:
        """Show what was started, and the log that tells most of the selected run."""
        self.session.watched = None
        self.visit("log")

    def _begin(self, words: list[str], doing: str) -> None:
        self.begin(words, doing)
