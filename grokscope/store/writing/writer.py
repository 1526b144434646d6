"""Writing a run: rows go to the log at once, and what readers open is published by rename."""

import contextlib
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from grokscope.events import Yardstick
from grokscope.layout import Layout
from grokscope.store.checkpoints.compaction import try_to_compact
from grokscope.store.checkpoints.merging import Merging
from grokscope.store.checkpoints.resume import ResumePoint, save_resume
from grokscope.store.checkpoints.segments import MOST_SECONDS, Segments
from grokscope.store.curves.analysis import read_loose, removals
from grokscope.store.curves.published import Published
from grokscope.store.files.patience import PATIENCE, Notify, Patience, T
from grokscope.store.hdf5.groups import check_attrs
from grokscope.store.identifiers import run_path
from grokscope.store.lock import Lock
from grokscope.store.probes.batches import Probes
from grokscope.store.schema import LOG_FILE, Attribute
from grokscope.store.wal import Log, Row
from grokscope.store.writing.budget import PublishBudget
from grokscope.store.writing.presence import Presence, appear, reappear
from grokscope.store.writing.provenance import describe

Ending = Literal["finished", "interrupted", "failed"]

LOG_BYTES = 1 << 20
"""Length at which a log, once published and summed up, is begun anew: its tail then reads fast."""


class RunWriter:
    """The one process, one thread at a time, that may change a run, by `create` or `reopen`."""

    def __init__(self, presence: Presence, segments: Segments, patience: Patience) -> None:
        self._presence, self._history = presence, presence.history
        self.path, self.id, self.control = presence.path, presence.path.name, presence.control
        self._segments, self.patience = segments, patience
        patience.explain = presence.stand
        self.probes, self._merging = Probes(self.path, segments.settled), Merging(self.path)
        self._log = self._insist(lambda: Log(self.path / LOG_FILE), "metrics")
        self.closed, self._digest = False, presence.digest
        presence.checkpoints = segments.count

    @classmethod
    def create(
        cls,
        store: Path,
        run_id: str,
        *,
        config: Mapping[str, Any],
        yardstick: Yardstick,
        layout: Layout | None = None,
        attrs: Mapping[str, Attribute] | None = None,
        total_steps: int | None = None,
        total_epochs: float | None = None,
        budget: PublishBudget | None = None,
        notify: Notify | None = None,
        patience: float = PATIENCE,
    ) -> "RunWriter":
        """Begin a run: its directory appears with everything a reader needs already in it.

        Parameters
        ----------
        config : dict
            Nested; `name`, `task.name`, `model.name` and `seed.root` are read from it.
        layout : Layout, optional
            Of the checkpoints; may be set later, before the first one.
        total_steps, total_epochs : int, float, optional
            How far it is to go; gives the time left.
        notify : callable, optional
            Told in one line when the disk refuses, and when it takes writes again.
        patience : float, in seconds
            How long to insist then.

        Raises
        ------
        NotARun
            If the id cannot name a run.
        RunHeld
            If it names one already.
        ValueError
            If an attribute, or a name in the layout, cannot be stored.
        StoreFailed
            If the disk does not take it.
        """
        segments = Segments(path := run_path(store, run_id), layout)
        known = describe(run_id, config, yardstick, (total_steps, total_epochs), time.time())
        published = Published(known | dict(attrs or {}))
        insistence = Patience(patience, notify)
        presence = insistence.insist(
            lambda: appear(path, published, config, budget or PublishBudget()),
            f"run {run_id!r} cannot begin",
        )
        with presence.lock.released_on_error():
            return cls(presence, segments, insistence)

    @classmethod
    def reopen(
        cls,
        path: Path,
        *,
        attrs: Mapping[str, Attribute] | None = None,
        total_steps: int | None = None,
        total_epochs: float | None = None,
        budget: PublishBudget | None = None,
        notify: Notify | None = None,
        patience: float = PATIENCE,
        force: bool = False,
    ) -> tuple["RunWriter", ResumePoint | None]:
        """Take a run up again where it was last saved; what was recorded past that is dropped.

        Parameters
        ----------
        force : bool
            Take it also from a process that cannot be seen from this machine.

        Returns
        -------
        (RunWriter, ResumePoint or None)
            None where no point was ever saved: the run begins anew at step 0.

        Raises
        ------
        RunHeld
            If another process writes it, or may do so where it cannot be seen from here.
        NotARun, Unreadable, NewerSchema
            If there is no such run, or its files cannot be read.
        StoreFailed
            If the disk does not take it.
        """
        insistence = Patience(patience, notify)
        what = f"run {path.name!r} cannot be resumed"
        lock = insistence.insist(lambda: Lock.take(path, force), what)
        options = ((total_steps, total_epochs), budget or PublishBudget(), insistence.notify)
        with lock.released_on_error():
            presence, found = insistence.insist(
                lambda: reappear(path, lock, attrs or {}, *options), what
            )
            writer = cls(presence, found.segments, insistence)
            try:
                writer._insist(lambda: presence.publish("running"), "publish")
                writer._insist(writer._log.replace, "metrics")
                writer._insist(lambda: presence.sum_up("running"), "summary")
            except BaseException:
                writer.abandon()
                raise
        return writer, found.point

    @property
    def last_checkpoint(self) -> int:
        """Step of the newest checkpoint taken; -1 where there is none."""
        return self._segments.last

    @property
    def layout(self) -> Layout | None:
        """Where each parameter lies in a checkpoint's row; None until it is known."""
        return self._segments.layout

    @layout.setter
    def layout(self, layout: Layout | None) -> None:
        self._segments.layout = layout

    @property
    def row_bytes(self) -> int:
        """Size of one checkpoint; 0 while the layout is not known."""
        return 0 if self.layout is None else 4 * self.layout.size

    def log(self, step: int, epoch: float, values: Mapping[str, float]) -> None:
        """Record an evaluation; on return it outlives this process.

        Raises
        ------
        ValueError
            If `step` is not greater than the last one, or something in it cannot be stored.
        StoreFailed
            If the disk refused for too long.
        """
        row = Row.checked(step, epoch, self._presence.wall_time, values)
        if row.step <= (last := self._history.last_step):
            raise ValueError(f"evaluation at step {row.step} after one at step {last}")
        self._insist(lambda: self._log.append(row), "metrics")
        self._history.append(row)

    def checkpoint(self, step: int, epoch: float, row: NDArray[np.float32]) -> None:
        """Keep the parameters at a step, float32 (parameter,); `row` must not change afterwards.

        It is on disk in seconds, or among many runs by the next resume point; at once behind one.
        """
        self._segments.patience = MOST_SECONDS * self._presence.budget.crowd
        self._segments.add(int(step), float(epoch), row)
        if self._segments.due:
            self._flush()

    def save_resume(
        self, arrays: Mapping[str, NDArray[Any]], counters: Mapping[str, int | float | str]
    ) -> None:
        """Make this the point that the run resumes from; `counters` holds at least `step`.

        Raises
        ------
        ValueError
            If `counters` holds no step.
        StoreFailed
            If the disk refused for too long; the older point stands.
        """
        if "step" not in counters:
            raise ValueError("a resume point needs counters['step']")
        self._flush()
        self._insist(self._log.sync, "metrics")
        self._insist(lambda: save_resume(self.path, arrays, counters, self._digest), "resume point")
        self._segments.settled = self.probes.settled = int(counters["step"])

    def set_attrs(self, attrs: Mapping[str, Attribute]) -> None:
        """Add root attributes; they are published with the next rows.

        Raises
        ------
        ValueError
            If one cannot be stored.
        """
        check_attrs(attrs)
        self._presence.published.attrs |= attrs

    def tick(self) -> None:
        """Show life, and publish where the budget allows it; call it often.

        Raises
        ------
        RunHeld
            If another process took the run over.
        """
        if self.closed:
            return
        if self._segments.due or self.probes.due:
            self._flush()
        if self._log.due:
            self._insist(self._log.sync, "metrics")
        self._presence.tick()
        self._merging.step()
        if self._log.end > LOG_BYTES and self._presence.rows == self._history.size:
            with contextlib.suppress(OSError), self._presence.budget.spending():
                self._presence.sum_up("running")
                self._log.replace()

    def finish(self, state: Ending, reason: str = "") -> None:
        """Publish the run for the last time and let go of it; a second call does nothing.

        Raises
        ------
        StoreFailed
            If the disk refused for too long. The run then counts as dead, and can be resumed.
        """
        if self.closed:
            return
        self.closed = True
        presence = self._presence
        try:
            self._insist(presence.fence, "lock")
            self._flush()
            if state != "interrupted" and (why_not := try_to_compact(self.path)):
                self.patience.notify(f"run {self.id!r}: checkpoints stay in segments: {why_not}")
            loose, paths = read_loose(self.path)
            presence.published.analysis |= loose
            self._insist(lambda: presence.publish(state, reason), "last publish")
            for remove in (*removals(paths), lambda: self._log.path.unlink(missing_ok=True)):
                self._insist(remove, "last publish")
            self._insist(lambda: presence.sum_up(state, reason), "summary")
        finally:
            self._let_go()

    def abandon(self, reason: str = "") -> None:
        """Let go of the run as it stands, without insisting on anything.

        Parameters
        ----------
        reason : str
            Why, where it should count as interrupted, if the disk takes that; else as dead.
        """
        if self.closed:
            return
        self.closed = True
        if reason:
            with contextlib.suppress(OSError):
                self._presence.fence()
                self._presence.sum_up("interrupted", reason)
        self._let_go()

    def _let_go(self) -> None:
        self._log.close()
        with contextlib.suppress(OSError):
            self._presence.lock.release()

    def _flush(self) -> None:
        self._insist(self._segments.flush, "checkpoints")
        self._insist(self.probes.flush, "probes")
        self._presence.checkpoints = self._segments.count

    def _insist(self, action: Callable[[], T], what: str) -> T:
        return self.patience.insist(action, f"run {self.id!r}, {what}")
