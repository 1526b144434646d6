from tests.tui.swept import swept

__all__ = ["swept"]


async def test_a_scan_follows_the_cells_and_its_axes_turn(swept, opened, screen):
    async with opened(swept) as (app, pilot):
        await pilot.press("P", "b")
        assert screen(app)[0].startswith(" scan  init_scale × weight_decay")
        assert "log y, log init_scale" in screen(app)[2]
        await pilot.press("X", "Y")
        assert screen(app)[2].endswith(" init_scale")
        assert "log" not in screen(app)[2]
        await pilot.press("l")
        assert any("init_scale 1, weight_decay 0: 3 runs" in line for line in screen(app))
        await pilot.press("m")
        assert "t_test, epoch" in screen(app)[2]
        await pilot.press("escape")
        assert app.screen is app.get_screen("phase")
        assert app.session.sweep.place(app.session) == (0, 1)


async def test_regimes_are_passed_over(swept, opened, screen):
    async with opened(swept) as (app, pilot):
        await pilot.press("P", "b")
        names = app.session.sweep.table(app.session).names
        seen = []
        for _ in names:
            seen.append(screen(app)[2].split()[0])
            await pilot.press("m")
        assert "regime" not in seen


async def test_a_place_of_the_plot_can_be_clicked(swept, opened):
    async with opened(swept) as (app, pilot):
        await pilot.press("P", "b")
        frame = app.screen._frame
        await pilot.click("Board", offset=(frame.column(30.0), 6))
        assert app.session.sweep.place(app.session) == (0, 2)
        await pilot.click("Board", offset=(frame.column(30.0), 6))
        assert app.screen is app.get_screen("runs")


async def test_words_have_no_logarithm(swept, opened, screen):
    async with opened(swept) as (app, pilot):
        for run in app.session.runs:
            run.config["task.name"] = f"task{run.config['model.init_scale']}"
        await pilot.press("P", "b")
        app.session.sweep.along("task.name")
        await pilot.press("X")
        assert "these values have no logarithm" in screen(app)[-1]
