"""Early ends: when a run has held what its configuration asks for long enough."""

from collections.abc import Mapping

from grokscope.config.sections import Training


class EarlyEnd:
    """Watches one run's evaluations for its early end.

    Parameters
    ----------
    since : int, optional
        Epoch since which the condition held where the run was left.
    """

    def __init__(self, training: Training, since: int | None = None) -> None:
        self.training = training
        self.since = since

    def reached(self, epoch: int, metrics: Mapping[str, float]) -> str:
        """Return why the run should end after an evaluation; empty where it should go on."""
        wanted, name, hold = (
            self.training.stop_beyond,
            self.training.stop_metric,
            self.training.stop_hold,
        )
        if wanted is None:
            return ""
        value, falls = metrics[name], name.endswith("loss")
        if not (value <= wanted if falls else value >= wanted):
            self.since = None
            return ""
        if self.since is None:
            self.since = epoch
        if epoch - self.since < hold:
            return ""
        side = "at most" if falls else "at least"
        held = f" for {hold} epochs" if hold else ""
        return f"ended early: {name} was {side} {wanted:g}{held} at epoch {epoch}"
