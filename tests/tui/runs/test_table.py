from dataclasses import replace
from pathlib import Path

import pytest

from grokscope.store.listing.catalogue import Catalogue
from grokscope.tui.plot.palette import STRONG
from grokscope.tui.runs import table
from grokscope.tui.runs.folding import NOTHING
from grokscope.tui.session import Session


@pytest.fixture
def session(demo):
    session = Session(Path("store"))
    session.listing.fold = NOTHING
    listed(session, Catalogue(demo).refresh())
    return session


def listed(session, runs):
    session.listed(runs, {})
    session.listing.refresh(session)


def row(session, columns, id):
    found = next(row for row in session.listing.rows if row.id == id)
    return [column.cell(found)[0] for column in columns]


def heads(session, width):
    return [column.head for column in table.laid_out(session, width)]


def test_columns_say_what_ran_which_grokked_and_when(session):
    columns = table.laid_out(session, 80)
    heads = [column.head for column in columns]
    assert heads == ["run", "regime", "t_train", "t_test", "Δ", "test", "init_scale", "status"]
    assert row(session, columns, "modadd-grok-s0") == [
        "modadd-grok s0", "grokking", "14", "58", "44", "1.000", "10", "  finished",
    ]  # fmt: skip


def test_seeds_in_one_row_are_told_together_and_unfolded_by_their_seeds(session):
    session.listing.fold = "seed"
    session.listing.refresh(session)
    columns = table.laid_out(session, 90)
    assert [row.several for row in session.listing.rows] == [True, False, False]
    names = [columns[0].cell(row)[0] for row in session.listing.rows]
    assert names == ["modadd-grok ×3", "modadd-wide s0", "modadd-steady s0"]
    head = row(session, columns, session.listing.rows[0].id)
    assert head[1:4] == ["2/3 grok", "14±0.2", "58"]
    assert head[-1].startswith("▶1 ✗1")
    session.listing.toggle(session)
    session.listing.refresh(session)
    names = [columns[0].cell(row)[0] for row in session.listing.rows]
    assert names[:4] == ["modadd-grok ×3", "├ s0", "├ s1", "└ s7"]


def test_regimes_of_rows_are_whole_words_where_there_is_room(session):
    session.listing.fold = "seed"
    session.listing.refresh(session)
    said = {}
    for width in (80, 160):
        column = next(c for c in table.laid_out(session, width) if c.key == "regime")
        said[width] = column.cell(session.listing.rows[0])
    assert said[80][0] == "2/3 grok"
    assert said[160][0] == "2/3 grokking"
    assert said[160][1] == STRONG


def test_rows_of_another_key_are_called_by_its_value(session):
    session.listing.fold = "model.init_scale"
    session.listing.refresh(session)
    names = [table.label(session, row) for row in session.listing.rows]
    assert names == ["init_scale 10 ×3", "modadd-wide s0", "modadd-steady s0"]
    session.listing.fold = "task"
    session.listing.refresh(session)
    assert [table.label(session, row) for row in session.listing.rows] == ["modular_addition ×5"]


def test_names_take_the_room_that_signs_leave_and_are_cut_in_the_middle(pair):
    session = Session(Path("store"))
    runs = Catalogue(pair).refresh()
    listed(session, [replace(run, name="reference-steady", seed=n) for n, run in enumerate(runs)])
    (name, *_, status), width = table.laid_out(session, 82), 82
    first, second = session.listing.rows
    assert [name.fit(name.cell(row)[0]) for row in (first, second)] == [
        "reference-steady s0", "reference-steady s1",
    ]  # fmt: skip
    assert status.cell(first)[0] == "finished"
    narrow = table.laid_out(session, width - 6)[0]
    assert narrow.width < name.width
    assert narrow.fit(name.cell(first)[0]).endswith(" s0")


def test_a_time_not_reached_is_censored_and_the_units_stand_in_the_header(session):
    columns = table.laid_out(session, 80)
    cells = row(session, columns, "modadd-wide-s0")
    assert cells[1:5] == ["memorised", "10", ">200", "–"]
    assert table.header(columns)[1].split() == ["epoch", "epoch", "epoch", "acc"]


def test_the_column_sorted_by_carries_a_sign_below_its_name(session):
    columns = table.laid_out(session, 80)
    assert table.header(columns, "t_test")[1].split() == ["epoch", "epoch▲", "epoch", "acc"]
    assert table.header(columns, "status", inverted=True)[1].split()[-1] == "▼"
    assert len({len(line) for line in table.header(columns, "t_grok")}) == 1


def test_what_runs_and_what_failed_carries_a_sign(session):
    columns = table.laid_out(session, 80)
    assert row(session, columns, "modadd-grok-s7")[-1].startswith("▶ 31%")
    assert row(session, columns, "modadd-grok-s1")[-1] == "✗ failed"


@pytest.mark.parametrize("width", [60, 80, 100, 120, 160, 200])
@pytest.mark.parametrize("fold", ["seed", NOTHING])
def test_rows_fit_the_width_and_line_up_with_the_header(session, width, fold):
    session.listing.fold = fold
    session.listing.refresh(session)
    columns = table.laid_out(session, width)
    total = table.MARGIN + sum(column.width + 1 for column in columns) - 1
    assert total <= max(width, 76)
    assert len(table.header(columns)[0]) == total
    for one in session.listing.rows:
        assert all(len(column.fit(column.cell(one)[0])) == column.width for column in columns)


def test_wide_lists_show_the_course_of_test_accuracy(session):
    columns = table.laid_out(session, 160)
    spark = row(session, columns, "modadd-grok-s0")[-2]
    assert spark[0] == "▁"
    assert spark[-1] == "█"


def test_chosen_columns_stand_in_their_order_as_far_as_they_fit(session):
    session.listing.chosen = ("eta", "optimizer.lr", "train_loss", "no such key")
    columns = table.laid_out(session, 80)
    assert [column.head for column in columns] == ["run", "ETA", "lr", "train_loss", "no such key"]
    cells = row(session, columns, "modadd-grok-s0")
    assert cells[1:] == ["–", "0.005", "2.00e-4"] or cells[2] == "0.005"
    session.listing.chosen = tuple(table.offered(session))
    columns = table.laid_out(session, 80)
    assert len(columns) < len(session.listing.chosen)
    assert table.MARGIN + sum(column.width + 1 for column in columns) - 1 <= 80


def test_a_width_that_was_set_holds(session):
    session.listing.widths = {"t_test": 12}
    columns = {column.key: column.width for column in table.laid_out(session, 100)}
    assert columns["t_test"] == 12


@pytest.mark.parametrize("key", ["regime", "t_test", table.NAME])
def test_names_give_way_to_a_column_made_wider_so_that_no_status_is_cut(session, key):
    known = {column.key: column.width for column in table.laid_out(session, 82)}
    session.listing.widths = {key: known[key] + 2}
    columns = table.laid_out(session, 82)
    assert table.MARGIN + sum(column.width + 1 for column in columns) - 1 <= 82


def test_tags_are_a_column_where_runs_carry_any(session):
    assert "tags" not in heads(session, 120)
    run = session.runs[0]
    tagged = replace(run, annotations=run.annotations.tagged(add=["paper"]))
    listed(session, [tagged, *session.runs[1:]])
    assert "tags" in heads(session, 120)


def test_every_offered_column_can_be_shown_and_sorted_by(session):
    keys = table.offered(session)
    assert len(keys) == len(set(keys))
    assert {"rate", "eta", "course", "train_loss", "optimizer.lr", "note"} <= set(keys)
    session.listing.fold = "seed"
    for key in keys:
        session.listing.chosen, session.listing.sort = (key,), key
        session.listing.refresh(session)
        for column in table.laid_out(session, 200):
            for one in session.listing.rows:
                assert isinstance(column.cell(one)[0], str)


def test_a_cell_of_the_header_belongs_to_its_column(session):
    columns = table.laid_out(session, 80)
    header = table.header(columns)[0]
    assert table.at(columns, header.index("t_train")) == "t_train"
    assert table.at(columns, table.MARGIN) == "run"
    assert table.at(columns, 0) == ""
    assert table.at(columns, 500) == ""
