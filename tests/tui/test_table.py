from dataclasses import replace
from pathlib import Path

import pytest

from grokscope.store.listing.catalogue import Catalogue
from grokscope.tui import table
from grokscope.tui.session import Session


@pytest.fixture
def session(demo):
    session = Session(Path("store"))
    session.listed(Catalogue(demo).refresh(), {})
    return session


def row(session, columns, id):
    return [column.cell(session.run(id))[0] for column in columns]


def test_columns_say_what_ran_which_grokked_and_when(session):
    columns = table.columns(session, 80)
    heads = [column.head for column in columns]
    assert heads == ["run", "regime", "t_train", "t_test", "Δ", "test", "init_scale", "status"]
    assert row(session, columns, "modadd-grok-s0") == [
        "modadd-grok s0", "grokking", "14", "58", "44", "1.000", "10", "  finished",
    ]  # fmt: skip


def test_names_take_the_room_that_signs_leave_and_are_cut_in_the_middle(pair):
    session = Session(Path("store"))
    runs = Catalogue(pair).refresh()
    session.listed(
        [replace(run, name="reference-steady", seed=n) for n, run in enumerate(runs)], {}
    )
    (name, *_, status), width = table.columns(session, 80), 80
    assert [name.fit(name.cell(run)[0]) for run in session.runs] == [
        "reference-steady s0", "reference-steady s1",
    ]  # fmt: skip
    assert status.cell(session.runs[0])[0] == "finished"
    narrow = table.columns(session, width - 6)[0]
    assert narrow.width < name.width
    assert narrow.fit(name.cell(session.runs[0])[0]).endswith(" s0")


def test_a_time_not_reached_is_censored_and_the_units_stand_in_the_header(session):
    columns = table.columns(session, 80)
    cells = row(session, columns, "modadd-wide-s0")
    assert cells[1:5] == ["memorised", "10", ">200", "–"]
    assert table.header(columns)[1].split() == ["epoch", "epoch", "epoch", "acc"]


def test_what_runs_and_what_failed_carries_a_sign(session):
    columns = table.columns(session, 80)
    assert row(session, columns, "modadd-grok-s7")[-1].startswith("▶ 31%")
    assert row(session, columns, "modadd-grok-s1")[-1] == "✗ failed"


@pytest.mark.parametrize("width", [60, 80, 100, 120, 160, 200])
def test_rows_fit_the_width_and_line_up_with_the_header(session, width):
    columns = table.columns(session, width)
    total = table.MARGIN + sum(column.width + 1 for column in columns) - 1
    assert total <= max(width, 74)
    assert len(table.header(columns)[0]) == total
    for run in session.runs:
        assert all(len(column.fit(column.cell(run)[0])) == column.width for column in columns)


def test_wide_lists_show_the_course_of_test_accuracy(session):
    columns = table.columns(session, 160)
    spark = row(session, columns, "modadd-grok-s0")[-2]
    assert spark[0] == "▁"
    assert spark[-1] == "█"
