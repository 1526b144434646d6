import json
import math

import pytest

from grokscope.tui.studies.claims import Backing, Shelf, tables

CLAIM = {
    "name": "onset",
    "verdict": "not reproduced",
    "paper": "0.4",
    "ours": "2 ± 0.1 (3)",
    "statement": "grokking sets in",
    "where": "section 3",
    "quantity": "smallest scale",
    "expected": "0.4 to 0.4",
    "why": "ceiling: 2 ± 0.1 (3), holds for 0 of 3; own maximum: 1, holds for 0 of 1; slope 3",
    "note": "",
    "readings": {"ceiling": [1.9, 2, None], "own maximum": [1]},
    "runs": ["a", "b", "c", "d", "e"],
}
TABLE = {"study": "tiny", "scale": "quick", "made": 1.7e9, "claims": [CLAIM]}


def shelf(*told):
    return Shelf(tables(told))


def test_a_reading_is_told_with_its_seeds_and_numbers_beside_come_last():
    (claim,) = shelf(TABLE).table.claims
    assert claim.seeds == (
        ("ceiling: 2 ± 0.1 (3), holds for 0 of 3", "1.90, 2.00, –"),
        ("own maximum: 1, holds for 0 of 1", ""),
        ("slope 3", ""),
    )


def test_the_newest_table_comes_first_and_the_others_take_turns_on_the_same_claim():
    later = TABLE | {"scale": "full", "made": 1.8e9, "claims": [{"name": "first"}, CLAIM]}
    held = shelf(TABLE, later)
    assert held.table.scale == "full"
    assert held.move(1)
    assert held.chosen.name == "onset"
    assert held.turn()
    assert (held.table.scale, held.chosen.name) == ("quick", "onset")
    assert held.turn()
    assert held.table.scale == "full"
    assert not shelf(TABLE).turn()


def test_the_cursor_stops_at_the_ends_and_details_begin_anew():
    held = shelf(TABLE | {"claims": [{"name": name} for name in "abc"]})
    held.down = 5
    assert held.move(9)
    assert (held.place, held.down) == (2, 0)
    assert not held.move(1)
    assert not Shelf().move(1)
    assert Shelf().chosen is None


def test_a_table_that_was_chosen_and_is_gone_gives_way_to_the_newest():
    held = shelf(TABLE)
    held.at = ("gone", "full")
    assert held.table.study == "tiny"


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ("abcde", "5 runs, all in this store"),
        ("abcd", "5 runs, 1 of them not in this store: e"),
        ("e", "5 runs, 4 of them not in this store: a, b, c …"),
    ],
)
def test_runs_behind_a_claim_that_are_not_there_are_named(known, said):
    backing = Backing.of(shelf(TABLE).chosen, known)
    assert backing.here == set(known)
    assert backing.told() == said


def test_a_strangers_table_is_told_as_far_as_it_goes():
    told = {
        "claims": [3, {"name": "\x1b[31m\n", "why": "x" * 10_000, "readings": [1], "runs": "abc"},
                   {"readings": {"a": 3, "b": ["x", 1e400]}, "runs": [1, "\x1b"]}],
        "made": "never",
    }  # fmt: skip
    table = shelf(json.loads(json.dumps(told))).table
    first, second = table.claims
    assert table.made == 0
    assert first.name.isprintable()
    assert len(first.why[0]) == 2000
    assert second.runs == (" ",)
    assert all(math.isnan(x) for x in second.readings[1][1])
    assert Backing.of(first, ()).told() == "no runs are named"


def test_large_numbers_are_written_without_powers_of_ten():
    many = CLAIM | {"ours": "1.87e+03 ± 4.2e+02 (3)", "why": "ceiling: 2e+05, holds for 1 of 1"}
    (table,) = tables([TABLE | {"claims": [many]}])
    assert table.claims[0].ours == "1870 ± 420 (3)"
    assert table.claims[0].why == ("ceiling: 200k, holds for 1 of 1",)
    (odd,) = tables([TABLE | {"claims": [CLAIM | {"ours": "1e+999 and e+3"}]}])
    assert odd.claims[0].ours == "inf and e+3"
