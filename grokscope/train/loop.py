"""Loop: trains the runs of an ensemble, records them, and parts with each at its own end."""

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from grokscope.store.schema import canonical
from grokscope.train.course import Course, Due, Pace, View
from grokscope.train.device import multiplying
from grokscope.train.early import EarlyEnd
from grokscope.train.ensemble import Ensemble, Sample
from grokscope.train.flight import Flight, evaluations
from grokscope.train.recording import Ending, Recording
from grokscope.train.seats import Seat
from grokscope.train.stop import Stop

if TYPE_CHECKING:
    from grokscope.train.in_situ import Observer


@dataclass(frozen=True)
class Ended:
    """How one run left a session."""

    id: str
    ending: Ending
    reason: str = ""


class Loop:
    """One pass through the lives of runs that train together.

    Parameters
    ----------
    seats : sequence of Seat
        The runs, in the order of the ensemble and of the recording.
    pace : callable
        Gives the ensemble its course, and again to what is left of it where runs have ended.
    """

    def __init__(
        self,
        ensemble: Ensemble,
        seats: Sequence[Seat],
        recording: Recording,
        stop: Stop,
        pace: Pace = Course,
    ) -> None:
        self.ensemble = ensemble
        self.seats = seats
        self.recording = recording
        self.stop = stop
        self.ended: dict[int, Ended] = {}
        self._rows = list(range(len(seats)))
        """Which seat each row of the ensemble is."""
        training = seats[0].experiment.training
        self.epochs = training.epochs
        self.every = seats[0].experiment.record.evaluate_every
        self._flights = [self._flight(i) for i in range(len(seats))]
        self._observers = [self._observer(seat) for seat in seats]
        self._early = [EarlyEnd(s.experiment.training, s.state.held_since) for s in seats]
        self._kept = frozenset[int]().union(*{seat.kept for seat in seats})
        """Epochs of which some run keeps its parameters."""
        self.pace = pace
        self._set_out()

    def run(self) -> list[Ended]:
        """Train runs to their ends, or as far as there is a request to stop."""
        if self.seats[0].fresh:
            self._observe(self.ensemble, first=True)
        while self._going_on() and self.ensemble.epoch < self.epochs:
            if self.stop.requested:
                self._catch_up()
                self._end_all("interrupted")
                break
            self._see(self.course.advance())
            if self.course.late and self._awaited:
                self._catch_up()
                self._tend()
        self._catch_up()
        self._end_all("finished")
        self.recording.close()
        self._part_with_lost()
        return [self.ended[i] for i in range(len(self.seats))]

    def _set_out(self) -> None:
        """Send the ensemble on its course."""
        early = [self._early[i] for i in self._rows]
        weights = partial(_wanted, self._kept, self._flights, self._observers)
        self.course = self.pace(self.ensemble, Due(self.epochs, self.every, weights, early))
        if self.course.told:
            for i in self._rows:
                self.recording.tell(i, self.course.told)

    @property
    def _awaited(self) -> bool:
        """Whether something can only be done where training stands, once all was seen."""
        asked = any(self.seats[i].writer.control.stop for _, i in self._going_on())
        return asked or self._alone or self.recording.wants_resume_point

    @property
    def _alone(self) -> bool:
        """Whether the runs that go on are so few that they should go on without the others.

        On a device that is half of them, because setting out anew costs more than company there.
        """
        most = len(self._rows) // 2 if self.course.late else len(self._rows) - 1
        return 0 < len(self._going_on()) <= most

    def _catch_up(self) -> None:
        """See all that training has done."""
        self._see(self.course.rest())

    def _see(self, views: Iterable[View]) -> None:
        """Observe one view after another, and hold on to none: an ensemble may be behind it."""
        for seen in views:
            self._observe(seen)

    def _observe(self, seen: View, first: bool = False) -> None:
        """Record what is due at an epoch, and part with runs that have come to their end."""
        self._part_with_lost()
        if first or self.course.due.evaluated(seen.epoch):
            self._evaluate(seen)
        for row, i in self._going_on():
            self._keep(seen, row, i, seen.epoch in self.seats[i].kept)
        if seen is self.ensemble:
            self._tend()

    def _tend(self) -> None:
        """Do what others ask for, and what is due by the clock, where training stands now."""
        save = self.recording.wants_resume_point
        for row, i in self._going_on():
            if self.seats[i].writer.control.stop:
                self._end(self.ensemble, row, i, "interrupted")
            elif save:
                self._save(self.ensemble, row, i)
        self._leave_behind()

    def _evaluate(self, seen: View) -> None:
        """Record metrics; end runs that diverged, or that hold what they were to reach."""
        epoch, metrics = seen.epoch, seen.evaluate()
        for row, i in self._going_on():
            self.recording.log(i, seen.step, epoch, metrics[row])
            if flight := self._flights[i]:
                flight.evaluated(seen.step, epoch, metrics[row])
            loss = metrics[row]["train_loss"]
            if not math.isfinite(loss):
                reason = f"diverged: train loss is {loss} at epoch {epoch}"
                self._end(seen, row, i, "failed", reason)
            elif reason := self._early[i].reached(epoch, metrics[row]):
                self._keep(seen, row, i)
                self._end(seen, row, i, "finished", reason)

    def _going_on(self) -> list[tuple[int, int]]:
        """Return rows of the ensemble, and their seats, that have not ended."""
        return [(row, i) for row, i in enumerate(self._rows) if i not in self.ended]

    def _flight(self, i: int) -> Flight | None:
        """Return the flight recorder of a run that has one, which knows the run's past."""
        seat, record = self.seats[i], self.seats[i].experiment.record
        if not record.flight:
            return None

        recording = self.recording

        def tell(windows: list[dict[str, Any]]) -> None:
            recording.tell(i, {"flight": canonical(windows)})

        write = partial(recording.checkpoint, i)
        yardstick = seat.experiment.yardstick(seat.split)
        flight = Flight(
            record, yardstick, write, tell, seat.state.flown, seat.writer.last_checkpoint
        )
        if not seat.fresh:
            flight.recall(evaluations(seat.writer.path))
        return flight

    def _observer(self, seat: Seat) -> "Observer | None":
        """Return what measures a run while it trains, where that is asked for."""
        if not seat.experiment.record.measures:
            return None
        from grokscope.train.in_situ import Observer

        device, state = str(self.ensemble.theta.device), seat.state
        observed = len(self.seats)
        observer = Observer(seat.experiment, seat.split, device, state.watched, observed)
        if not seat.fresh:
            observer.recall(seat.writer.path, state.epoch)
        spent = seat.before.get("measuring_seconds")
        observer.seconds = spent if isinstance(spent, float) else 0.0
        return observer

    def _keep(self, seen: View, row: int, i: int, kept: bool = True) -> None:
        """Record a checkpoint, unless this one is there already, or have a recorder hold it."""
        step, epoch, flight = seen.step, seen.epoch, self._flights[i]
        if (observer := self._observers[i]) and (kept or observer.wants(epoch)):
            with multiplying("highest"):
                observer.see(step, epoch, seen.weights(row), kept)
        if step <= self.seats[i].newest:
            return
        if flight:
            flight.take(step, epoch, seen.weights(row), kept)
        elif kept:
            self.recording.checkpoint(i, step, epoch, seen.weights(row))

    def _save(self, seen: View, row: int, i: int) -> None:
        flight, since = self._flights[i], self._early[i].since
        flown = flight.flown if flight else None
        watched = self._measure(i)
        state = seen.state(row)
        state = replace(state, held_since=since, flown=flown, watched=watched)
        self.recording.save(i, state)

    def _measure(self, i: int) -> tuple[Sample, ...]:
        """Record what was measured of a run; return the checkpoints that are still needed."""
        observer = self._observers[i]
        if observer is None:
            return ()
        with multiplying("highest"):
            observer.measure()
        self.recording.tell(i, {"measuring_seconds": observer.seconds})
        self.recording.measured(i, observer.results(self.seats[i].writer.path))
        return tuple(observer.samples)

    def _end(self, seen: View, row: int, i: int, ending: Ending, reason: str = "") -> None:
        if (flight := self._flights[i]) and ending == "failed":
            flight.diverged(seen.step, seen.epoch)
        elif flight:
            flight.land(ended=ending == "finished")
        if ending != "failed":
            self._save(seen, row, i)
        else:
            self._measure(i)
        if told := self.course.told | self.recording.told:
            self.recording.tell(i, told)
        self.recording.end(i, ending, reason)
        self.ended[i] = Ended(self.seats[i].writer.id, ending, reason)

    def _end_all(self, ending: Ending) -> None:
        for row, i in self._going_on():
            self._end(self.ensemble, row, i, ending)

    def _leave_behind(self) -> None:
        """Go on without the runs that have ended; the others do not notice."""
        if self._alone:
            left = self._going_on()
            self._rows = [i for _, i in left]
            self.ensemble = self.ensemble.only([row for row, _ in left])
            self._set_out()

    def _part_with_lost(self) -> None:
        """Leave runs whose files are gone or another process's, and say so; the others go on."""
        for i, error in list(self.recording.lost.items()):
            if i in self.ended and self.ended[i].ending == "failed":
                continue
            self.ended[i] = Ended(self.seats[i].writer.id, "failed", str(error))
            if len(self.seats) > 1:
                self.recording.notify(str(error))


def _wanted(
    kept: Collection[int],
    flights: Sequence[Flight | None],
    observers: "Sequence[Observer | None]",
    epoch: int,
) -> bool:
    """Return whether some run's parameters are wanted at an epoch.

    It knows no loop, so that what a loop trained is let go of at once, and leaves its memory to
    the runs that follow.
    """
    return (
        epoch in kept
        or any(flights)
        or any(observer.wants(epoch) for observer in observers if observer)
    )
