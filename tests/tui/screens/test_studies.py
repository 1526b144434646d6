import pytest

from grokscope.store.studies import write_table
from grokscope.tui.screenshots import until
from tests.tui.studies.test_claims import CLAIM, TABLE


@pytest.fixture
def studied(own):
    behind = CLAIM | {"name": "behind", "runs": ["modadd-grok-s0", "gone"]}
    told = TABLE | {"claims": [CLAIM, behind]}
    write_table(own, "tiny.quick", told)
    write_table(own, "tiny.full", told | {"scale": "full", "made": 1.6e9})
    return own


async def visited(app, pilot):
    await pilot.press("S")
    await until(pilot, lambda: app.session.shelf.read)
    await pilot.pause()


async def test_a_claim_is_told_and_leads_to_the_runs_behind_it(studied, opened, screen):
    async with opened(studied) as (app, pilot):
        await visited(app, pilot)
        lines = screen(app)
        assert lines[0].startswith(" tiny  quick, 2023-11-1")
        assert any("✗ not reproduced onset" in line for line in lines)
        assert any("holds if 0.4 to 0.4" in line for line in lines)
        app.session.refilter("steady")
        await pilot.press("j", "enter")
        assert app.screen is app.get_screen("runs")
        assert [run.id for run in app.session.shown] == ["modadd-grok-s0"]
        assert "only the runs behind behind, 1 missing" in screen(app)[0]


async def test_a_claim_whose_runs_are_elsewhere_says_so(studied, opened, screen):
    async with opened(studied) as (app, pilot):
        await visited(app, pilot)
        await pilot.press("enter")
        assert "onset: 5 runs, 5 of them not in this store" in screen(app)[-1]
        await pilot.press("k")
        assert "no claim further up" in screen(app)[-1]


async def test_tables_take_turns_and_long_details_scroll(studied, opened, screen):
    async with opened(studied, size=(80, 12)) as (app, pilot):
        await visited(app, pilot)
        await pilot.press("m")
        assert screen(app)[0].endswith("table 2 of 2")
        assert any("lines more: pgdn" in line for line in screen(app))
        await pilot.press("pagedown")
        assert any("runs     5 runs" in line for line in screen(app))
        await pilot.press("pagedown")
        assert "no details further down" in screen(app)[-1]


async def test_a_claim_can_be_clicked(studied, opened):
    async with opened(studied) as (app, pilot):
        await visited(app, pilot)
        await pilot.click("Board", offset=(10, 4))
        assert app.session.shelf.chosen.name == "behind"
        await pilot.click("Board", offset=(10, 4))
        assert app.screen is app.get_screen("runs")


async def test_a_store_without_tables_says_how_to_get_one(pair, opened, screen):
    async with opened(pair) as (app, pilot):
        await visited(app, pilot)
        assert any("no study in this store; `grokscope reproduce" in line for line in screen(app))
        for key in ("j", "m", "enter", "end", "pagedown"):
            await pilot.press(key)
        assert app.is_running
