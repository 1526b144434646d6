"""Every screen on every kind of terminal, at every size; and what the screens look like."""

import os
from pathlib import Path

import pytest

from grokscope.tui.screens import SCREENS
from grokscope.tui.screenshots import until
from tests.tui.conftest import painted, text_of
from tests.tui.faults import faults
from tests.tui.gallery import WAYS, drawn, entered, gallery, visit

__all__ = ["entered", "gallery"]
SNAPSHOTS = Path(__file__).parent / "snapshots"
SIZES = [(80, 24), (120, 40), (200, 50)]
TERMINALS = {
    "truecolor": ("truecolor", False, False),
    "256": ("256", False, False),
    "16": ("standard", False, False),
    "colourless": ("256", False, True),
    "ascii": ("256", True, False),
    "teletype": ("standard", True, True),
}
"""Colours, whether only ASCII is shown, and whether no colour is wanted."""
FAST = {("16", (120, 40)), ("teletype", (80, 24))}
WIDE = ("runs", "run", "compare", "through")
"""Screens that make use of a large terminal; those of sweeps are looked at on one of their own."""
LISTS = [*(name for name in SCREENS if name not in (*WIDE, "phase", "scan", "association"))]
PICTURES = {(80, 24): LISTS, (120, 40): LISTS, (200, 50): WIDE}


def named(size):
    return f"{size[0]}x{size[1]}"


MATRIX = [
    pytest.param(
        terminal, size, id=f"{terminal}-{named(size)}",
        marks=[] if (terminal, size) in FAST else pytest.mark.slow,
    )
    for terminal in TERMINALS
    for size in SIZES
]  # fmt: skip


def test_every_screen_is_among_those_that_are_looked_at():
    assert set(WAYS) == {*SCREENS, "palette"}


@pytest.mark.parametrize(("terminal", "size"), MATRIX)
async def test_every_screen_is_drawn_whole_in_what_the_terminal_has(
    terminal, size, entered, monkeypatch
):
    colors, ascii, colorless = TERMINALS[terminal]
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", colors)
    if colorless:
        monkeypatch.setenv("NO_COLOR", "1")
    found = []
    async with entered(size, ascii=ascii) as (app, pilot):
        for name in WAYS:
            await visit(app, pilot, name)
            found += [f"{name}: {fault}" for fault in faults(app, ascii, colorless)]
    assert found == []


async def test_without_colours_cursors_are_seen_and_hints_are_not_taken_for_what_was_typed(
    entered, monkeypatch
):
    monkeypatch.setenv("NO_COLOR", "1")
    async with entered((80, 24)) as (app, pilot):
        await visit(app, pilot, "launch")
        assert marked(app, "dim")[4].endswith("options: --jobs=2")
        await until(pilot, lambda: 4 in marked(app, "reverse"))
        await pilot.press("p")
        assert "options" not in marked(app, "dim").get(4, "")
        await visit(app, pilot, "palette")
        await pilot.press(*"why")
        await until(pilot, lambda: max(map(len, marked(app, "underline").values()), default=0) > 20)


def marked(app, attribute):
    """What of each row is written so, without what surrounds it."""
    strips = app.screen._compositor.render_strips()
    found = {
        y: [one.text for one in strip if one.style and getattr(one.style, attribute)]
        for y, strip in enumerate(strips)
    }
    return {y: "".join(texts).strip() for y, texts in found.items() if texts}


@pytest.mark.parametrize("size", PICTURES, ids=named)
async def test_screens_look_as_they_did(size, entered):
    """With GROKSCOPE_SNAPSHOTS=write the pictures are made anew."""
    seen = {}
    async with entered(size) as (app, pilot):
        for name in PICTURES[size]:
            await visit(app, pilot, name)
            assert faults(app) == [], name
            seen[name] = "\n".join(text_of(app)) + "\n"
    paths = {name: SNAPSHOTS / f"{name}-{named(size)}.txt" for name in seen}
    if os.environ.get("GROKSCOPE_SNAPSHOTS") == "write":
        for name, path in paths.items():
            path.write_text(seen[name], encoding="utf-8")
    assert seen == {name: path.read_text(encoding="utf-8") for name, path in paths.items()}


@pytest.mark.slow
async def test_a_terminal_that_is_made_tiny_and_large_again_shows_what_it_did(entered):
    async with entered((80, 24)) as (app, pilot):
        for name in WAYS:
            await visit(app, pilot, name)
            assert faults(app) == [], name
            before = text_of(app)
            await pilot.resize_terminal(20, 5)
            await until(pilot, lambda: len(text_of(app)) == 5 and painted(app))
            assert "".join(text_of(app)).strip(), name
            await pilot.resize_terminal(80, 24)
            await drawn(app, pilot, name)
            assert text_of(app) == before, name
