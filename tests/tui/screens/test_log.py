"""What was started, over the log of the chosen one."""

import os

import pytest
from textual.containers import VerticalScroll

from grokscope.tui.acts import processes
from grokscope.tui.acts.processes import start
from grokscope.tui.screenshots import until


@pytest.fixture
def program(tmp_path, monkeypatch):
    def write(script):
        path = tmp_path / f"program{len(script)}.sh"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o700)
        monkeypatch.setattr(processes, "_program", lambda store: [str(path)])

    return write


async def test_where_nothing_was_started_the_page_says_how(pair, opened, screen):
    async with opened(pair) as (app, pilot):
        await pilot.press("e")
        await until(pilot, lambda: any("nothing was started" in line for line in screen(app)))


async def test_a_log_is_followed_until_its_process_ended(pair, opened, screen, tmp_path, program):
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    program(f"seq 1 50; read word < {gate}; echo $word; exit 3")
    start(["run", "first"], pair)
    async with opened(pair) as (app, pilot):
        await pilot.press("e")
        await until(pilot, lambda: any(line.strip() == "50" for line in screen(app)))
        assert any("running" in line and "run first" in line for line in screen(app))
        gate.write_text("enough\n")
        await until(pilot, lambda: any("failed 3" in line for line in screen(app)))
        await until(pilot, lambda: any(line.strip() == "enough" for line in screen(app)))


async def test_another_process_is_chosen_and_its_log_scrolled(
    pair, opened, screen, tmp_path, program
):
    program("seq 1 60")
    start(["older"], pair)
    program("echo newest words")
    start(["newer"], pair)
    async with opened(pair) as (app, pilot):
        await pilot.press("e")
        await until(pilot, lambda: any("newest words" in line for line in screen(app)))
        await pilot.press("j")
        await until(pilot, lambda: any(line.strip() == "60" for line in screen(app)))
        assert any(line.startswith("▌") and "older" in line for line in screen(app))
        await pilot.press("home")
        assert app.screen.query_one(VerticalScroll).scroll_y == 0
        await pilot.press("pagedown")
        assert app.screen.query_one(VerticalScroll).scroll_y == 10
        await pilot.press("j")
        assert "nothing further down" in screen(app)[-1]


async def test_a_run_that_failed_shows_its_own_end_and_its_reason(demo, opened, screen):
    async with opened(demo, run="modadd-grok-s1") as (app, pilot):
        await pilot.press("e")
        await until(pilot, lambda: any("loss became NaN" in line for line in screen(app)))
        assert any(line.startswith("▌") and "recorded" in line for line in screen(app))
        assert any("failed at epoch 90/200" in line for line in screen(app))


async def test_a_run_that_cannot_be_read_says_why(pair, tmp_path, opened, screen):
    (tmp_path / "torn-s0-abcdef").mkdir()
    (tmp_path / "torn-s0-abcdef" / "summary.json").write_text("{")
    async with opened(tmp_path) as (app, pilot):
        app.session.selected = "torn-s0-abcdef"
        await pilot.press("e")
        await until(pilot, lambda: any("grokscope doctor torn" in line for line in screen(app)))
