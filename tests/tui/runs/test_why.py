from dataclasses import replace

import pytest

from grokscope.events import Moment
from grokscope.store.listing.catalogue import Catalogue
from grokscope.tui.runs.why import explained, together, verdict


@pytest.fixture
def runs(demo):
    return {run.id: run for run in Catalogue(demo).refresh()}


def test_a_verdict_is_one_line(runs):
    assert verdict(runs["modadd-grok-s0"]) == "grokking: t_train 14, t_test 58, Δ 44 > 14"
    assert verdict(runs["modadd-steady-s0"]) == "steady: t_train 6, t_test 8, Δ 2 ≤ 6"
    assert verdict(runs["modadd-wide-s0"]) == "memorised: t_train 10, t_test >200"


def test_an_explanation_names_rule_thresholds_maxima_censoring_and_the_papers_word(runs):
    text = "\n".join(line for line, _ in explained(runs["modadd-wide-s0"], "wide"))
    for part in ("`ceiling`", "0.950", "maximum is 1.000", "ended at epoch 200", "manning-coe"):
        assert part in text


def test_a_run_that_goes_on_may_still_reach_its_times(runs):
    run = runs["modadd-grok-s7"]
    text = "\n".join(line for line, _ in explained(run, "x"))
    assert "both times were seen" in text


def test_a_run_that_failed_tells_why_and_that_its_word_is_open(runs):
    text = "\n".join(line for line, _ in explained(runs["modadd-grok-s1"], "x"))
    assert "x: undecided\n  the run ended before any word was certain" in text
    assert "  failed: loss became NaN at step 12600" in text
    assert "goes on" not in text
    live = replace(runs["modadd-grok-s1"], status="running", reason="")
    assert "goes on" in "\n".join(line for line, _ in explained(live, "x"))


def test_without_test_data_the_missing_accuracy_is_named(runs):
    run = runs["modadd-grok-s0"]
    metrics = {name: told for name, told in run.metrics.items() if name != "test_accuracy"}
    bare = replace(run, outcomes={}, metrics=metrics)
    assert verdict(bare) == "no test accuracy recorded"
    assert explained(bare, "x")[1][0] == "  no test accuracy recorded; a rule needs both accuracies"
    assert verdict(replace(bare, metrics={})) == "no accuracies recorded"


@pytest.mark.parametrize(
    ("changes", "word", "told"),
    [
        ({"test": None, "regime": "partial"}, "partial", "had not reached its threshold"),
        ({"train": None, "test": None, "regime": "untrained"}, "untrained", "never learned"),
        ({"lost": Moment(14000, 100.0)}, "grokking", "100 epoch   fell below the threshold"),
    ],
)
def test_each_word_is_told_with_what_was_censored(runs, changes, word, told):
    run = runs["modadd-grok-s0"]
    one = replace(run, outcomes={"ceiling": replace(run.outcome, **changes)})
    text = "\n".join(line for line, _ in explained(one, "x"))
    assert text.startswith(f"x: {word}\n")
    assert told in text
    missing = [f"t_{name}" for name in ("train", "test") if name in changes]
    expected = f"{', '.join(missing)}: evaluations ended at epoch 200"
    censored = next(line for line in text.splitlines() if line.startswith("  censored"))
    assert censored.split(maxsplit=2)[1:] == (
        ["yes", expected] if missing else ["no", "both times were seen"]
    )


def begun_late(run):
    """Return the run as if its evaluations began where it had learned both sets."""
    outcome = run.outcome
    late = replace(outcome, train=outcome.test, first=outcome.test, lost=None, regime=None)
    return replace(run, outcomes={"ceiling": late, "manning-coe": late})


def test_a_run_that_began_after_it_had_learned_says_so(runs):
    run = begun_late(runs["modadd-grok-s0"])
    assert verdict(run) == "undecided: t_train ≤58, t_test ≤58"
    text = "\n".join(line for line, _ in explained(run, "late"))
    assert "evaluations began too late to tell grokking from steady" in text
    assert "t_train, t_test: evaluations began at epoch 58" in text


def test_facts_stand_in_columns(runs):
    lines = [line for line, _ in explained(runs["modadd-wide-s0"], "wide")]
    facts = [line for line in lines if line.startswith(("  t_", "  Δ  ", "  seen", "  luck"))]
    assert len(facts) == 6
    # what is meant begins in the same column, and values end in the same
    meant = [
        fact.find(part) for fact in facts for part in ("train acc", "test acc") if part in fact
    ]
    assert len(set(meant)) == 1
    assert len({fact.index(" epoch ") for fact in facts if " epoch " in fact}) == 1


def test_a_run_whose_process_died_says_so(runs):
    dead = replace(runs["modadd-grok-s1"], status="dead", reason="")
    text = "\n".join(line for line, _ in explained(dead, "x"))
    assert "  dead: its process is gone without a word" in text


def test_a_long_name_is_cut_in_its_middle_and_the_verdict_stays(runs):
    run = runs["modadd-grok-s0"]
    long = "a-name-that-goes-on" * 5
    heading, _ = explained(run, long)[0]
    assert len(heading) == 78
    assert "…" in heading
    assert heading.endswith(": grokking")
    lines = together([run, runs["modadd-steady-s0"]], {run.id: long, "modadd-steady-s0": "b"})
    assert lines[1][0].endswith(verdict(run))
    assert lines[2][0].index("steady:") == lines[1][0].index("grokking:")


def test_lines_fit_80_columns(runs):
    for run in [*runs.values(), begun_late(runs["modadd-grok-s0"])]:
        assert max(len(line) for line, _ in explained(run, run.id)) <= 78


def test_runs_of_a_row_are_told_together(runs):
    found = list(runs.values())
    lines = together(found, {run.id: run.id for run in found})
    head, bold = lines[0]
    assert bold
    assert head.startswith("5 runs: ")
    for run in found:
        assert any(text.split(maxsplit=1) == [run.id, verdict(run)] for text, _ in lines)
    assert all(len(text) <= 78 for text, _ in lines)
    assert together([], {})[0] == ("0 runs: no accuracies recorded", True)
