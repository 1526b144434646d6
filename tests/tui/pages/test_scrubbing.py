from grokscope.tui.pages import scrubbing
from tests.tui.films import BOTH, EVERY, settled


def index(app):
    return app.screen.stage().index


async def test_steps_columns_ends_and_events(seen, screen):
    async with seen() as (app, pilot):
        page, last = app.screen, EVERY.size - 1
        page.action_edge(-1)
        assert index(app) == 0
        page.action_checkpoint(-1)
        await pilot.pause()
        assert "no checkpoint before" in screen(app)[-1]
        page.action_checkpoint(1)
        assert (index(app), app.session.view.cursor) == (1, 10.0)
        page.action_column(1)
        assert index(app) == 2
        page.action_edge(1)
        page.action_checkpoint(1)
        await pilot.pause()
        assert index(app) == last
        assert "no checkpoint further on" in screen(app)[-1]
        # events are met at the nearest checkpoint
        page.action_edge(-1)
        met = []
        for _ in range(6):
            page.action_event(1)
            met.append(index(app))
        assert met[0] == 1
        assert 6 in met
        await pilot.pause()
        assert "no event further on" in screen(app)[-1]


async def test_it_plays_by_the_clock_and_leaves_out_what_comes_too_late(seen, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(scrubbing, "monotonic", lambda: now[0])
    async with seen() as (app, pilot):
        page = app.screen
        pace = page.stage().timeline.pace
        page.action_play()
        page._tick()
        assert index(app) == 0
        for step in (3, 9):
            now[0] = 100.0 + (step + 0.5) / pace
            page._tick()
            assert index(app) == step
        assert page.playing
        now[0] = 1e6
        page._tick()
        assert (index(app), page.playing) == (EVERY.size - 1, False)
        await settled(app, pilot)


async def test_p_pauses_and_so_does_every_step_and_leaving(seen):
    async with seen() as (app, pilot):
        page = app.screen
        await pilot.press("p")
        assert page.playing
        await pilot.press("p")
        assert not page.playing
        await pilot.press("p", "full_stop")
        assert not page.playing
        await pilot.press("p", "escape")
        assert not page.playing
        assert app.session.selected == BOTH[0]


async def test_where_nothing_is_stored_every_key_says_so(pair, opened, read, monkeypatch):
    async with opened(pair, run=BOTH[0]) as (app, pilot):
        await read(app, pilot, BOTH[:1])
        await pilot.press("t")
        page, said = app.screen, []
        monkeypatch.setattr(page, "say", said.append)
        for act in (
            page.action_checkpoint,
            page.action_column,
            page.action_edge,
            page.action_event,
        ):
            act(1)
            act(-1)
        page.action_play()
        assert said == [scrubbing.NOTHING] * 9
