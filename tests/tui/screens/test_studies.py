import json

from grokscope.store.studies import write_table
from grokscope.tui.screens.studies import described

TABLE = {
    "study": "tiny",
    "scale": "quick",
    "made": 1.7e9,
    "claims": [
        {
            "name": "one",
            "verdict": "not reproduced",
            "paper": "about 1, and a good deal more than fits",
            "ours": "2 ± 0.1 (3)",
            "statement": "something is so",
            "where": "section 3",
            "quantity": "a number",
            "expected": "0.9 to 1.1",
            "why": "usual: 2 ± 0.1 (3), holds for 0 of 3",
            "note": "",
        }
    ],
}


async def test_a_stored_table_is_shown_with_what_stands_behind_it(tmp_path, opened, screen):
    write_table(tmp_path, "tiny.quick", TABLE)
    async with opened(tmp_path, size=(80, 24)) as (app, pilot):
        await pilot.press("S")
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        text = "\n".join(screen(app))
        assert "tiny, quick, 2023-11-1" in text
        assert "not reproduced       one                   about 1, and a goo 2 ± 0.1 (3)" in text
        assert "a number: expected 0.9 to 1.1" in text
        await pilot.press("escape")
        assert app.screen is app.get_screen("runs")


async def test_a_store_without_tables_says_how_to_get_one(pair, opened, screen):
    async with opened(pair, size=(80, 24)) as (app, pilot):
        await pilot.press("S")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert any("no study in this store; `grokscope reproduce" in line for line in screen(app))


def test_no_line_is_wider_than_the_screen():
    assert max(len(line) for line, _ in described(TABLE)) <= 78


def test_a_strangers_table_is_told_as_far_as_it_goes():
    told = {"claims": [3, {"name": "\x1b[31m\n", "why": "x" * 10_000}], "made": "never"}
    lines = [line for line, _ in described(json.loads(json.dumps(told)))]
    assert all(line.isprintable() for line in lines)
    assert max(map(len, lines)) <= 78
