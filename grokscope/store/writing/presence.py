"""What others see of a live run: its published file and its summary, and how often they change."""

import contextlib
import os
import platform
import secrets
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from grokscope.errors import GrokscopeError, RunGone, RunHeld
from grokscope.events import Outcome, Yardstick, outcomes
from grokscope.store.curves.analysis import moments_in
from grokscope.store.curves.history import History
from grokscope.store.curves.outcomes import events_group
from grokscope.store.curves.published import Published
from grokscope.store.files.patience import Notify, quiet
from grokscope.store.files.publish import publish_json, sync
from grokscope.store.files.texts import parse_json
from grokscope.store.keeping.control import Control
from grokscope.store.listing.summary import RunSummary, State
from grokscope.store.lock import Lock
from grokscope.store.schema import ANALYSIS, LIVE, SEGMENTS, SUMMARY_FILE, Attribute, flatten
from grokscope.store.writing.budget import PublishBudget, Turn
from grokscope.store.writing.provenance import software, timestamp, unix_time
from grokscope.store.writing.rundir import Recovered, disk_bytes, recover


class Presence:
    """Publishes one run, no more often than its process's budget allows.

    Parameters
    ----------
    config : dict
        Nested.
    generation : int
        How often the run was rewritten before.
    """

    def __init__(
        self,
        path: Path,
        lock: Lock,
        published: Published,
        config: Mapping[str, Any],
        history: History,
        budget: PublishBudget,
        generation: int = 0,
    ) -> None:
        self.path = path
        self.lock = lock
        self.control = Control(lock)
        self.published = published
        self.history = history
        self.budget = budget
        self.skipped = 0
        """Publishes left out because the disk refused."""
        self.checkpoints = 0
        self._config = flatten(config)
        self._yardstick = Yardstick.from_attrs(published.attrs)
        self._generation = generation
        self.rows = 0
        """Rows in the published file."""
        last = history.last
        self._epoch_before = last.epoch if last else float(self._config.get("fork.epoch", 0.0))
        self._wall_before = last.wall_time if last else 0.0
        self._began, self._turn = time.monotonic(), Turn(budget)

    @property
    def digest(self) -> str:
        """Of the configuration; empty where it is not known."""
        return str(self.published.attrs.get("config_digest", ""))

    @property
    def wall_time(self) -> float:
        """Seconds that the run has gone on for, without the time it stood still."""
        return self._wall_before + time.monotonic() - self._began

    def tick(self) -> None:
        """Publish and sum up where it is time; a disk that refuses is left alone until later.

        Raises
        ------
        RunHeld
            If another process took the run over.
        RunGone
            If the run's directory is gone.
        """
        self.control.look()
        due = self._turn.due(self.rows, self.history.size)
        if "publish" in due:
            self._attempt(lambda: self.publish("running"))
        if "sum up" in due:
            self._attempt(lambda: self.sum_up("running"))
        elif "beat" in due:
            self._attempt(lambda: os.utime(self.path / SUMMARY_FILE))

    def fence(self) -> None:
        """Make sure that this process still holds the run.

        Raises
        ------
        RunHeld
            If another one took it over.
        RunGone
            If its directory is gone.
        OSError
            If that cannot be told now.
        """
        if not self.lock.held:
            self.stand()
            raise RunHeld(f"run {self.path.name!r} was taken over by another process")

    def stand(self) -> None:
        """Make sure that the run's directory is still where it was.

        Raises
        ------
        RunGone
            If it is not.
        """
        if not self.path.is_dir():
            raise RunGone(
                f"run {self.path.name!r}: its directory is gone from {str(self.path.parent)!r};"
                " it was removed or renamed while the run went on"
            )

    def publish(self, state: State, reason: str = "") -> None:
        """Put the run's file in place.

        Raises
        ------
        OSError
            If the disk does not take it; the old file stands.
        """
        told = self._outcomes(state)
        self._generation += 1
        attrs = self.published.attrs
        attrs |= {"status": state, "reason": reason, "generation": self._generation}
        if self.skipped:
            attrs["publishes_skipped"] = self.skipped
        if state != "running":
            attrs["finished"] = timestamp(time.time())
        self.published.metrics = self.history.group(str(attrs.get("loss", "")))
        self.published.events = events_group(told) if told else None
        self.published.put(self.path)
        self.rows = self.history.size

    def sum_up(self, state: State, reason: str = "") -> None:
        """Put the summary in place, which is also the heartbeat.

        Raises
        ------
        OSError
            If the disk does not take it; the old summary stands.
        """
        self._generation += 1
        data = self.summary(state, reason).stored(state)
        # all that `run.h5` would need to be put together anew, were it lost
        data["yardstick"] = asdict(self._yardstick)
        publish_json(self.path / SUMMARY_FILE, data, durable=state != "running")

    def _attempt(self, action: Callable[[], None]) -> None:
        try:
            self.fence()
            with self.budget.spending():
                action()
        except GrokscopeError:
            raise
        except OSError:
            self.skipped += 1

    def _outcomes(self, state: State) -> dict[str, Outcome]:
        curves = self.history.curves()
        if curves is None or not curves.step.size:
            return {}
        # what a run that failed might have come to is not known
        return outcomes(curves, self._yardstick, state == "finished")

    def summary(self, state: State, reason: str = "") -> RunSummary:
        """Return the run as listings show it."""
        attrs: Mapping[str, Any] = self.published.attrs
        last = self.history.last
        epoch = last.epoch if last else 0.0
        gained, spent = epoch - self._epoch_before, time.monotonic() - self._began
        return RunSummary(
            id=attrs["run_id"],
            path=self.path,
            name=attrs["name"],
            title=attrs["title"],
            status="running",
            reason=reason,
            task=attrs["task"],
            model=attrs["model"],
            seed=attrs["seed"],
            config=self._config,
            time_unit=self._yardstick.time_unit,
            step=last.step if last else 0,
            epoch=epoch,
            total_steps=attrs.get("total_steps"),
            total_epochs=attrs.get("total_epochs"),
            created=unix_time(attrs["created"]),
            heartbeat=time.time(),
            rate=gained / spent if gained > 0 and spent > 0 else None,
            metrics=self.history.ranges,
            outcomes=self._outcomes(state),
            moments=moments_in(self.published.analysis),
            checkpoints=self.checkpoints,
            disk_bytes=disk_bytes(self.path),
            spark=self.history.spark(),
            generation=self._generation,
        )


def appear(
    path: Path, published: Published, config: Mapping[str, Any], budget: PublishBudget
) -> Presence:
    """Make a run's directory under a hidden name, and show it whole.

    Raises
    ------
    RunHeld
        If there is one already.
    OSError
        If the disk does not take it; nothing is left of it.
    """
    hidden = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        for part in (SEGMENTS, ANALYSIS, LIVE):
            (hidden / part).mkdir(parents=True)
        lock = Lock.take(hidden)
        presence = Presence(hidden, lock, published, config, History(), budget)
        presence.publish("running")
        presence.sum_up("running")
        sync(hidden)
        _show(hidden, path)
    except BaseException:
        shutil.rmtree(hidden, ignore_errors=True)
        raise
    presence.path = lock.run = path
    return presence


def _show(hidden: Path, path: Path) -> None:
    exists = f"run {path.name!r} exists already in its store; name another one"
    if path.exists():
        raise RunHeld(exists)
    try:
        hidden.rename(path)
    except OSError as error:
        if path.exists():
            raise RunHeld(exists) from error
        raise
    with contextlib.suppress(OSError):
        sync(path.parent)


def reappear(
    path: Path,
    lock: Lock,
    attrs: Mapping[str, Attribute],
    totals: tuple[int | None, float | None],
    budget: PublishBudget,
    notify: Notify = quiet,
) -> tuple[Presence, Recovered]:
    """Recover a run that is held, so that it can go on; nothing is published yet.

    Parameters
    ----------
    totals : (int or None, float or None)
        Steps and epochs it is to take by now; None where that stays as it is.
    notify : callable
        Told in one line what was found damaged and mended.

    Raises
    ------
    Unreadable, NewerSchema
        If the run's files cannot be read.
    OSError
        If the disk does not take it; a second try may.
    """
    found = recover(path, notify)
    published = found.published
    known = dict(zip(("total_steps", "total_epochs"), totals, strict=True))
    published.attrs |= {name: total for name, total in known.items() if total is not None}
    published.attrs |= software() | {"hostname": platform.node()} | dict(attrs)
    published.attrs["resumes"] = int(published.attrs.get("resumes", 0)) + 1  # type: ignore[arg-type]
    published.attrs["resumed_from"] = found.step
    published.attrs.pop("finished", None)
    config = parse_json(str(attrs["config"])) if "config" in attrs else found.config
    presence = Presence(path, lock, published, config, found.history, budget, found.generation)
    return presence, found
