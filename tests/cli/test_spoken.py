"""`--plain`: whole words, a line each; no signs, no columns."""

from types import SimpleNamespace

import pytest

from grokscope.cli.spoken import duration, metric_lines, outcome, run_lines, said, status
from grokscope.store.keeping.annotations import Annotations
from grokscope.store.listing.glance import Glance
from grokscope.tui import settings
from grokscope.tui.saved.drawer import SECTION
from tests.cli.conftest import call

SIGNS = "–≤>→Δ×│┤★▶▷✗"


SEEN = Glance("grokking", 12, 140, None, ended=200, init_scale=10)


def run(seen=SEEN, **told):
    """A run as far as it is spoken of."""
    usual = {
        "id": "modadd-grok-s0-1a2b3c", "name": "modadd-grok", "seed": 0, "status": "finished",
        "live": False, "reason": "", "time_unit": "epoch", "epoch": 200.0, "total_epochs": 200.0,
        "eta": None, "annotations": Annotations(),
    }  # fmt: skip
    return SimpleNamespace(**usual | told, glance=seen)


def test_a_run_is_one_line_of_words():
    assert list(run_lines([run()])) == [
        "modadd-grok seed 0: grokking, t_train 12, t_test 140 epochs, finished"
    ]


def test_runs_that_share_name_and_seed_are_told_by_id_and_scale():
    other = run(SEEN._replace(init_scale=1), id="other")
    lines = list(run_lines([run(), other]))
    assert lines[0].startswith("modadd-grok-s0-1a2b3c: init_scale 10, grokking")
    assert lines[1].startswith("other: init_scale 1, grokking")


@pytest.mark.parametrize(
    ("seen", "status", "told"),
    [
        ({"regime": "memorised", "t_test": None}, "finished",
         "memorised, t_train 12 epochs, t_test not reached by 200 epochs"),
        ({"regime": "untrained", "t_train": None, "t_test": None}, "finished",
         "untrained, t_train and t_test not reached by 200 epochs"),
        ({"regime": None, "t_test": None}, "running",
         "undecided, t_train 12 epochs, t_test not reached yet"),
        ({"regime": "grokking"}, "running", "grokking so far, t_train 12, t_test 140 epochs"),
        ({"began": 12.0}, "finished", "grokking, t_train 12 or before, t_test 140 epochs"),
        ({"t_lost": 160}, "finished",
         "grokking, t_train 12, t_test 140 epochs, lost again at 160 epochs"),
        ({"ended": None}, "finished", "no accuracies recorded"),
    ],
)  # fmt: skip
def test_what_was_not_reached_is_said_in_words(seen, status, told):
    assert outcome(run(SEEN._replace(**seen), live=status == "running")) == told


def test_how_a_run_stands_is_said_with_the_reason_and_the_time_left():
    going = run(status="running", epoch=46.0, eta=90.0)
    assert status(going) == "running at epoch 46 of 200, 90 seconds left"
    failed = run(status="failed", reason="loss became NaN", epoch=46.0, total_epochs=None)
    assert status(failed) == "failed at epoch 46 because loss became NaN"
    assert [duration(t) for t in (42, 720, 9000, 200000)] == [
        "42 seconds", "12 minutes", "2 hours", "2 days",
    ]  # fmt: skip


def test_what_people_added_is_said():
    added = Annotations(tags=("a", "b"), note="two\nlines", starred=True)
    (line,) = run_lines([run(annotations=added)])
    assert line.endswith(", starred, tagged a and b, note: two lines")


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("–", "none"),
        ("", "none"),
        (">200", "not reached by 200"),
        ("≤4", "4 or before"),
        ("7", "7"),
    ],
)
def test_signs_of_tables_are_words(cell, told):
    assert said(cell) == told


def test_metrics_are_a_line_each(pair):
    assert any(line.startswith("train_loss: last ") for line in metric_lines(pair[0]))


@pytest.mark.parametrize("words", [("--plain",), ("ls", "--plain"), ("compare", "@", "--plain"),
                                   ("show", "@", "--plain")])  # fmt: skip
def test_plain_output_has_no_signs_and_no_columns(pair, words):
    ids = [one.id for one in pair]
    spread = {"compare": ids, "show": ids[:1]}.get(words[0])
    done = call(*(words if spread is None else (words[0], *spread, "--plain")))
    assert done.code == 0
    assert not set(SIGNS.replace(">", "")) & set(done.out)
    facts = done.out.split("\nname = ")[0].splitlines()
    assert not any("   " in line for line in facts)


def test_a_saved_view_lists_what_its_filter_lets_through(pair, store):
    settings.save(SECTION, {"one": {"screen": "runs", "filter": pair[0].id}})
    done = call("--view", "one", "--plain")
    assert len(done.out.splitlines()) == 1
    done = call("--view", "none")
    assert done.code == 1
    assert "no view named 'none'" in done.err
    assert done.err.count("\n") == 1
