"""Spoken: runs in whole words, a line each, for screen readers and for mail.

No signs, no columns: each line says of itself what it tells.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from grokscope.wording import MISSING, accuracy, moment, number, value

if TYPE_CHECKING:
    from grokscope.events import Outcome
    from grokscope.store.listing.summary import RunSummary

UNITS = ((86400, "days"), (3600, "hours"), (60, "minutes"))
"""Seconds in a unit, by which a duration is told from two of it on."""


def run_lines(runs: "Sequence[RunSummary]") -> Iterator[str]:
    """Yield a line for each run: 'modadd-grok seed 0: grokking, t_train 12, t_test 140 epochs, …'.

    The scale of the initial weights is told where it is not the same in all.
    """
    names = Counter((run.name, run.seed) for run in runs)
    scaled = len({value(run.glance.init_scale) for run in runs}) > 1
    for run in runs:
        own = run.name and names[run.name, run.seed] == 1
        scale = run.glance.init_scale
        facts = [
            f"init_scale {value(scale)}" if scaled and scale is not None else "",
            outcome(run),
            status(run),
            *_added(run),
        ]
        yield f"{name(run) if own else run.id}: {', '.join(filter(None, facts))}"


def name(run: "RunSummary") -> str:
    """Return what a run is called."""
    return f"{run.name} seed {run.seed}" if run.name else run.id


def outcome(run: "RunSummary") -> str:
    """Return regime and times of a run: 'grokking, t_train 12, t_test 140 epochs'."""
    glance, live = run.glance, run.live
    if glance.ended is None:
        return "no accuracies recorded"
    word = glance.regime or "undecided"
    units = f" {run.time_unit}s"
    early = glance.began if glance.began is not None else float("nan")
    reached, open_ended = [], []
    for event, time in (("t_train", glance.t_train), ("t_test", glance.t_test)):
        if time is None:
            open_ended.append(event)
        else:
            reached.append(f"{event} {moment(time)}{' or before' if time == early else ''}")
    told = [", ".join([word + (" so far" if live and glance.regime else ""), *reached])]
    told[0] += units if reached else ""
    if glance.t_lost is not None:
        told.append(f"lost again at {moment(glance.t_lost)}{units}")
    if open_ended:
        when = "yet" if live else f"by {moment(glance.ended)}{units}"
        told.append(f"{' and '.join(open_ended)} not reached {when}")
    return ", ".join(told)


def status(run: "RunSummary") -> str:
    """Return how a run stands, how far it is where it is not done, and why it ended."""
    unit, far = run.time_unit, run.step if run.time_unit == "step" else run.epoch
    total = run.total_steps if unit == "step" else run.total_epochs
    whole = f" of {moment(total)}" if total else ""
    at = "" if run.status == "finished" else f" at {unit} {moment(far)}{whole}"
    reason = f" because {run.reason}" if run.reason and run.status == "failed" else ""
    left = f", {duration(run.eta)} left" if run.status == "running" and run.eta is not None else ""
    return f"{run.status}{at}{reason}{left}"


def duration(seconds: float) -> str:
    """Return a rough duration in words: '42 seconds', '12 minutes'."""
    for size, unit in UNITS:
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} seconds"


def rule_lines(run: "RunSummary") -> Iterator[str]:
    """Yield a line for each rule: the word it gives, what it saw, and what it asks for."""
    for rule, found in run.outcomes.items():
        yield f"rule {rule}: {'; '.join(_judged(found, run))}"


def _judged(found: "Outcome", run: "RunSummary") -> Iterator[str]:
    units = f" {found.time_unit}s"
    yield found.regime or "undecided"
    for split in ("train", "test"):
        time = getattr(found, f"t_{split}")
        asked, most = getattr(found, f"{split}_threshold"), getattr(found, f"{split}_maximum")
        came = f"reached at {found.time_unit} {moment(time)}" if time is not None else "not reached"
        came += " or before" if time is not None and found.before(split) else ""
        yield f"{split} accuracy {accuracy(asked)} {came}, its maximum is {accuracy(most)}"
    if found.t_grok is not None and found.t_train is not None:
        more = "more" if found.t_grok > found.t_train else "no more"
        yield f"the lag is {moment(found.t_grok)}{units}, {more} than t_train"
    if found.t_lost is not None:
        yield f"test accuracy fell below that again at {found.time_unit} {moment(found.t_lost)}"
    if found.censored:
        yield "evaluations may still bring what is missing" if run.live else "the run ended first"


def metric_lines(run: "RunSummary") -> Iterator[str]:
    """Yield a line for each metric of a run."""
    for metric, seen in run.metrics.items():
        last, least, most = (said(number(one, 4)) for one in (seen.last, seen.min, seen.max))
        yield f"{metric}: last {last}, least {least}, greatest {most}"


def pair_lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield a line for each row of what two runs are compared in: its name, then both."""
    for fact, a, b in rows:
        yield f"{fact}: A {said(a)}, B {said(b)}"


def said(text: str) -> str:
    """Return what stands in a cell of a table without its signs: 'not reached by 200'."""
    if text in ("", MISSING):
        return "none"
    if text.startswith(">"):
        return f"not reached by {text[1:]}"
    return f"{text[1:]} or before" if text.startswith("≤") else text


def _added(run: "RunSummary") -> Iterator[str]:
    added = run.annotations
    if added.starred:
        yield "starred"
    if added.tags:
        yield f"tagged {' and '.join(added.tags)}"
    if added.note:
        yield f"note: {' '.join(added.note.split())}"
