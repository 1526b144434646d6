"""`ls`: every run a row, what cannot be read a line on standard error."""

import io
import json
from dataclasses import replace

from grokscope.cli.ls import run_table
from grokscope.store.keeping.annotations import annotate
from tests.cli.conftest import SMALL, call


def test_runs_are_listed_with_regime_and_times(pair):
    done = call("ls")
    assert done.code == 0
    assert {run.id for run in pair} <= set(done.out.split())
    assert "t_train" in done.out


def test_json_is_an_array_of_objects_with_what_was_promised(pair):
    rows = json.loads(call("ls", "--json").out)
    assert [row["init_scale"] for row in sorted(rows, key=lambda r: r["id"])] == [10, 1]
    for row in rows:
        assert row["task"] == "modular_addition"
        assert row["time_unit"] == "epoch"
        assert row["censored"] == (row["t_test"] is None or row["t_train"] is None)


def test_a_configuration_value_that_is_no_number_is_shown_as_it_is(pair):
    odd = [
        replace(pair[0], config={**pair[0].config, "model.init_scale": thing})
        for thing in ("xavier", [1.0, 2.0], None, float("inf"))
    ]
    lines = run_table(odd).splitlines()[1:]
    assert [line.split()[7] for line in lines] == ["xavier", "1,2", "–", "inf"]


def test_what_sets_runs_of_a_sweep_apart_is_a_column_of_their_table_and_not_of_ls():
    done = call("run", "modadd-grok", *SMALL, "--jobs", 1, "--sweep", "lr=0.001,0.01")
    assert done.code == 0, done.err
    header, *rows = done.out.splitlines()
    assert header.split()[:3] == ["id", "lr", "status"]
    assert [row.split()[1] for row in rows] == ["0.001", "0.01"]
    assert "lr" not in call("ls").out.split()


def test_a_narrow_terminal_leaves_out_other_columns_than_the_status(pair, monkeypatch):
    monkeypatch.setattr("grokscope.cli.ls.room", lambda: 80)
    added = replace(pair[0].annotations, tags=("a-tag-of-20-letters-",), starred=True)
    run = replace(pair[0], id="x" * 60, status="interrupted", annotations=added)
    header, line = run_table([run]).splitlines()
    assert header.split() == ["id", "status"]
    assert line.split() == ["x" * 60, "interrupted"]


def test_a_broken_run_is_reported_and_the_others_listed(pair, store):
    (pair[0].path / "summary.json").write_text('{"id": ')
    done = call("ls")
    assert done.code == 0
    assert pair[1].id in done.out
    assert f"{pair[0].id} is unreadable" in done.err


def test_a_truncated_file_is_one_line(pair):
    path = pair[0].path / "run.h5"
    path.write_bytes(path.read_bytes()[:500])
    done = call("show", pair[0].id)
    assert done.code == 1
    assert done.err.count("\n") == 1
    assert "run.h5" in done.err


def test_a_directory_that_does_not_exist_is_no_store(tmp_path):
    done = call("ls", "--store", tmp_path / "none")
    assert done.code == 1
    assert "does not exist; a store is a directory of runs" in done.err


def ids(done):
    return {run["id"] for run in json.loads(done.out)}


def test_words_are_a_query_joined_by_and(pair):
    grok, steady = (run.id for run in pair)
    assert ids(call("ls", "--json", "init_scale>=3")) == {grok}
    assert ids(call("ls", "--json", "stea")) == {steady}
    assert ids(call("ls", "--json", "init_scale<3 or init_scale>3", "not", "*steady*")) == {grok}
    assert ids(call("ls", "--json", "name:none")) == set()
    assert "none of 2 runs fits 'name:none'" in call("ls", "name:none").out


def test_a_field_or_an_unknown_selector_alone_gets_a_hint(pair):
    assert "fits 'init_scale'; 'init_scale' is a field: compare it" in call("ls", "init_scale").out
    assert "@last is the newest run" in call("ls", "@first").out


def test_a_mistake_in_a_query_is_one_line_and_no_marks_where_nobody_looks(pair):
    done = call("ls", "init_scal>=3")
    assert done.code == 1
    assert done.err == (
        "grokscope: query 'init_scal>=3', column 1: no run has a field 'init_scal',"
        " did you mean 'init_scale'?\n"
    )


def test_a_person_sees_the_place_of_a_mistake(pair, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr("tests.cli.conftest.io.StringIO", Terminal)
    done = call("ls", "seed=0 and init_scal>=3")
    assert done.err.splitlines()[1:] == ["seed=0 and init_scal>=3", "           ^^^^^^^^^"]


def test_stars_and_tags_have_a_column_where_there_are_some(pair):
    assert "tags" not in call("ls").out
    annotate(pair[0].path, lambda a: replace(a.tagged(add=["paper", "draft"]), starred=True))
    header, *rows = call("ls").out.splitlines()
    assert header.split()[:2] == ["id", "tags"]
    row = next(row for row in rows if row.startswith(pair[0].id))
    assert row.split()[1:3] == ["★", "draft,paper"]
    assert ids(call("ls", "--json", "tag:paper")) == {pair[0].id}
    (told,) = json.loads(call("ls", "--json", "starred").out)
    assert (told["tags"], told["starred"], told["note"]) == (["draft", "paper"], True, "")
