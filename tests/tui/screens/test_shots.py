from grokscope.tui.through.shots import Shot
from tests.tui import films


async def test_measures_through_time_are_chosen_in_an_order_and_remembered(seen, screen):
    async with seen(size=(100, 40)) as (app, pilot):
        shown = app.screen.seen()
        await pilot.press("M")
        await pilot.pause()
        lines = screen(app)
        assert f"along checkpoints, {len(shown)} shown" in lines[0]
        assert lines[1].startswith("▌[x] Fourier power") or lines[1].startswith("▌[x]")
        page = app.screen
        for _ in shown[1:]:
            page.action_mark()
            page.action_move(1)
        assert app.session.film.chosen == (shown[-1],)
        page.action_mark()
        await pilot.pause()
        assert "one measure at least" in screen(app)[-1]
        page.action_move(-1)
        page.action_mark()
        await pilot.press("escape")
        await films.settled(app, pilot)
        assert app.screen.seen() == [shown[-1], shown[-2]]
        await pilot.press("M", "0", "escape")
        await films.settled(app, pilot)
        assert app.screen.seen() == shown


async def test_what_one_run_lacks_is_told(seen, screen):
    async with seen(size=(100, 40)) as (app, pilot):
        app.session.film.chosen = (Shot("gone"),)
        assert app.screen.seen()[0] != Shot("gone")
        await pilot.press("M")
        await pilot.pause()
        assert any("not stored yet" in line for line in screen(app))
        await pilot.press("o")
        await pilot.pause()
        assert "a panel of its own" in screen(app)[-1]
