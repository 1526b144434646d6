"""Why a run carries its word: the rule, its thresholds, what it saw, and the paper's own rule."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from grokscope import wording
from grokscope.events import HOLD, SIGMAS, TOLERANCE, Outcome
from grokscope.tui import words

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary

WIDTH = 78
"""Cells of a line."""
LEAST_NAME = 12
"""Cells that a run's name has at least, where several are told."""
ENDED = {"dead": "its process is gone without a word"}
"""Why a run ended that could not say so itself."""
MEANINGS = {
    "grokking": "both learned, the test set later by more than the training set took",
    "steady": "both learned, the test set soon after the training set",
    "partial": "test accuracy rose above luck and had not reached its threshold when the run ended",
    "memorised": "the training set was learned; test accuracy never held above luck",
    "untrained": "the training set was never learned",
}


def verdict(run: "RunSummary") -> str:
    """Return the outcome in one short line: 'grokking: t_train 14, t_test 58, Δ 44 > 14'."""
    outcome = run.outcome
    if outcome is None:
        return f"no {_lacking(run)} recorded"
    times = [f"{name} {wording.event(outcome, name, run.live)}" for name in ("t_train", "t_test")]
    if outcome.t_lost is not None:
        times.append(f"t_lost {wording.moment(outcome.t_lost)}")
    comparison = compared(outcome)
    if comparison:
        times.append(comparison)
    return f"{outcome.regime or 'undecided'}: {', '.join(times)}"


def compared(outcome: Outcome) -> str:
    """Return how the lag compares with t_train, empty where one is missing."""
    lag, train = outcome.t_grok, outcome.t_train
    if lag is None or train is None:
        return ""
    return f"Δ {wording.moment(lag)} {'>' if lag > train else '≤'} {wording.moment(train)}"


def explained(run: "RunSummary", label: str) -> list[tuple[str, bool]]:
    """Return lines of at most 78 cells that explain a run's regime; True marks headings."""
    outcome = run.outcome
    if outcome is None:
        told = f"no {_lacking(run)} recorded; a rule needs both accuracies"
        return [(words.shortened(label, WIDTH), True), (f"  {told}", False), *_ended(run)]
    word = outcome.regime or "undecided"
    lines = [
        (f"{words.shortened(label, WIDTH - len(word) - 2)}: {word}", True),
        (f"  {MEANINGS.get(word) or _untold(run, outcome)}", False),
        *_ended(run),
        (f"  rule `{outcome.rule}`: each curve against the task's known ceiling,", False),
        (f"  within {TOLERANCE:.0%} of it for {HOLD} evaluations in a row; grokking if", False),
        ("  Δ = t_test − t_train > t_train, else steady", False),
        ("", False),
    ]
    return lines + [(f"  {text}", False) for text in _facts(run, outcome)] + _paper(run)


def together(runs: "Sequence[RunSummary]", labels: Mapping[str, str]) -> list[tuple[str, bool]]:
    """Return how each of several runs of a row came out, a line each under how many agree."""
    regimes = [run.outcome.regime or "undecided" for run in runs if run.outcome is not None]
    counts = sorted({one: regimes.count(one) for one in regimes}.items(), key=lambda one: -one[1])
    told = ", ".join(f"{count} {word}" for word, count in counts) or "no accuracies recorded"
    verdicts = [verdict(run) for run in runs]
    room = WIDTH - 4 - max(map(len, verdicts), default=0)
    names = [words.shortened(labels[run.id], max(room, LEAST_NAME)) for run in runs]
    wide = max(map(len, names), default=0)
    rows = [f"  {name:<{wide}}  {said}" for name, said in zip(names, verdicts, strict=True)]
    shown = [(row if len(row) <= WIDTH else row[: WIDTH - 1] + "…", False) for row in rows]
    return [(f"{len(runs)} runs: {told}", True), *shown, ("", False)]


def _lacking(run: "RunSummary") -> str:
    """Return which accuracies a run without an outcome lacks, as 'test accuracy'."""
    lacking = [split for split in ("train", "test") if f"{split}_accuracy" not in run.metrics]
    return f"{lacking[0]} accuracy" if len(lacking) == 1 else "accuracies"


def _untold(run: "RunSummary", outcome: Outcome) -> str:
    """Return why there is no word."""
    if outcome.before("train"):
        return "evaluations began too late to tell grokking from steady"
    if run.live:
        return "the run goes on and may still change the word"
    return "the run ended before any word was certain; resuming it may tell"


def _ended(run: "RunSummary") -> list[tuple[str, bool]]:
    """Return how a run ended that was not trained to its end."""
    if run.live or run.status == "finished":
        return []
    reason = run.reason or ENDED.get(run.status, "")
    told = f"{run.status}: {reason}" if reason else run.status
    return [(f"  {line}", False) for line in textwrap.wrap(told, WIDTH - 2)]


def _facts(run: "RunSummary", outcome: Outcome) -> list[str]:
    """Return what was found, each as a name, a value, its unit and what it means, in columns."""
    unit = outcome.time_unit
    rows = []
    for split in ("train", "test"):
        least = wording.accuracy(getattr(outcome, f"{split}_threshold"))
        most = wording.accuracy(getattr(outcome, f"{split}_maximum"))
        told = f"{split} accuracy ≥ {least}, its maximum is {most}"
        rows.append((f"t_{split}", wording.event(outcome, f"t_{split}", run.live), unit, told))
    if outcome.t_lost is not None:
        lost = wording.moment(outcome.t_lost)
        rows.append(("t_lost", lost, unit, "fell below the threshold again"))
    rows.append(("Δ", wording.moment(outcome.t_grok), unit, _lag(outcome)))
    if outcome.first is not None and outcome.last is not None:
        ends = [wording.moment(end.told_in(unit)) for end in (outcome.first, outcome.last)]
        rows.append(
            ("seen", f"{ends[0]} to {ends[1]}", unit, "from the first evaluation to the last")
        )
    guessed = f"test accuracy by guessing: chance + {SIGMAS} σ"
    rows.append(("luck", wording.accuracy(outcome.luck), "", guessed))
    rows.append(("censored", *_censoring(run, outcome)))
    wide, units = (max(len(row[column]) for row in rows) for column in (1, 2))
    return [
        f"{name:<9} {value:>{wide}} {of:<{units}}   {told}".rstrip()
        for name, value, of, told in rows
    ]


def _lag(outcome: Outcome) -> str:
    comparison = compared(outcome).removeprefix("Δ ")
    return f"t_test − t_train: {comparison}" if comparison else ""


def _censoring(run: "RunSummary", outcome: Outcome) -> tuple[str, str, str]:
    """Return whether a time was not seen, no unit, and which and why."""
    unit = outcome.time_unit
    if not outcome.censored:
        return "no", "", "both times were seen"
    if outcome.first is not None and (
        earlier := [s for s in ("train", "test") if outcome.before(s)]
    ):
        start = wording.moment(outcome.first.told_in(unit))
        names = ", ".join(f"t_{split}" for split in earlier)
        return "yes", "", f"{names}: evaluations began at {unit} {start}"
    missing = ", ".join(name for name in ("t_train", "t_test") if getattr(outcome, name) is None)
    if run.live or outcome.last is None:
        return "not yet", "", f"{missing} may still come"
    end = wording.moment(outcome.last.told_in(unit))
    return "yes", "", f"{missing}: evaluations ended at {unit} {end}"


def _paper(run: "RunSummary") -> list[tuple[str, bool]]:
    other = run.outcomes.get("manning-coe")
    if other is None:
        return []
    return [
        ("", False),
        (f"  rule `manning-coe` (arXiv:2502.01739): {other.regime or 'undecided'}", False),
        ("  each curve against 0.95 of its own maximum, the first time it is there;", False),
        ("  it cannot see that a run never generalised", False),
        (f"  t_train {wording.event(other, 't_train', True)}, "
         f"t_test {wording.event(other, 't_test', True)}, "
         f"{compared(other) or 'no lag'}", False),
    ]  # fmt: skip
