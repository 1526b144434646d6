"""Launching from the explorer; what the commands would print is given."""

import json

import pytest

from grokscope.tui.acts.processes import Answer
from grokscope.tui.screenshots import until
from grokscope.tui.widgets.line import Line

PRESETS = [{"preset": "modadd-grok", "title": "modular addition, groks"}]


def dry(count, trains=True):
    plan = [{"id": f"modadd-s{n}", "action": "train" if trains else "reuse"} for n in range(count)]
    counts = {"runs": count, "train": count * trains, "resume": 0, "reuse": count * (not trains)}
    rest = {"live": 0, "seconds": 12.0, "source": "as fast as a", "bytes": 1e6, "plan": plan}
    return json.dumps(counts | rest)


@pytest.fixture
def commands(monkeypatch):
    """Answers for the command line, and what was begun."""
    asked, begun = [], []

    async def answer(words, store):
        asked.append(list(words))
        if words[0] == "presets":
            whole = {"task": {"p": 113}, "model": {"init_scale": 10.0}}
            return Answer(0, json.dumps(whole if len(words) > 2 else PRESETS), "")
        if words[0] == "show":
            return Answer(0, 'name = "modadd"\n', "")
        if "pp=1" in words:
            return Answer(1, "", "unknown key 'pp', did you mean 'p'?")
        if "there=1" in words:
            return Answer(0, dry(1, trains=False), "")
        return Answer(0, dry(5 if "--sweep" in words else 1), "")

    def begin(page, words, doing):
        begun.append((list(words), doing))

    monkeypatch.setattr("grokscope.tui.acts.processes.answer", answer)
    monkeypatch.setattr("grokscope.tui.acts.launching.answer", answer)
    monkeypatch.setattr("grokscope.tui.screens.launch.PAUSE", 0.01)
    monkeypatch.setattr("grokscope.tui.pages.page.Page.begin", begin)
    return asked, begun


async def fill(app, pilot, text):
    app.screen.query_one(Line).value = text
    await pilot.pause()


def shows(app, screen, text):
    return lambda: any(text in line for line in screen(app))


async def test_the_selected_runs_configuration_is_edited_and_started(
    pair, opened, screen, commands
):
    asked, begun = commands
    async with opened(pair) as (app, pilot):
        await pilot.press("R")
        await until(pilot, shows(app, screen, "1 run: 1 to train; about 12s (as fast as a)"))
        assert any("the configuration of" in line for line in screen(app))
        await fill(app, pilot, "lr=1 seed=0..4")
        await until(pilot, shows(app, screen, "5 runs: 5 to train"))
        assert any(line.split() == ["optimizer.lr", "0.005", "→", "1"] for line in screen(app))
        await pilot.press("enter")
        ((words, doing),) = begun
        assert words[0] == "run"
        assert words[1].endswith(f"{app.session.selected}.toml")
        assert words[2:] == ["--set", "lr=1", "--sweep", "seed=0:5"]
        assert doing == "training 5 runs"
        assert [*words, "--dry-run", "--json"] in asked


async def test_a_run_is_forked_where_the_cursor_stands(pair, opened, screen, commands):
    async with opened(pair, run="modadd-grok-s0") as (app, pilot):
        await pilot.press("f")
        await fill(app, pilot, "lr=1")
        await until(pilot, shows(app, screen, "1 run: 1 to train"))
        assert any(line.startswith("▌a fork") and "epoch 58" in line for line in screen(app))
        await pilot.press("enter")
        assert commands[1][0][0] == ["fork", "modadd-grok-s0@epoch:58", "--set", "lr=1"]
        await pilot.press("escape", "R")
        await pilot.pause()
        assert any(line.startswith("▌this run") for line in screen(app))
        assert not any("a fork" in line for line in screen(app))


async def test_an_error_is_shown_in_place_and_nothing_is_started(pair, opened, screen, commands):
    async with opened(pair) as (app, pilot):
        await pilot.press("R")
        await fill(app, pilot, "pp=1")
        await pilot.press("enter")
        await until(pilot, shows(app, screen, "unknown key 'pp', did you mean 'p'?"))
        spans = app.screen.query_one(Line)._value.spans
        assert [(span.start, span.end) for span in spans] == [(0, 4)]
        await pilot.press("enter")
        assert "not started" in screen(app)[-1]
        assert commands[1] == []


async def test_enter_before_the_check_starts_once_it_is_sound(pair, opened, screen, commands):
    async with opened(pair) as (_, pilot):
        await pilot.press("R", *"p=7", "enter")
        await until(pilot, lambda: bool(commands[1]))
        assert commands[1][0][0][2:] == ["--set", "p=7"]


async def test_what_is_there_already_is_not_started(pair, opened, screen, commands):
    async with opened(pair) as (app, pilot):
        await pilot.press("R")
        await fill(app, pilot, "there=1")
        await until(pilot, shows(app, screen, "1 run: 1 there already"))
        await pilot.press("enter")
        assert "nothing to train" in screen(app)[-1]
        assert commands[1] == []


async def test_an_empty_store_starts_from_presets(tmp_path, opened, screen, commands):
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("R")
        await until(pilot, shows(app, screen, "1 run: 1 to train"))
        assert any(line.startswith("▌modadd-grok") for line in screen(app))
        await fill(app, pilot, "init_scale=1")
        await until(pilot, shows(app, screen, "10 → 1"))
        await pilot.press("escape")
        assert app.screen is app.get_screen("runs")
