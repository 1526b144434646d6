import shutil

from grokscope.tui.screenshots import until
from grokscope.tui.widgets.plots import Plots

SPEED = "fisher_speed.output.diagonal.test.f1.n256.s0"


async def test_a_run_shows_its_verdict_and_its_learning_times(pair, opened, read, screen):
    async with opened(pair, run="modadd-grok-s0") as (app, pilot):
        await read(app, pilot)
        lines = screen(app)
    assert lines[0].startswith(" modadd-grok s0   grokking: t_train 14, t_test 58, Δ 44 > 14")
    assert lines[0].endswith("epoch 200/200")
    assert any("t_train 14" in line and "t_test 58" in line for line in lines)
    assert lines[-2].startswith(" epoch 58   train 1.000 test 0.959")


async def test_the_cursor_moves_by_evaluations_columns_and_events(pair, opened, read, screen):
    async with opened(pair, run="modadd-grok-s0") as (app, pilot):
        await read(app, pilot)
        await pilot.press("left_square_bracket")
        assert screen(app)[-2].startswith(" epoch 57")
        await pilot.press("right_square_bracket", "right_square_bracket")
        assert screen(app)[-2].startswith(" epoch 59")
        await pilot.press("left_curly_bracket", "left_curly_bracket")
        low = app.session.view.cursor
        assert 42 <= low <= 54
        await pilot.press("left")
        assert app.session.view.cursor < low
        for _ in range(8):
            await pilot.press("left_curly_bracket")
        assert "no event before" in screen(app)[-1]


async def test_the_cursor_runs_through_all_panels(pair, opened, read, screen):
    async with opened(pair, run="modadd-grok-s0") as (app, pilot):
        await read(app, pilot)
        await pilot.press("X", *["left_curly_bracket"] * 9)
        (_, first), (_, second) = app.screen.query_one(Plots).frames()
        column = first.column(app.session.view.cursor)
        assert second.column(app.session.view.cursor) == column
        crossed = [line for line in screen(app) if line[column : column + 1] in ("┆", "┴")]
        assert len(crossed) > 10


async def test_m_walks_through_what_is_stored(pair, opened, read, screen):
    async with opened(pair, run="modadd-grok-s0") as (app, pilot):
        await read(app, pilot)
        titles = []
        for _ in range(3):
            below = [line for line in screen(app) if "log epoch" in line][1]
            titles.append(below.split("  ")[0].strip())
            await pilot.press("m")
        assert titles == [
            "Loss, nat",
            "L2 norm of all parameters",
            "Fisher speed, output/diagonal/test/f1/n256/s0",
        ]


async def test_the_fisher_speed_has_its_turning_points_marked(pair, opened, read, screen):
    async with opened(pair, run="modadd-grok-s0") as (app, pilot):
        await read(app, pilot)
        await pilot.press("m", "m")
        named = next(line for line in screen(app) if "min " in line)
        low, high = (int(word) for word in named.replace(",", "").split()[1::2])
        assert 15 <= low <= 25
        assert 42 <= high <= 54


async def test_x_and_y_turn_the_axes(pair, opened, read, screen):
    async with opened(pair, run="modadd-grok-s0") as (app, pilot):
        await read(app, pilot)
        assert "log y, log epoch" in "\n".join(screen(app))
        await pilot.press("X", "Y")
        text = "\n".join(screen(app))
        assert "log" not in text.rpartition("\n")[0]
        assert "loss" not in app.session.view.first


async def test_a_click_on_a_plot_moves_the_cursor_and_on_a_title_changes_the_measure(
    pair, opened, read
):
    async with opened(pair, run="modadd-grok-s0") as (app, pilot):
        await read(app, pilot)
        _, frame = app.screen.query_one(Plots).frames()[0]
        await pilot.click(Plots, offset=(frame.column(20), 3))
        assert 19 <= app.session.view.cursor <= 21
        await pilot.click(Plots, offset=(10, 0))
        assert app.session.view.first == "weight_norm"


async def test_j_and_k_show_the_neighbours(pair, opened, read, screen):
    async with opened(pair, run="modadd-grok-s0") as (app, pilot):
        await pilot.press("j")
        await read(app, pilot)
        assert "modadd-steady s0" in screen(app)[0]
        await pilot.press("j")
        assert "no run further on" in screen(app)[-1]


async def test_a_failed_run_says_why(demo, opened, read, screen):
    async with opened(demo, run="modadd-grok-s1") as (app, pilot):
        await read(app, pilot)
        assert "✗ failed" in screen(app)[0]
        assert "loss became NaN" in screen(app)[1]


async def test_a_measure_that_is_missing_is_offered(demo, opened, read, screen):
    async with opened(demo, run="modadd-wide-s0") as (app, pilot):
        await read(app, pilot)
        await pilot.press("m", "m")
        assert "grokscope measure modadd-wide-s0 fisher_speed" in "\n".join(screen(app))


async def test_a_run_that_disappears_leaves_a_way_on(pair, tmp_path, opened, read, screen):
    store = tmp_path / "store"
    shutil.copytree(pair, store)
    async with opened(store, run="modadd-grok-s0") as (app, pilot):
        shutil.rmtree(store / "modadd-grok-s0")
        app._list()
        await until(pilot, lambda: app.session.run("modadd-grok-s0") is None)
        await pilot.pause()
        assert "no longer in the store" in screen(app)[0]
        assert "esc goes back" in screen(app)[1]
        assert not any("Accuracy" in line for line in screen(app))
        await pilot.press("right_square_bracket", "right", "m", "Y", "space")
        assert "no run to mark" in screen(app)[-1]
        await pilot.press("c", "w", "escape")
        await pilot.resize_terminal(100, 30)
        await pilot.press("j")
        await read(app, pilot)
        assert "modadd-steady s0" in screen(app)[0]


async def test_a_run_that_is_gone_before_the_first_look_is_said_to_be(pair, opened, screen):
    async with opened(pair, run="never-there") as (app, pilot):
        await until(pilot, lambda: "no longer in the store" in screen(app)[0])
        await pilot.press("escape")
        assert app.session.run(app.session.selected) is not None


async def test_a_heading_that_was_cut_is_whole_where_the_terminal_grows(pair, opened, screen):
    async with opened(pair, run="modadd-grok-s0", size=(60, 20)) as (app, pilot):
        name = "a-name-that-goes-on-and-on-and-on"
        app.session.labels["modadd-grok-s0"] = name
        app.screen.redraw()
        await pilot.pause()
        assert name not in screen(app)[0]
        await pilot.resize_terminal(140, 20)
        await pilot.pause()
        assert name in screen(app)[0]
