import pytest

from grokscope.tui.studies.claims import Backing, Shelf, tables
from grokscope.tui.studies.shelving import SIGNS, details, heading, rows, seen, sign_of
from tests.tui.studies.test_claims import CLAIM, TABLE
from tests.tui.swept import text


@pytest.fixture
def shelf():
    several = [CLAIM | {"name": f"claim-{n}", "verdict": v} for n, v in enumerate(SIGNS)]
    return Shelf(tables([TABLE | {"source": "arXiv:1", "claims": several}]))


def test_the_heading_counts_verdicts_with_their_signs(shelf):
    (left, right), (counts, _) = heading(shelf, 80)
    assert text([left, right])[1] == "table 1 of 1"
    assert text([left])[0].startswith(" tiny  arXiv:1  quick, 2023-11-1")
    assert text([counts]) == [
        " ✓ 1 reproduced  ≈ 1 by convention  ✗ 1 not reproduced  ? 1 open  – 1 not run"
    ]


def test_a_claim_has_verdict_paper_and_ours_on_one_line(shelf):
    lines, first = rows(shelf, 80, 10)
    assert first == 0
    told = text(lines)
    assert told[0].split() == ["verdict", "claim", "paper", "ours", "(seeds)"]
    assert told[1] == "▌ ✓ reproduced     claim-0              0.4               2 ± 0.1 (3)"
    assert max(map(len, told)) <= 80


def test_wide_lists_tell_what_is_claimed_as_well(shelf):
    told = text(rows(shelf, 160, 10)[0])
    assert told[0].endswith("what is claimed" + " " * (len(told[0]) - len(told[0].rstrip())))
    assert told[1].rstrip().endswith("grokking sets in")
    assert max(map(len, told)) <= 160


def test_the_minute_goes_before_the_date_does(shelf):
    assert "22" in text([heading(shelf, 80)[0][0]])[0]
    narrow = text([heading(shelf, 52)[0][0]])[0]
    assert "2023-11-1" in narrow
    assert ":" not in narrow.replace("arXiv:1", "")


@pytest.mark.parametrize("place", range(5))
def test_the_claim_under_the_cursor_is_always_seen(shelf, place):
    shelf.move(place)
    lines, first = rows(shelf, 80, 3)
    assert len(lines) == 3
    assert first <= place < first + 2
    assert sum(line.startswith("▌") for line in text(lines)) == 1


def test_details_tell_all_there_is():
    (claim,) = tables([TABLE])[0].claims
    told = text(details(claim, Backing.of(claim, "ab"), 80))
    assert told == [
        " onset: ✗ not reproduced",
        "   grokking sets in (section 3)",
        "   paper    0.4",
        "   read     smallest scale",
        "   holds if 0.4 to 0.4",
        "   ours     ceiling: 2 ± 0.1 (3), holds for 0 of 3   seeds 1.90, 2.00, –",
        "            own maximum: 1, holds for 0 of 1",
        "            slope 3",
        "   runs     5 runs, 3 of them not in this store: c, d, e",
    ]


def test_what_has_no_room_is_a_page_away():
    lines = [[(str(number), None)] for number in range(10)]
    part, down = seen(lines, 0, 4)
    assert text(part) == ["0", "1", "2", "   7 lines more: pgdn"]
    part, down = seen(lines, 50, 4)
    assert (text(part), down) == (["6", "7", "8", "9"], 6)
    assert seen(lines, 0, 20) == (lines, 0)


def test_a_verdict_that_nobody_knows_has_no_sign():
    assert sign_of("splendid")[0] == " "
