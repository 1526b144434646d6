import re
import shutil

import pytest
from textual.events import Key
from textual.widgets import Input

from grokscope.tui.screenshots import until
from grokscope.tui.session import Only
from grokscope.tui.widgets.bars import KeyBar
from grokscope.tui.widgets.plots import Plots


async def test_the_list_says_what_ran_which_grokked_and_when(demo, opened, screen):
    async with opened(demo) as (app, pilot):
        folded = screen(app)
        await pilot.press("tab", "tab", "tab")
        lines = screen(app)
    assert "5 runs" in lines[0]
    assert re.search(r" ▶1 \d+[smh] left ✗1$", lines[0])
    row = next(line for line in lines if "├ s0" in line)
    assert " ".join(row.split()) == "├ s0 grokking 14 58 44 1.000 10 finished"
    assert not any("├ s0" in line for line in folded)
    row = next(line for line in folded if "×3" in line)
    assert "×3 2/3 grok 14±0.2 58 44 0.999 10 ▶1 ✗1 " in " ".join(row.split())


async def test_the_preview_follows_the_cursor(pair, opened, read, screen):
    async with opened(pair) as (app, pilot):
        assert any("t_test 58" in line for line in screen(app))
        await pilot.press("j")
        await read(app, pilot)
        assert app.session.selected == "modadd-steady-s0"
        assert any("t_train 6, t_test 8" in line for line in screen(app))


async def test_a_row_down_paints_the_preview_once_with_its_curves(pair, opened, read, monkeypatch):
    painted = []
    show = Plots.show

    def spy(self, *args):
        painted.append(self._session.selected in self._session.books)
        show(self, *args)

    async with opened(pair) as (app, pilot):
        monkeypatch.setattr(Plots, "show", spy)
        monkeypatch.setattr("grokscope.tui.screens.runs.PATIENCE", 60.0)
        await pilot.press("j")
        await read(app, pilot)
    assert painted == [True]


async def test_curves_that_are_long_in_coming_leave_an_empty_preview(pair, opened, monkeypatch):
    async with opened(pair) as (app, pilot):
        monkeypatch.setattr(app, "_read", lambda run: None)
        monkeypatch.setattr("grokscope.tui.screens.runs.PATIENCE", 0.01)
        before = app.screen.plots.frames()
        await pilot.press("j")
        await until(pilot, lambda: app.screen.plots.frames() != before)


async def test_the_end_of_the_list_is_said_in_the_footer(pair, opened, screen):
    async with opened(pair) as (app, pilot):
        await pilot.press("k")
        assert "no run further up" in screen(app)[-1]


async def test_a_filter_narrows_the_list_as_it_is_typed_and_escape_widens_it(pair, opened, screen):
    async with opened(pair) as (app, pilot):
        await pilot.press("slash", *"steady")
        assert "1 of 2 runs · filter steady" in screen(app)[0]
        assert app.session.selected == "modadd-steady-s0"
        await pilot.press("enter")
        assert not app.screen.query_one(Input).display
        await pilot.press("j")
        assert "no run" in screen(app)[-1]
        await pilot.press("escape")
        assert "2 runs" in screen(app)[0]


async def test_words_that_arrive_in_one_burst_are_a_filter_and_no_commands(pair, opened, screen):
    burst = [Key("slash", "/"), *(Key(c, c) for c in "qsteady"), Key("enter", None)]
    async with opened(pair) as (app, pilot):
        view = app.session.view
        for key in burst:
            app.post_message(key)
        await until(pilot, lambda: app.session.filter == "qsteady")
        await pilot.pause()
        assert app.is_running
        assert not app.screen.query_one(Input).display
        assert app.session.view == view
        assert app.screen is app.get_screen("runs")
        assert "filter qsteady" in screen(app)[0]
        await pilot.press("slash")
        assert app.screen.query_one(Input).value == "qsteady"


async def test_a_filter_that_nothing_passes_says_how_to_leave_it(pair, opened, screen):
    async with opened(pair) as (app, pilot):
        await pilot.press("slash", *"xyz", "enter")
        assert any("no run passes the filter" in line for line in screen(app))
        await pilot.press("enter")
        assert "no run to open" in screen(app)[-1] or app.session.selected


async def test_marks_show_and_c_compares(pair, opened, screen):
    async with opened(pair) as (app, pilot):
        await pilot.press("space")
        assert any(line.startswith("▌A modadd-grok s0") for line in screen(app))
        await pilot.press("c")
        assert "mark another run" in screen(app)[-1]
        await pilot.press("j", "c")
        assert app.screen is app.get_screen("compare")


async def test_g_jumps_to_the_run_that_changed_last(demo, opened):
    async with opened(demo) as (app, pilot):
        await pilot.press("end")
        assert app.session.selected == "modadd-steady-s0"
        await pilot.press("g")
        assert app.session.selected == "modadd-grok-s7"


async def test_a_click_selects_a_row_and_a_second_one_opens_it(pair, opened, read):
    async with opened(pair) as (app, pilot):
        await pilot.click("RunList", offset=(10, 3))
        assert app.session.selected == "modadd-steady-s0"
        await pilot.click("RunList", offset=(10, 3))
        await read(app, pilot)
        assert app.screen is app.get_screen("run")


async def test_the_footer_can_be_clicked(pair, opened):
    async with opened(pair) as (app, pilot):
        text = "".join(f"{keys} {label}  " for keys, label, _ in KeyBar("runs").fitting(80))
        await pilot.click("KeyBar", offset=(1 + text.index("w why"), 0))
        assert app.screen is app.get_screen("why")


async def test_an_empty_store_says_which_command_fills_it(tmp_path, opened, screen):
    async with opened(tmp_path) as (app, pilot):
        assert any("no runs here yet" in line for line in screen(app))
        assert any("grokscope run modadd-grok" in line for line in screen(app))
        for key in ("enter", "space", "c", "m", "X", "Y", "right_square_bracket", "j", "g", "w"):
            await pilot.press(key)
        assert app.is_running


async def test_a_run_that_appears_is_listed_while_one_looks(pair, tmp_path, opened, read, screen):
    store = tmp_path / "store"
    store.mkdir()
    shutil.copytree(pair / "modadd-grok-s0", store / "modadd-grok-s0")
    async with opened(store) as (app, pilot):
        assert "1 run" in screen(app)[0]
        shutil.copytree(pair / "modadd-steady-s0", store / ".hidden")
        (store / ".hidden").rename(store / "modadd-steady-s0")
        app._list()
        await read(app, pilot)
        while "2 runs" not in screen(app)[0]:
            await pilot.pause(0.05)
        assert app.session.selected == "modadd-grok-s0"


async def test_a_directory_that_cannot_be_read_is_counted(pair, tmp_path, opened, screen):
    store = tmp_path / "store"
    shutil.copytree(pair / "modadd-grok-s0", store / "modadd-grok-s0")
    (store / "broken").mkdir()
    (store / "broken" / "summary.json").write_text("{")
    async with opened(store) as (app, _pilot):
        assert screen(app)[0].endswith("1 unreadable")


async def test_a_damaged_file_of_curves_says_so_in_the_panel(pair, tmp_path, opened, screen):
    store = tmp_path / "store"
    shutil.copytree(pair / "modadd-grok-s0", store / "modadd-grok-s0")
    whole = (store / "modadd-grok-s0" / "run.h5").read_bytes()
    (store / "modadd-grok-s0" / "run.h5").write_bytes(whole[:1000])
    async with opened(store) as (app, _pilot):
        assert app.session.books["modadd-grok-s0"].problem
        assert any("run.h5" in line for line in screen(app)[6:])


@pytest.mark.parametrize("key", ["m", "X", "Y", "right_square_bracket", "right_curly_bracket"])
async def test_keys_for_plots_change_the_preview(pair, opened, key):
    async with opened(pair) as (app, pilot):
        before = [strip.text for strip in app.screen._compositor.render_strips()]
        if "bracket" in key:
            app.session.view = app.session.view.__class__(cursor=3.0)
            app.screen.query_one(Plots).point({"": 3.0})
        await pilot.press(key)
        assert [strip.text for strip in app.screen._compositor.render_strips()] != before


async def test_escape_lets_runs_that_were_left_out_be_seen_before_it_clears_the_filter(
    pair, opened, screen
):
    async with opened(pair) as (app, pilot):
        app.session.refilter("modadd")
        app.session.narrow(Only(frozenset({"modadd-steady-s0"}), "init_scale 1"))
        await pilot.press("escape")
        assert (app.session.only, app.session.filter) == (None, "modadd")
        assert "2 of 2 runs" in screen(app)[0]
        await pilot.press("escape")
        assert app.session.filter == ""


async def test_a_mark_set_elsewhere_shows_in_the_list(pair, opened, screen):
    async with opened(pair) as (app, pilot):
        await pilot.press("enter", "space", "escape")
        assert any(line.startswith("▌A modadd-grok s0") for line in screen(app))


async def test_a_run_that_cannot_be_read_is_a_marked_row_that_says_why(
    pair, tmp_path, opened, screen
):
    store = tmp_path / "store"
    shutil.copytree(pair / "modadd-grok-s0", store / "modadd-grok-s0")
    (store / "broken-s0-abcdef").mkdir()
    (store / "broken-s0-abcdef" / "summary.json").write_text("{")
    async with opened(store) as (app, pilot):
        assert any("broken-s0-abcdef ✗ summary.json is damaged" in line for line in screen(app))
        await pilot.press("end")
        assert app.session.selected == "broken-s0-abcdef"
        assert any("grokscope doctor broken-s0-abcdef" in line for line in screen(app))
        for key in ("enter", "space", "w", "asterisk", "n", "T", "tab", "e"):
            await pilot.press(key, "escape")
        await pilot.press("k")
        assert app.session.selected == "modadd-grok-s0"


async def test_a_run_that_vanishes_under_the_cursor_stays_as_a_marked_row_until_it_is_left(
    pair, tmp_path, opened, read, screen
):
    store = tmp_path / "store"
    shutil.copytree(pair, store)
    async with opened(store) as (app, pilot):
        await pilot.press("j")
        shutil.rmtree(store / "modadd-steady-s0")
        await until(pilot, lambda: any("no longer in the store" in line for line in screen(app)))
        row = next(line for line in screen(app) if line.startswith("▌"))
        assert "modadd-steady-s0 ✗ no longer in the store" in row
        await pilot.press("k")
        app.session.listing.refresh(app.session)
        assert [row.id for row in app.session.listing.rows] == ["modadd-grok-s0"]


async def test_what_a_filter_could_become_is_told_while_it_is_typed(pair, opened, screen):
    async with opened(pair) as (app, pilot):
        await pilot.press("slash", *"regime:")
        assert "tab  regime:grokking  regime:steady" in screen(app)[-1]
        await pilot.press(*"steady")
        assert app.session.filter == "regime:steady"
        assert "tab  regime" not in screen(app)[-1]


async def test_a_store_that_vanishes_is_told_and_its_runs_come_back_with_it(own, opened, screen):
    async with opened(own) as (app, pilot):
        await pilot.press("enter")
        own.rename(own.with_name("away"))
        await until(pilot, lambda: "there is no directory" in screen(app)[0])
        await pilot.press("escape")
        assert "no such directory" in screen(app)[0]
        assert any("modadd-grok-s0 ✗ no longer in the store" in line for line in screen(app))
        await pilot.press("w")
        assert any("modadd-grok-s0 is no longer in the store" in line for line in screen(app))
        own.with_name("away").rename(own)
        await pilot.press("escape")
        await until(pilot, lambda: "2 runs" in screen(app)[0])


async def test_a_store_that_is_not_made_yet_says_what_makes_it(tmp_path, opened, screen):
    async with opened(tmp_path / "new") as (app, _):
        text = "\n".join(screen(app))
        assert "there is no directory" in text
        assert "grokscope run modadd-grok   makes it" in text
