from tests.tui.conftest import SPEED

GROKS = "modadd-grok-s0"


async def test_measures_are_chosen_joined_and_all_shown_again(pair, opened, read, screen):
    async with opened(pair, run=GROKS) as (app, pilot):
        await read(app, pilot)
        await pilot.press("M")
        lines = screen(app)
        assert lines[0].startswith(" measures   4 stored, 4 panels")
        assert lines[1].startswith("▌[x] Accuracy")
        page = app.screen
        page.action_move(1)
        page.action_mark()
        assert app.session.view.chosen == (("accuracy",), ("weight_norm",), (SPEED,))
        page.action_move(1)
        page.action_overlay()
        assert app.session.view.chosen == (("accuracy", "weight_norm"), (SPEED,))
        await pilot.pause()
        assert "panel 1" in screen(app)[3]
        await pilot.press("escape")
        assert "Loss" not in "\n".join(screen(app)[:-1])
        assert "→ L2 norm" in "\n".join(screen(app))
        await pilot.press("M", "0")
        assert app.session.view.chosen == ()


async def test_one_measure_is_always_shown_and_ends_say_so(pair, opened, read, screen):
    async with opened(pair, run=GROKS) as (app, pilot):
        await read(app, pilot)
        await pilot.press("M")
        page = app.screen
        for act, word in (
            (lambda: page.action_move(-1), "no measure further up"),
            (lambda: page.action_edge(1), ""),
            (lambda: page.action_move(1), "no measure further down"),
            (lambda: page.action_edge(-1), ""),
            (page.action_overlay, "none above"),
        ):
            act()
            await pilot.pause()
            assert word in screen(app)[-1]
        for _ in range(4):
            page.action_mark()
            page.action_move(1)
        await pilot.pause()
        assert len(app.session.view.chosen) == 1


async def test_without_a_run_there_is_nothing_to_choose(tmp_path, opened, screen):
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("M")
        assert "no run to choose measures of" in screen(app)[-1]
