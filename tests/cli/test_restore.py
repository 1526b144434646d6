"""`restore`: back from the trash."""

import json

from tests.cli.conftest import call


def test_runs_come_back(stored, store):
    stored("first", "second")
    before = json.loads(call("ls", "--json").out)
    call("rm", "first", "second")
    done = call("restore", "fir", "second")
    assert done.out == f"first is back in {store}\nsecond is back in {store}\n"
    assert json.loads(call("ls", "--json").out) == before


def test_the_run_removed_last_comes_back(stored, store):
    for number in range(2):
        (run,) = stored("first")
        (run / "number").write_text(str(number))
        call("rm", "first")
    call("restore", "first")
    assert (store / "first" / "number").read_text() == "1"
    done = call("restore", "first")
    assert done.code == 1
    assert "there is a run 'first' in" in done.err


def test_what_is_not_in_the_trash_is_one_line(stored):
    stored("first")
    done = call("restore", "first")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "no run 'first' in the trash" in done.err
