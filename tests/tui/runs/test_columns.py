from dataclasses import replace

import pytest

from grokscope.store.keeping.annotations import Annotations
from grokscope.tui.runs.columns import column, spark
from grokscope.tui.runs.folding import Row
from tests.store.query.conftest import four, make


def told(key, *runs):
    return column(key, runs).cell(Row("id", tuple(runs)))[0]


def seeds(*times, **changes):
    return [make(f"a-s{seed}", seed=seed, times=pair, **changes) for seed, pair in enumerate(times)]


def test_several_runs_tell_regime_and_times_together():
    runs = seeds((14, 57), (14, 58), (15, 60))
    assert told("regime", *runs) == "3/3 grok"
    assert [told(key, *runs) for key in ("t_train", "t_test", "t_grok")] == [
        "14±0.2", "58±0.8", "44±0.5",
    ]  # fmt: skip
    mixed = [*runs[:2], make("a-s3", regime="steady")]
    assert told("regime", *mixed) == "2/3 grok"
    assert told("regime", *four()[2:]) == "–"


def test_a_median_that_was_not_reached_is_censored_where_all_ended():
    runs = seeds((14, None), (14, None), (15, 60), regime="memorised")
    assert told("t_test", *runs) == ">200"
    assert told("t_grok", *runs) == "–"
    assert told("t_test", replace(runs[0], status="running"), *runs[1:]) == "–"


def test_status_tells_what_runs_what_failed_and_when_the_last_ends():
    done, other = seeds((14, 57), (14, 58))
    live = replace(other, status="running", epoch=80.0)
    assert told("status", done, other) == "finished"
    assert told("status", done, live).startswith("▶1 60s")
    assert told("status", replace(done, status="failed"), live).startswith("▶1 ✗1 60s")
    assert told("status", done, replace(other, status="interrupted")) == "1/2 finished"
    assert told("status", live).strip() == "▶ 40% 60s"


def test_rates_add_up_and_the_longest_wait_is_told():
    ahead, behind = seeds((1, 2), (1, 2))
    runs = [
        replace(behind, status="running", epoch=80.0),
        replace(ahead, status="running", epoch=180.0),
    ]
    assert told("rate", *runs) == "4.00"
    assert told("eta", *runs) == "60s"
    assert told("eta", make("a")) == "–"
    assert told("disk_bytes", *runs) == "20.0 MB"


@pytest.mark.parametrize(
    ("values", "text"), [((10.0, 10.0), "10"), ((1.0, 10.0), "1…10"), ((1.0, "xavier"), "1,xavier")]
)
def test_a_key_of_several_runs_tells_its_value_or_its_range(values, text):
    runs = [make(f"a-s{n}", scale=scale) for n, scale in enumerate(values)]
    assert told("model.init_scale", *runs) == text


def test_more_values_than_there_is_room_for_are_an_ellipsis_not_half_a_word():
    shown = column("model.init_scale", [make("a"), make("b", scale="xavier")])
    row = Row(
        "id", tuple(make(f"a-s{n}", scale=scale) for n, scale in enumerate((0.125, "xavier")))
    )
    assert shown.widened(7).cell(row)[0] == "2 kinds"
    assert shown.widened(6).cell(row)[0] == "…"


def test_what_a_run_lacks_is_a_dash():
    grok = four()[0]
    assert told("depth", grok) == "–"
    assert told("val-loss", grok) == "0.01"


def test_tags_and_notes_are_told_in_one_line():
    noted = four()[2]
    assert told("tags", noted) == "draft,paper"
    assert told("note", noted) == "lr too large in the end"
    assert told("note", noted, four()[0]) == "1 noted"
    assert told("tags", noted, replace(four()[0], annotations=Annotations(("new",)))) == (
        "draft,paper,new"
    )


def test_a_curve_is_drawn_in_blocks_and_gaps_stay_blank():
    assert spark([0.0, 0.5, 1.0], 8) == "▁▅█"
    assert spark([0.0, float("nan"), 1.0], 8) == "▁ █"
    assert spark([i / 99 for i in range(100)], 8) == "▁▂▃▄▅▆▇█"
    assert spark([], 8) == ""
    assert (
        told("course", *(replace(make("a"), spark=(0.0, end)) for end in (0.0, 1.0, 1.0))) == "▁█"
    )


def test_curves_of_several_lengths_are_not_mixed():
    short, long = (replace(make("a"), spark=values) for values in ((1.0,), (0.0, 0.0)))
    assert told("course", short, long) == "▁▁"
