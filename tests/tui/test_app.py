import os
import subprocess
import sys
from pathlib import Path

import pytest

from grokscope.errors import BadTerminal
from grokscope.tui.app import Explorer, explore
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


@pytest.mark.parametrize("size", [(80, 24), (160, 45), (40, 12)])
@pytest.mark.parametrize("ascii", [False, True])
@pytest.mark.parametrize("colorless", [False, True])
async def test_every_screen_draws_on_every_terminal(
    size, ascii, colorless, pair, opened, read, screen, monkeypatch
):
    if colorless:
        monkeypatch.setenv("NO_COLOR", "1")
    async with opened(pair, size=size, ascii=ascii, compare=PAIR) as (app, pilot):
        await read(app, pilot, PAIR)
        for keys in (["o"], ["escape", "enter"], ["escape", "w"], ["escape", "question_mark"]):
            await pilot.press(*keys)
            lines = screen(app)
            assert len(lines) == size[1]
            assert max(map(len, lines)) <= size[0]
            if ascii:
                assert "".join(lines).isascii()


async def test_the_palette_finds_an_action_by_its_meaning_and_escape_leaves_it(
    pair, opened, screen
):
    async with opened(pair, size=(100, 60)) as (app, pilot):
        await pilot.press("colon", *"side by side")
        await until(pilot, lambda: any("set A and B side by side" in row for row in screen(app)))
        await pilot.press("escape")
        assert app.screen is app.get_screen("runs")


async def test_an_action_chosen_in_the_palette_happens(pair, opened, screen):
    async with opened(pair, size=(100, 40)) as (app, pilot):
        await pilot.press("colon", *"why this regime")
        await until(pilot, lambda: any("why this regime:" in row for row in screen(app)))
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.screen is app.get_screen("why"))


async def test_q_leaves(pair, opened):
    async with opened(pair) as (app, pilot):
        await pilot.press("q")
        assert not app.is_running


async def test_opening_on_a_comparison_marks_both(pair, opened):
    async with opened(pair, compare=PAIR) as (app, _pilot):
        assert app.screen is app.get_screen("compare")
        assert app.session.marks == dict(zip("AB", PAIR, strict=True))


def test_a_terminal_that_cannot_draw_is_refused_before_anything_is_drawn(pair, monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    with pytest.raises(BadTerminal):
        explore(pair)


@pytest.mark.parametrize("color", ["standard", "256", "truecolor"])
async def test_hues_are_those_that_the_terminal_has(color, pair, monkeypatch):
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", color)
    app = Explorer(pair)
    assert app.session.depth == {"standard": "16"}.get(color, color)


def test_the_first_paint_waits_for_no_array_library():
    code = (
        "import sys, grokscope.tui.app\n"
        "heavy = {'numpy', 'h5py', 'plotext', 'torch', 'xarray', 'scipy'} & set(sys.modules)\n"
        "sys.exit(' '.join(sorted(heavy)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
