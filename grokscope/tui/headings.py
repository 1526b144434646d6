"""Headings: the lines above the screens, in words and numbers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from grokscope import wording
from grokscope.tui import words
from grokscope.tui.plot.palette import MUTED, PLAIN, REGIME_HUES, STRONG, Ink
from grokscope.tui.runs.missing import LOST, missing
from grokscope.tui.runs.picked import MARKS
from grokscope.tui.session import Session

if TYPE_CHECKING:
    from grokscope.store.listing.summary import RunSummary
    from grokscope.tui.runs.folding import Row

NAME = " grokscope"
LEAST_LABEL = 16
"""Cells that the label of a run is not cut below."""
LEAST_PATH = 8
"""Cells below which the end of a path tells nothing."""
Span = tuple[str, Ink]
Line = tuple[list[Span], list[Span]]
"""What stands at the left and at the right edge."""
GONE: list[Line] = [
    ([(f" this run is {LOST}", STRONG)], []),
    ([(" j and k show other runs, esc goes back to the list", MUTED)], []),
]
"""Why a run's screen is empty, and how to go on."""


def of_store(session: Session, width: int) -> Line:
    """Return store, number of runs and filter; what runs and what failed at the right.

    The store's path has the room that the rest leaves.
    """
    shown, total = len(session.shown), len(session.runs)
    noun = "run" if total == 1 else "runs"
    count = f"{total} {noun}"
    if session.filter or session.only:
        count = f"{shown} of {count}"
    if not session.there:
        count = "no such directory"
    said = [count if session.read else "reading …"]
    if session.filter:
        said.append(f"filter {session.filter}")
    if session.only:
        said.append(f"only {session.only.why}")
    running, lost, left = session.tally
    ends = "" if left is None else f" {words.duration(left)} left"
    counts = [f"▶{running}{ends}"] * bool(running) + [f"✗{lost}"] * bool(lost)
    counts += [f"{len(session.broken)} unreadable"] * bool(session.broken)
    right: list[Span] = [(f" {' '.join(counts)} ", STRONG)] if counts else []
    taken = sum(len(text) for text, _ in [(NAME, STRONG), *right])
    room = width - taken - sum(len(f" · {text}") for text in said) - 2
    if room >= LEAST_PATH:
        said.insert(0, words.path(session.store, room))
    return [(NAME, STRONG), (f"  {' · '.join(said)}", MUTED)], right


def of_lost(row: "Row", width: int) -> list[Line]:
    """Return why a row has no run, and what to do."""
    head, *rest = missing(row.id, row.problem, width - 6)
    lines = [(head, PLAIN), *((line, MUTED) for line in rest)]
    return [([(f"   {text}", ink)], []) for text, ink in lines]


def of_nothing(session: Session) -> list[Line]:
    """Return why the list is empty, and what to do."""
    if not session.there:
        told = f"there is no directory {words.path(session.store, 50)}"
        hint = "runs show once it is there; grokscope run modadd-grok   makes it"
        return [([(f"   {told}", PLAIN)], []), ([(f"   {hint}", MUTED)], [])]
    if session.filter or session.only:
        return [([("   no run passes the filter; esc lets all be seen", MUTED)], [])]
    return [
        ([("   no runs here yet", PLAIN)], []),
        ([("   grokscope run modadd-grok   trains one", MUTED)], []),
    ]


def of_gone(session: Session) -> list[Line]:
    """Return why a run's screen is empty, and how to go on."""
    id = session.selected
    problem = session.broken.get(id)
    if problem is not None:
        head, *rest = missing(id, problem)
        return [([(f" {head}", STRONG)], []), *(([(f" {line}", MUTED)], []) for line in rest)]
    return GONE if session.runs else of_nothing(session)


def of_run(
    session: Session, run: "RunSummary", width: int, kin: "Sequence[RunSummary]" = ()
) -> list[Line]:
    """Return a run's label and verdict, how far it got, and why it failed if it did.

    Where it stands for several that differ in seeds alone, a line tells what they came to. A long
    label is cut before the verdict is, and how far a run got gives way to its state.
    """
    from grokscope.tui.runs.why import verdict

    letter = session.letter(run.id)
    state = "" if run.status == "finished" else f"{words.status(run).strip()} "
    mark, told, label = f" {letter} " if letter else " ", verdict(run), session.labels[run.id]
    room = width - len(mark) - 3 - len(told)
    least = min(len(label), LEAST_LABEL)
    fars = (f"  {wording.reached(run)} {state}", f"  {state}" if state else "")
    far = next((text for text in fars if room - len(text) >= least), "")
    left = [
        (mark, STRONG),
        (words.shortened(label, max(room - len(far), LEAST_LABEL)), _named(session, run)),
        ("   ", PLAIN),
        *_judged(told),
    ]
    lines: list[Line] = [(left, [(far, MUTED)])]
    if kin:
        lines.append(([(f" {_seeds(kin)}", STRONG)], []))
    if run.reason:
        lines.append(([(f" {run.reason}", MUTED)], []))
    return lines


def _named(session: Session, run: "RunSummary") -> Ink:
    return Ink(session.hue(run.id), bold=True)


def of_pair(
    session: Session,
    a: "RunSummary",
    b: "RunSummary",
    width: int,
    kin: "tuple[Sequence[RunSummary], Sequence[RunSummary]] | None" = None,
) -> list[Line]:
    """Return both runs' labels and regimes, what their configurations differ in, and outcomes.

    Parameters
    ----------
    kin : two sequences of RunSummary, optional
        The runs that A and B stand for, whose medians the outcomes tell.
    """
    from grokscope.tui.curves.outcomes import outcomes

    half = width // 2
    heads = [*_half(session, a, half), *_half(session, b, half)]
    alike = f"{wording.alike([a.config, b.config])} keys alike "
    differs = differences(a, b, width - len(alike) - 12)
    many = kin is not None and max(map(len, kin)) > 1
    word = f" medians of {len(kin[0])} │ {len(kin[1])}: " if kin and many else " came to: "
    told = outcomes(*(kin or ([a], [b])), width - len(word) - 1)
    return [
        (heads, []),
        ([(" differs: ", MUTED), (differs, STRONG)], [(alike, MUTED)]),
        ([(word, MUTED), (told or wording.MISSING, PLAIN)], []),
    ]


def of_half(session: Session) -> list[Line]:
    """Return which of the compared runs is gone, and how to go on."""
    gone = [letter for letter in MARKS[:2] if letter not in session.marks]
    word = f"run {gone[0]} is" if len(gone) == 1 else "both runs are"
    return [
        ([(f" {word} {LOST}", STRONG)], []),
        ([(" esc goes back to the list; there space marks another run and c compares", MUTED)], []),
    ]


def differences(a: "RunSummary", b: "RunSummary", width: int) -> str:
    """Return as many differing keys with both values as fit, and how many more there are."""
    pairs = [
        f"{words.short_key(k)} {wording.value(a.config.get(k))} │ {wording.value(b.config.get(k))}"
        for k in words.differing([a, b])
    ]
    if not pairs:
        return "nothing but the seed" if a.seed != b.seed else "nothing"
    text = ""
    for count in range(len(pairs), 0, -1):
        more = f"   and {len(pairs) - count} more" if count < len(pairs) else ""
        text = "   ".join(pairs[:count]) + more
        if len(text) <= width:
            return text
    return text[: max(width - 1, 0)] + "…"


def _half(session: Session, run: "RunSummary", width: int) -> list[Span]:
    from grokscope.tui.runs.why import compared

    outcome = run.outcome
    word = (outcome.regime or "undecided") if outcome is not None else wording.MISSING
    lag = compared(outcome) if outcome is not None else ""
    name = f" {session.letter(run.id)} {words.shortened(session.labels[run.id], width - 3)}"
    rest = width - len(name)
    return [
        (name, Ink(session.hue(run.id), bold=True)),
        *_judged(f"{f'  {word}  {lag}':{rest}}"[:rest]),
    ]


def _judged(text: str) -> list[Span]:
    """Return a verdict, the regime in it bold: where runs are named, hues are theirs."""
    for word in REGIME_HUES:
        before, found, after = text.partition(word)
        if found:
            return [(before, PLAIN), (word, STRONG), (after, PLAIN)]
    return [(text, PLAIN)]


def _seeds(kin: "Sequence[RunSummary]") -> str:
    """Return what runs that differ in seeds alone came to, in words and medians."""
    from grokscope.tui.runs.spread import most, spread

    outcomes = [run.outcome for run in kin]
    word, count = most([outcome.regime if outcome is not None else None for outcome in outcomes])
    told = [f"{len(kin)} seeds", f"{count} of {len(kin)} {word}" if word else "undecided"]
    for name, field in (("t_train", "t_train"), ("t_test", "t_test"), ("Δ", "t_grok")):
        times = [getattr(outcome, field, None) for outcome in outcomes]
        if any(time is not None for time in times):
            told.append(f"{name} {spread(times, 12)}")
    return "   ".join(told)
