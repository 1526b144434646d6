import os
import shutil
from pathlib import Path

import pytest

from grokscope.tui.pages.page import Page
from grokscope.tui.screenshots import until
from grokscope.tui.widgets.heat import Pictures
from tests.tui.films import BOTH, keep, settled

SNAPSHOTS = Path(__file__).parents[1] / "snapshots"
SIZES = [(80, 24), (120, 40), (160, 45)]


def look(name, drawn):
    path = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("GROKSCOPE_SNAPSHOTS") == "write":
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("both", [False, True], ids=["one", "two"])
async def test_it_looks_as_it_did(both, seen, screen):
    """With GROKSCOPE_SNAPSHOTS=write the pictures are made anew."""
    async with seen(both) as (app, pilot):
        app.screen._go(14, 1)
        for width, height in SIZES:
            await pilot.resize_terminal(width, height)
            await settled(app, pilot)
            name = f"through-{'two-' if both else ''}{width}x{height}"
            look(name, "\n".join(screen(app)) + "\n")


@pytest.mark.parametrize("colorless", [False, True])
async def test_without_colours_and_in_ascii_there_are_characters(
    colorless, seen, screen, monkeypatch
):
    if colorless:
        monkeypatch.setenv("NO_COLOR", "1")
    async with seen(ascii=not colorless) as (app, pilot):
        page = app.screen
        page._go(14, 1)
        await settled(app, pilot)
        if not colorless:
            look("through-ascii-80x24", "\n".join(screen(app)) + "\n")
        for width, height in ((80, 24), (40, 12)):
            await pilot.resize_terminal(width, height)
            for _ in range(3):
                page.action_measure()
                await settled(app, pilot)
                lines = screen(app)
                assert len(lines) == height
                assert max(map(len, lines)) <= width
                assert "▀" not in "".join(lines)
                assert colorless or "".join(lines).isascii()


async def test_it_opens_where_the_cursor_stood_and_leads_back_there(seen, screen):
    async with seen() as (app, pilot):
        assert screen(app)[2].startswith(" epoch 200/200")
        await pilot.press("comma", "comma")
        await settled(app, pilot)
        assert screen(app)[2].startswith(" epoch 180/200")
        await pilot.press("escape")
        assert app.screen is app.get_screen("run")
        assert app.session.view.cursor == 180


async def test_two_runs_are_swapped_and_keep_their_letters(seen, screen):
    async with seen(both=True) as (app, pilot):
        assert screen(app)[0].startswith(" A modadd-grok s0")
        assert screen(app)[2].startswith(" B test 1.000")
        await pilot.press("s")
        await settled(app, pilot)
        assert screen(app)[0].startswith(" A modadd-steady s0")
        await pilot.press("j")
        assert "A and B are shown" in screen(app)[-1]


async def test_m_and_a_click_on_a_title_show_the_next_measure_first(seen):
    async with seen() as (app, pilot):
        shots = app.screen.stage().shots
        await pilot.press("m")
        assert app.screen.stage().shots[0] == shots[1]
        await settled(app, pilot)
        await pilot.click(Pictures, offset=(3, 0))
        assert app.screen.stage().shots[0] == shots[2]


async def test_z_makes_panels_larger_until_one_is_left(seen, screen):
    async with seen() as (app, pilot):
        await pilot.press("Z")
        assert "no more panels fit" in screen(app)[-1]
        await pilot.press("z", "z", "z")
        assert len(app.screen.query_one(Pictures)._drawn) == 1
        await pilot.press("z")
        assert "as large as they get" in screen(app)[-1]


async def test_a_starts_the_command_for_what_is_missing(seen, screen, monkeypatch):
    begun = []
    monkeypatch.setattr(Page, "begin", lambda page, words, doing, then=None: begun.append(words))
    async with seen() as (app, pilot):
        await pilot.press("A")
        assert begun == []
        assert "all that is shown is stored" in screen(app)[-1]
        while app.screen.stage().shots[0].measure != "activation_spectrum":
            app.screen.action_measure()
        await pilot.press("A")
    assert begun == [["measure", "modadd-grok-s0", "activation_spectrum"]]


async def test_the_run_after_is_one_key_away_and_any_checkpoint_one_click(seen, screen):
    async with seen() as (app, pilot):
        await pilot.press("j")
        await settled(app, pilot)
        assert screen(app)[0].startswith(" modadd-steady s0")
        await pilot.press("j")
        assert "no run further on" in screen(app)[-1]
        # a click on the bar line goes there
        await pilot.click("#scrubber", offset=(18, 0))
        await settled(app, pilot)
        assert screen(app)[2].startswith(" epoch 0/200")


async def test_a_run_that_vanishes_or_breaks_says_so(film, tmp_path, opened, read, screen):
    own = tmp_path / "store"
    shutil.copytree(film, own)
    async with opened(own, run=BOTH[0]) as (app, pilot):
        await read(app, pilot, BOTH[:1])
        (own / BOTH[0] / "run.h5").write_bytes(b"no file")
        await pilot.press("t")
        await until(pilot, lambda: any("run.h5" in line for line in screen(app)))
        await pilot.press("comma", "p", "right_curly_bracket", "right", "home", "m", "A", "s")
        shutil.rmtree(own / BOTH[0])
        app._list()
        await until(pilot, lambda: app.session.run(BOTH[0]) is None)
        await until(pilot, lambda: "no longer in the store" in screen(app)[0])


async def test_a_run_without_such_measures_tells_what_computes_them(
    pair, tmp_path, opened, read, screen
):
    own = Path(shutil.copytree(pair, tmp_path / "store"))
    keep(own / BOTH[0])
    async with opened(own, run=BOTH[0]) as (app, pilot):
        await read(app, pilot, BOTH[:1])
        await pilot.press("t")
        await until(pilot, lambda: any("grokscope measure" in line for line in screen(app)))
        await pilot.press("p")
        assert "nothing is stored" in screen(app)[-1]


async def test_a_run_that_kept_no_checkpoints_says_so_and_nothing_is_begun(
    pair, opened, read, screen
):
    async with opened(pair, run=BOTH[0]) as (app, pilot):
        await read(app, pilot, BOTH[:1])
        await pilot.press("t")
        await until(pilot, lambda: any("kept no checkpoints" in line for line in screen(app)))
        await pilot.press("A")
        assert "no checkpoints to compute it from" in screen(app)[-1]


async def test_a_run_that_cannot_be_read_says_why(pair, tmp_path, opened, screen):
    own = Path(shutil.copytree(pair, tmp_path / "store"))
    (own / "torn-s0").mkdir()
    (own / "torn-s0" / "run.h5").write_bytes(b"torn")
    async with opened(own) as (app, pilot):
        await until(pilot, lambda: app.session.broken)
        app.session.selected = "torn-s0"
        await pilot.press("t")
        assert screen(app)[0].strip() == "torn-s0 cannot be read"
        assert "grokscope doctor torn-s0" in "\n".join(screen(app))
