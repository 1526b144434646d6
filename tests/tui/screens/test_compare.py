import shutil

import pytest

from grokscope.tui.screenshots import until

PAIR = ("modadd-grok-s0", "modadd-steady-s0")


@pytest.fixture
def compared(pair, opened, read):
    return lambda **options: opened(pair, compare=PAIR, **options)


async def test_both_runs_stand_side_by_side_with_what_differs(compared, read, screen):
    async with compared() as (app, pilot):
        await read(app, pilot, PAIR)
        lines = screen(app)
    heads = " ".join(lines[0].split())
    assert heads == "A modadd-grok s0 grokking Δ 44 > 14 B modadd-steady s0 steady Δ 2 ≤ 6"
    assert lines[1].startswith(" differs: init_scale 10 │ 1")
    assert lines[1].endswith("keys alike")
    assert lines[2].startswith(
        " came to: t_train 14 │ 6 (+8)   t_test 58 │ 8 (+50)   Δ 44 │ 2 (+42)"
    )
    assert lines[3].split() == ["Accuracy", "log", "epoch"] * 2


async def test_axes_are_shared(compared, read, screen):
    async with compared() as (app, pilot):
        await read(app, pilot, PAIR)
        ticks = next(line for line in screen(app) if line.split()[:3] == ["0", "1", "3"])
        assert ticks[:40].strip() == ticks[40:].strip()


async def test_readouts_give_both_runs_at_one_time(compared, read, screen):
    async with compared() as (app, pilot):
        await read(app, pilot, PAIR)
        a, b = screen(app)[-3:-1]
        assert a.startswith(" epoch 8  A  train")
        assert b.split()[:5] == ["B", "train", "1.000", "test", "0.959"]
        await pilot.press("right_curly_bracket")
        assert screen(app)[-3] != a


async def test_o_folds_into_an_overlay_with_letters_at_the_curves(compared, read, screen):
    async with compared() as (app, pilot):
        await read(app, pilot, PAIR)
        await pilot.press("o")
        text = "\n".join(screen(app))
        assert "A test" in text
        assert "B test" in text
        await pilot.press("o")
        assert "A test" not in "\n".join(screen(app))


async def test_s_swaps_and_letters_follow(compared, read, screen):
    async with compared() as (app, pilot):
        await read(app, pilot, PAIR)
        await pilot.press("s")
        assert screen(app)[0].startswith(" A modadd-steady s0  steady")
        assert app.session.marks == {"A": "modadd-steady-s0", "B": "modadd-grok-s0"}


async def test_w_explains_both_and_escape_leads_back(compared, read, screen):
    async with compared(size=(80, 60)) as (app, pilot):
        await read(app, pilot, PAIR)
        await pilot.press("w")
        text = "\n".join(screen(app))
        assert "A modadd-grok s0: grokking" in text
        assert "B modadd-steady s0: steady" in text
        await pilot.press("escape", "escape")
        assert app.screen is app.get_screen("runs")


async def test_more_room_shows_more_measures(compared, read, screen):
    async with compared(size=(160, 45)) as (app, pilot):
        await read(app, pilot, PAIR)
        text = "\n".join(screen(app))
        for title in ("Accuracy", "Loss, nat", "L2 norm", "Fisher speed, output/diagonal/test"):
            assert text.count(title) >= 2


@pytest.mark.parametrize("keys", [["s"], ["right_square_bracket", "right"], ["m", "Y", "o"], ["w"]])
async def test_a_run_that_disappears_leaves_a_way_on(pair, tmp_path, opened, read, screen, keys):
    store = tmp_path / "store"
    shutil.copytree(pair, store)
    async with opened(store, compare=PAIR) as (app, pilot):
        await read(app, pilot, PAIR)
        shutil.rmtree(store / PAIR[1])
        await gone(app, pilot, PAIR[1])
        assert "run B is no longer in the store" in screen(app)[0]
        assert "esc goes back" in screen(app)[1]
        assert not any("Accuracy" in line for line in screen(app))
        await pilot.press(*keys)
        await pilot.resize_terminal(100, 30)
        await pilot.press("escape", "escape")
        assert app.screen is app.get_screen("runs")
        assert app.is_running


async def test_both_runs_may_disappear(pair, tmp_path, opened, screen):
    store = tmp_path / "store"
    shutil.copytree(pair, store)
    async with opened(store, compare=PAIR) as (app, pilot):
        for id in PAIR:
            shutil.rmtree(store / id)
            await gone(app, pilot, id)
        await pilot.press("s", "o", "right_curly_bracket")
        assert "both runs are no longer in the store" in screen(app)[0]


async def gone(app, pilot, id):
    app._list()
    await until(pilot, lambda: app.session.run(id) is None)
    await pilot.pause()
