"""Every screen on every kind of terminal, at every size; and what the screens look like."""

from pathlib import Path

import pytest

from grokscope.tui.screens import SCREENS
from tests.tui.faults import faults
from tests.tui.gallery import WAYS, entered, gallery, visit

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
FAST = {("256", (80, 24)), ("16", (120, 40)), ("colourless", (80, 24)), ("ascii", (200, 50))}


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
