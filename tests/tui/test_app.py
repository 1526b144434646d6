import gc
import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from textual.events import Key

from grokscope.store.listing.catalogue import Catalogue
from grokscope.tui.app import Explorer
from grokscope.tui.curves.book import Reader
from grokscope.tui.pages.page import Page
from grokscope.tui.runs.folding import NOTHING
from grokscope.tui.runs.listing import Listing
from grokscope.tui.screenshots import until

PAIR = ("modadd-grok-s0", "modadd-steady-s0")
SNAPSHOTS = Path(__file__).parent / "snapshots"
SCREENS = {
    "runs": {},
    "run": {"run": PAIR[0]},
    "compare": {"compare": PAIR},
}


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCREENS)
async def test_screens_look_as_they_did(name, size, pair, opened, read, screen, monkeypatch):
    """With GROKSCOPE_SNAPSHOTS=write the pictures are made anew."""
    monkeypatch.chdir(pair.parent)
    async with opened(Path(pair.name), size=size, **SCREENS[name]) as (app, pilot):
        app.session.store = Path("store")
        app.screen.redraw()
        await read(app, pilot, PAIR if name == "compare" else PAIR[:1])
        drawn = "\n".join(screen(app)) + "\n"
    path = SNAPSHOTS / f"{name}-{size[0]}x{size[1]}.txt"
    if os.environ.get("GROKSCOPE_SNAPSHOTS") == "write":
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")


async def test_the_palette_finds_an_action_by_its_meaning_and_escape_leaves_it(
    pair, opened, screen
):
    async with opened(pair, size=(100, 60)) as (app, pilot):
        await pilot.press("colon", *"side by side")
        await until(
            pilot, lambda: any("two marked runs side by side" in row for row in screen(app))
        )
        await pilot.press("escape")
        assert app.screen is app.get_screen("runs")


async def test_an_action_chosen_in_the_palette_happens(pair, opened, screen):
    async with opened(pair, size=(100, 40)) as (app, pilot):
        await pilot.press("colon", *"why this regime")
        await until(pilot, lambda: any("why this regime:" in row for row in screen(app)))
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.screen is app.get_screen("why"))


@pytest.mark.parametrize("letter", ["w", "W"])
async def test_esc_and_a_letter_that_arrive_as_one_key_are_two(pair, opened, letter):
    async with opened(pair, run=PAIR[1]) as (app, pilot):
        app.session.selected = PAIR[0]
        name = "alt+shift+w" if letter.isupper() else "alt+w"
        app.post_message(Key(name, letter))
        to = "write" if letter.isupper() else "why"
        await until(pilot, lambda: app.screen is app.get_screen(to))
        assert app.get_screen("run") not in app.screen_stack


async def test_q_leaves(pair, opened):
    async with opened(pair) as (app, pilot):
        await pilot.press("q")
        assert not app.is_running


async def test_opening_on_a_comparison_marks_both(pair, opened):
    async with opened(pair, compare=PAIR) as (app, _pilot):
        assert app.screen is app.get_screen("compare")
        assert app.session.marks == dict(zip("AB", PAIR, strict=True))


async def test_garbage_is_collected_once_the_list_is_painted(pair, opened):
    gc.disable()
    try:
        async with opened(pair) as (_app, pilot):
            await until(pilot, gc.isenabled)
    finally:
        gc.enable()


async def test_rows_that_are_remembered_stand_there_while_the_store_is_looked_through(
    pair, screen, read, monkeypatch
):
    found, looked = Catalogue(pair).refresh(), threading.Event()
    monkeypatch.setattr(Catalogue, "recalled", lambda catalogue: found[1:])
    monkeypatch.setattr(Catalogue, "refresh", lambda catalogue: looked.wait(30) and found)
    prepared = []
    monkeypatch.setattr(
        Listing,
        "prepare",
        lambda listing, runs: prepared.append((len(runs), threading.current_thread())),
    )
    app = Explorer(pair)
    async with app.run_test() as pilot:
        await until(pilot, lambda: any("steady" in line for line in screen(app)[1:]))
        assert "reading …" in screen(app)[0]
        assert not any("modadd-grok" in line for line in screen(app))
        looked.set()
        await read(app, pilot)
        assert "2 runs" in screen(app)[0]
        assert app.session.selected == PAIR[0]
    assert [count for count, _ in prepared[:2]] == [1, 2]
    assert threading.main_thread() not in [thread for _, thread in prepared]


async def test_what_is_opened_at_once_waits_for_the_store_itself(pair, opened, monkeypatch):
    monkeypatch.setattr(Catalogue, "recalled", None)
    async with opened(pair, run=PAIR[1]) as (app, _pilot):
        assert app.session.selected == PAIR[1]


async def test_an_error_nobody_thought_of_is_said_in_the_panel_and_not_met_again(
    pair, opened, screen, monkeypatch
):
    tried = []

    def fail(reader, version):
        tried.append(reader.path.name)
        raise RuntimeError("no\nsense")

    monkeypatch.setattr("grokscope.tui.curves.book.Reader.read", fail)
    async with opened(pair) as (app, pilot):
        await until(pilot, lambda: any("RuntimeError: no sense" in line for line in screen(app)))
        for _ in range(3):
            app.screen.redraw()
            await pilot.pause()
        assert tried == [PAIR[0]]


async def test_looking_at_a_run_asks_for_nothing(pair, opened, monkeypatch):
    async with opened(pair) as (app, _pilot):
        asked = []
        with monkeypatch.context() as patched:
            patched.setattr(app.screen, "post_message", asked.append)
            app.session.books.clear()
            app.screen.shown()
            app.screen.keys()
            assert asked == []
            app.screen.ask()
        assert [message.run.id for message in asked] == [PAIR[0]]


async def test_runs_that_were_passed_on_the_way_are_not_read(pair, opened, read, monkeypatch):
    known = Catalogue(pair).refresh()[0]
    many = [replace(known, id=f"run-{n}", created=float(-n)) for n in range(30)]
    begun, go_on = [], threading.Event()
    reading = Reader.read

    def slow(reader, version):
        begun.append(threading.get_ident())
        go_on.wait(30)
        return reading(reader, version)

    async with opened(pair) as (app, pilot):
        monkeypatch.setattr("grokscope.tui.curves.book.Reader.read", slow)
        app._catalogue = SimpleNamespace(refresh=lambda: many, broken={})
        app.session.listing.fold = NOTHING
        app.session.listed(many, {})
        app.screen.redraw()
        await pilot.press(*["j"] * 20)
        assert len(begun) == 1
        go_on.set()
        # the first row is the run that vanished, marked, until the cursor leaves it
        await read(app, pilot, ["run-19"])
        assert len(begun) == 2
        assert len(app.session.books) == 2


@pytest.mark.parametrize("color", ["standard", "256", "truecolor"])
async def test_hues_are_those_that_the_terminal_has(color, pair, monkeypatch):
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", color)
    app = Explorer(pair)
    assert app.session.depth == {"standard": "16"}.get(color, color)


def test_the_first_paint_waits_for_no_array_library():
    code = (
        "import sys, grokscope.__main__, grokscope.store.location, grokscope.tui.app\n"
        "grokscope.tui.app.load('runs')\n"
        "heavy = {'numpy', 'h5py', 'plotext', 'torch', 'xarray', 'scipy'} & set(sys.modules)\n"
        "sys.exit(' '.join(sorted(heavy)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""


async def test_another_worker_that_fails_starts_no_second_reading(pair, opened, screen):
    def fail():
        raise OSError("the disk is gone")

    async with opened(pair) as (app, pilot):
        app._reading = True
        app.run_worker(fail, thread=True, group="settings", exit_on_error=False)
        await until(pilot, lambda: "the disk is gone" in screen(app)[-1])
        assert app._reading


async def test_what_changes_the_store_while_it_is_listed_is_looked_at_soon_after(
    pair, opened, monkeypatch
):
    async with opened(pair) as (app, pilot):
        await until(pilot, lambda: app._next is not None)
        listings = []
        monkeypatch.setattr(app, "_list", lambda: listings.append(1))
        monkeypatch.setattr(app, "_pause", 3600.0)
        app._look()
        app.post_message(Page.Acted())
        await pilot.pause()
        assert listings == [1]
        app.post_message(app.Listed(app.session.runs, {}, True))
        await until(pilot, lambda: listings == [1, 1])
        app.post_message(app.Listed(app.session.runs, {}, True))
        await until(pilot, lambda: app._next is not None)
        assert app._next._interval == 3600.0
