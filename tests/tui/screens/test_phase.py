import os
from pathlib import Path

import pytest

from grokscope.tui.screenshots import until
from tests.tui.faults import faults
from tests.tui.swept import swept

__all__ = ["swept"]
SNAPSHOTS = Path(__file__).parents[1] / "snapshots"
SIZES = [(80, 24), (120, 40), (200, 50)]
SCREENS = {"phase": "P", "scan": "P b", "association": "P i m"}


async def listed(app, pilot):
    await until(pilot, lambda: app.session.shown)


async def test_the_runs_of_a_cell_are_listed_and_p_leads_back_to_the_whole_sweep(
    swept, opened, screen
):
    async with opened(swept) as (app, pilot):
        await pilot.press("P")
        assert screen(app)[0].startswith(" phase  init_scale × weight_decay")
        assert screen(app)[0].endswith("8 cells, 24 runs")
        await pilot.press("l", "k", "enter")
        assert app.screen is app.get_screen("runs")
        assert {run.id[:-3] for run in app.session.shown} == {"demo-1-0.0001"}
        assert "only init_scale 1, weight_decay 1e-4" in screen(app)[0]
        await pilot.press("P")
        assert screen(app)[0].endswith("8 cells, 24 runs")
        assert any("init_scale 1, weight_decay 1e-4: 3 runs" in line for line in screen(app))


async def test_one_run_under_the_cursor_is_opened(swept, opened):
    async with opened(swept) as (app, pilot):
        app.session.refilter("seed=1")
        await pilot.press("P", "enter")
        assert app.screen is app.get_screen("run")
        assert app.session.selected == "demo-0.3-0-s1"


async def test_keys_and_quantities_take_turns(swept, opened, screen):
    async with opened(swept) as (app, pilot):
        await pilot.press("P", "m")
        assert "Δ t_test" in screen(app)[2]
        await pilot.press("F")
        assert screen(app)[0].startswith(" phase  init_scale × seed")
        await pilot.press("C")
        assert screen(app)[0].startswith(" phase  weight_decay × seed")


async def test_at_an_edge_and_in_an_empty_cell_the_footer_says_so(swept, opened, screen):
    async with opened(swept) as (app, pilot):
        await pilot.press("P", "j")
        assert "no cell further below" in screen(app)[-1]
        app.session.sweep.put(app.session, (2, 2))
        await pilot.press("enter")
        assert "no run has these values" in screen(app)[-1]


async def test_a_cell_can_be_clicked_and_clicked_again(swept, opened, screen):
    async with opened(swept) as (app, pilot):
        await pilot.press("P")
        y = next(y for y, line in enumerate(screen(app)) if "m3" in line)
        x = screen(app)[y].index("m3")
        await pilot.click("Board", offset=(x, y))
        assert app.session.sweep.place(app.session)[1] == 2
        await pilot.click("Board", offset=(x, y))
        assert app.screen is app.get_screen("runs")


async def test_a_store_that_holds_no_sweep_says_how_to_train_one(pair, opened, screen):
    async with opened(pair) as (app, pilot):
        app.session.refilter("grokking")
        await pilot.press("P")
        assert any("these runs differ in no configuration key" in line for line in screen(app))
        for key in ("j", "l", "m", "F", "C", "enter", "i", "escape", "b"):
            await pilot.press(key)
        assert app.is_running


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCREENS)
async def test_screens_of_a_sweep_look_as_they_did(name, size, swept, opened, screen):
    """With GROKSCOPE_SNAPSHOTS=write the pictures are made anew."""
    async with opened(swept, size=size) as (app, pilot):
        await pilot.press(*SCREENS[name].split())
        drawn = "\n".join(screen(app)) + "\n"
        assert faults(app) == []
    path = SNAPSHOTS / f"{name}-{size[0]}x{size[1]}.txt"
    if os.environ.get("GROKSCOPE_SNAPSHOTS") == "write":
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")
