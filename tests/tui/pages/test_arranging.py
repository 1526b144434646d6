import shutil
import threading

import pytest

from grokscope.tui import settings
from grokscope.tui.runs.listing import SECTION
from grokscope.tui.screenshots import until
from grokscope.tui.widgets.runlist import RunList


async def test_rows_are_sorted_by_a_column_turned_round_and_the_choice_remembered(
    pair, opened, screen
):
    async with opened(pair, size=(100, 30)) as (app, pilot):
        for _ in range(4):
            await pilot.press("greater_than_sign")
        assert app.session.listing.sort == "t_test"
        assert "by t_test, the least first" in screen(app)[-1]
        assert app.session.listing.rows[0].id == "modadd-steady-s0"
        await pilot.press("I")
        assert "the greatest first" in screen(app)[-1]
        assert app.session.listing.rows[0].id == "modadd-grok-s0"
        await pilot.press("less_than_sign", "plus")
        assert "t_train: 8 cells" in screen(app)[-1]
        await until(pilot, lambda: settings.load(SECTION).get("widths") == {"t_train": 8})
        assert settings.load(SECTION)["sort"] == "t_train"
    async with opened(pair, size=(100, 30)) as (app, _pilot):
        assert app.session.listing.sort == "t_train"
        widths = {column.key: column.width for column in app.screen.query_one(RunList).columns}
        assert widths["t_train"] == 8


async def test_a_click_on_a_heading_sorts_and_another_turns_round(pair, opened, screen):
    async with opened(pair, size=(100, 30)) as (app, pilot):
        at = screen(app)[1].index("t_test") + 1
        await pilot.click("RunList", offset=(at, 0))
        assert (app.session.listing.sort, app.session.listing.inverted) == ("t_test", False)
        assert screen(app)[2].count("▲") == 1
        await pilot.click("RunList", offset=(at, 1))
        assert app.session.listing.inverted
        assert screen(app)[2].count("▼") == 1


async def test_rows_fold_by_the_next_key_and_say_which(demo, opened, screen):
    async with opened(demo, size=(100, 30)) as (app, pilot):
        seen = []
        for _ in range(5):
            await pilot.press("F")
            seen.append(app.session.listing.fold)
            assert screen(app)[-1].strip()
        assert seen == ["name", "task", "model", "model.init_scale", "nothing"]
        assert len(app.session.listing.rows) == 5
        await pilot.press("tab")
        assert "holds one run" in screen(app)[-1]


@pytest.mark.parametrize("damage", ["[list", "[list]\nwidths = 3\ncolumns = ['no such', 1]\n"])
async def test_a_damaged_file_of_settings_is_no_hindrance(pair, opened, screen, damage):
    settings.place().write_text(damage)
    async with opened(pair) as (app, _pilot):
        assert "2 runs" in screen(app)[0]


async def test_a_column_narrows_to_three_cells_and_no_further(pair, tmp_path, opened, screen):
    shutil.copytree(pair / "modadd-grok-s0", tmp_path / "modadd-grok-s0")
    async with opened(tmp_path) as (app, pilot):
        app.session.listing.widths = {"run": 3}
        app.screen.redraw()
        await pilot.press("minus")
        assert "3 cells, no narrower" in screen(app)[-1]
        app.session.listing.sort = "optimizer.lr"
        await pilot.press("plus")
        assert "is not shown" in screen(app)[-1]


async def test_many_runs_are_sorted_by_what_a_thread_read_and_keys_in_a_row_all_count(
    pair, opened, screen, monkeypatch
):
    monkeypatch.setattr("grokscope.tui.sweeps.sweep.MANY", 1)
    go_on, asked = threading.Event(), []

    def read(run):
        asked.append(threading.current_thread() is threading.main_thread())
        go_on.wait()

    async with opened(pair, size=(100, 30)) as (app, pilot):
        with monkeypatch.context() as patched:
            patched.setattr("grokscope.tui.pages.arranging.reading", lambda key: read)
            await pilot.press("greater_than_sign", "greater_than_sign", "greater_than_sign")
            assert app.session.listing.sort == ""
            go_on.set()
            await until(pilot, lambda: app.session.listing.sort == "t_train")
        assert not any(asked)
        assert "by t_train, the least first" in screen(app)[-1]
        await pilot.press("F")
        await until(pilot, lambda: app.session.listing.fold == "name")
        assert app.session.listing.sort == "t_train"


@pytest.fixture
def held(monkeypatch):
    """Every list is one of many runs, and what it is sorted by is read once this is set."""
    monkeypatch.setattr("grokscope.tui.sweeps.sweep.MANY", 1)
    go_on = threading.Event()
    read = lambda key: lambda run: go_on.wait(10)  # noqa: E731
    monkeypatch.setattr("grokscope.tui.pages.arranging.reading", read)
    return go_on


async def test_an_order_that_waits_can_be_turned_round(pair, opened, held):
    async with opened(pair, size=(100, 30)) as (app, pilot):
        await pilot.press("greater_than_sign", "I")
        held.set()
        await until(pilot, lambda: app.session.listing.sort == "run")
        assert app.session.listing.inverted


async def test_a_filter_typed_while_an_order_waits_takes_nothing_from_it(pair, opened, held):
    async with opened(pair, size=(100, 30)) as (app, pilot):
        await pilot.press("greater_than_sign", "slash", *"steady", "enter")
        await until(pilot, lambda: app.session.filter == "steady")
        held.set()
        await until(pilot, lambda: app.session.listing.sort == "run")


async def test_an_order_that_cannot_be_read_is_not_taken_with_the_next_choice(
    pair, opened, screen, monkeypatch
):
    def fail(run):
        raise ValueError("damaged")

    monkeypatch.setattr("grokscope.tui.sweeps.sweep.MANY", 1)
    monkeypatch.setattr("grokscope.tui.pages.arranging.reading", lambda key: fail)
    async with opened(pair, size=(100, 30)) as (app, pilot):
        await pilot.press("greater_than_sign")
        await until(pilot, lambda: "ValueError: damaged" in screen(app)[-1])
        await pilot.press("F")
        await until(pilot, lambda: app.session.listing.fold == "name")
        assert app.session.listing.sort == ""


async def test_a_choice_that_cannot_be_remembered_says_so(pair, opened, screen, monkeypatch):
    monkeypatch.setattr(settings, "save", lambda section, values: "the disk is full")
    async with opened(pair, size=(100, 30)) as (app, pilot):
        await pilot.press("I")
        await until(pilot, lambda: "not remembered: the disk is full" in screen(app)[-1])
