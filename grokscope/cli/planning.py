"""What a command is about to train: how many runs, for how long, and how much they will write."""

import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import click

from grokscope.cli.terminal import room, table
from grokscope.store.listing.room import human
from grokscope.store.schema import flatten
from grokscope.train.estimate import Pace, still_needed, windows
from grokscope.train.plan import Plan
from grokscope.tui.words import duration
from grokscope.wording import differing, shortened, value

STARTING = 4.0
"""Seconds that a process takes to start where each has a core; this one has started already."""


@dataclass(frozen=True)
class Forecast:
    """What planned runs will take."""

    runs: int
    train: int
    resume: int
    reuse: int
    seconds: float | None
    """None where nothing is known."""
    source: str
    """Where the time is from."""
    bytes: int
    flight_bytes: int = 0
    """What windows of flight recorders take beside that, at most."""
    live: int = 0
    """Runs that other processes train, and that are left to them."""

    def line(self) -> str:
        """Return it in one line."""
        told = {"to train": self.train, "to resume": self.resume, "reused": self.reuse}
        told["being trained elsewhere"] = self.live
        words = ", ".join(f"{count} {what}" for what, count in told.items() if count)
        noun = "run" if self.runs == 1 else "runs"
        if not self.train + self.resume:
            return f"{self.runs} {noun}: {words}"
        time = "time unknown"
        if self.seconds is not None:
            time = f"about {duration(self.seconds)} ({self.source})"
        room = f"about {human(self.bytes)}"
        if self.flight_bytes:
            room += f", and at most {human(self.flight_bytes)} in flight recorders' windows"
        return f"{self.runs} {noun}: {words}; {time}, {room}"


def forecast(plans: Sequence[Plan], jobs: int, pace: Pace | None) -> Forecast:
    """Return what planned runs will take in so many processes, at a pace that may be unknown."""
    counts = Counter(plan.action for plan in plans)
    jobs = max(min(jobs, counts["train"] + counts["resume"]), 1)
    return Forecast(
        len(plans),
        counts["train"],
        counts["resume"],
        counts["reuse"],
        pace.time(plans, jobs) + _starting(jobs) if pace else None,
        pace.source if pace else "",
        still_needed(plans, jobs),
        windows(plans),
        counts["live"],
    )


def _starting(jobs: int) -> float:
    """Return the seconds until so many processes are ready to train."""
    return STARTING * max(jobs / (os.cpu_count() or 1), 1.0) if jobs > 1 else 0.0


def print_plan(plans: Sequence[Plan], told: Forecast, as_json: bool) -> None:
    """Print what each run is to differ in and what will be done for it, and train nothing."""
    configs = [flatten(plan.experiment.as_config()) for plan in plans]
    keys = differing(configs)
    if as_json:
        runs = [
            {"id": p.id, "action": p.action, "differs": {key: c.get(key) for key in keys}}
            for p, c in zip(plans, configs, strict=True)
        ]
        click.echo(json.dumps({**asdict(told), "plan": runs}, indent=1))
        return
    shorts = shortened(keys)
    rows = [
        {"id": p.id, "action": p.action, **{shorts[key]: value(c.get(key)) for key in keys}}
        for p, c in zip(plans, configs, strict=True)
    ]
    click.echo(table(rows, list(shorts.values()), room()))
    click.echo(told.line())
