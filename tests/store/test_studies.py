"""Tables of studies: kept, read back, and left out where they are none."""

import pytest

from grokscope.errors import StoreFailed, Unreadable
from grokscope.store.studies import read_table, read_tables, write_table

TABLE = {"study": "s", "claims": [{"name": "one", "verdict": "reproduced"}]}


def test_a_table_reads_back(store):
    path = write_table(store, "s.quick", TABLE)
    assert read_table(path) == TABLE
    assert read_tables(store) == {"s.quick": TABLE}


def test_a_newer_one_takes_its_place(store):
    write_table(store, "s.quick", TABLE)
    write_table(store, "s.quick", TABLE | {"made": 2.0})
    write_table(store, "s.full", TABLE)
    assert list(read_tables(store)) == ["s.full", "s.quick"]
    assert read_tables(store)["s.quick"]["made"] == 2.0


def test_a_store_without_any_has_none(store):
    assert read_tables(store) == {}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"claims": 3}', "[" * 10**5, "\udc80"])
def test_what_is_no_table_is_told_and_left_out(store, text):
    path = write_table(store, "s.quick", TABLE)
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(Unreadable, match=r"studies/s\.quick\.json is no table of a study"):
        read_table(path)
    assert read_tables(store) == {}


def test_a_store_that_takes_none_says_so(store):
    (store / "studies").write_text("in the way")
    with pytest.raises(StoreFailed, match=r"the store takes no table 's\.quick'"):
        write_table(store, "s.quick", TABLE)
