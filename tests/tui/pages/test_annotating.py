import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from grokscope.store.keeping.annotations import annotate, read_annotations
from grokscope.tui.acts.processes import Ending
from grokscope.tui.pages import annotating
from grokscope.tui.pages.annotating import Asked
from grokscope.tui.screenshots import until
from grokscope.tui.session import Session
from tests.store.query.conftest import four

ID = "modadd-grok-s0"


@pytest.fixture
def begun(monkeypatch):
    """Commands that were begun, none of which is started; each ends at once with `code`."""
    begun = SimpleNamespace(words=[], code=0)

    def begin(page, words, doing, then=None):
        begun.words.append(list(words))
        if then is not None:
            then(Ending(begun.code, ""))

    monkeypatch.setattr(annotating.Annotating, "begin", begin)
    return begun


async def test_keys_begin_the_commands_that_annotate(pair, opened, screen, begun):
    async with opened(pair) as (app, pilot):
        await pilot.press("asterisk")
        await pilot.press("T", *"new -old", "enter")
        await pilot.press("n", *"lr?", "enter")
        await pilot.press("n", "enter", "T", "enter")
        assert "left as it is" in screen(app)[-1]
        await pilot.press("n", *"x", "escape")
        assert not app.screen.query_one(Asked).display
    assert begun.words == [
        ["star", ID],
        ["tag", ID, "--add=new", "--remove=old"],
        ["note", ID, "--", "lr?"],
        ["note", ID, "--clear"],
    ]


async def test_a_run_goes_to_the_trash_once_that_is_meant_and_comes_back(
    pair, opened, screen, begun
):
    async with opened(pair) as (app, pilot):
        await pilot.press("u")
        assert "nothing went to the trash from here" in screen(app)[-1]
        await pilot.press("d")
        assert "move modadd-grok s0 to the trash? y/n" in screen(app)[-1]
        await pilot.press("n")
        assert begun.words == []
        await pilot.press("d", "y")
        assert app.session.selected == "modadd-steady-s0"
        begun.code = 1
        await pilot.press("d", "y", "u", "u")
    assert begun.words == [
        ["rm", "--yes", ID],
        ["rm", "--yes", "modadd-steady-s0"],
        ["restore", ID],
    ]


async def test_a_row_of_several_runs_is_annotated_as_one(demo, opened, screen, begun):
    ids = ["modadd-grok-s0", "modadd-grok-s1", "modadd-grok-s7"]
    async with opened(demo) as (_app, pilot):
        await pilot.press("asterisk", "n", "d", "y")
        assert begun.words == [["star", *ids], ["rm", "--yes", *ids]]


@pytest.mark.slow
async def test_a_star_shows_and_a_removed_run_is_gone_and_back(pair, tmp_path, opened, screen):
    store = tmp_path / "store"
    shutil.copytree(pair, store)
    async with opened(store) as (app, pilot):
        await pilot.press("asterisk")
        await until(pilot, lambda: any("★modadd-grok s0" in line for line in screen(app)))
        assert read_annotations(store / ID).starred
        await pilot.press("d", "y")
        await until(pilot, lambda: "1 run" in screen(app)[0])
        assert not (store / ID).exists()
        await pilot.press("u")
        await until(pilot, lambda: "2 runs" in screen(app)[0])


async def test_a_note_of_several_lines_is_left_to_the_editor(pair, tmp_path, opened, screen, begun):
    shutil.copytree(pair / ID, tmp_path / ID)
    annotate(tmp_path / ID, lambda known: known.noted("one\ntwo"))
    async with opened(tmp_path) as (app, pilot):
        await pilot.press("n")
        assert f"grokscope note {ID} --edit" in screen(app)[-1]
        assert begun.words == []


def test_tags_that_runs_have_are_offered():
    session = Session(Path("store"))
    session.listed(four(), {})
    line = Asked(session)
    line.what = "tag"
    assert line._offer("pa") == "paper"
    assert line._offer("new -dr") == "new -draft"
    assert line._offer("paper") is None
    line.what = "note"
    assert line._offer("pa") is None


async def test_a_run_that_goes_while_words_are_typed_for_it_is_still_named(
    pair, opened, screen, begun
):
    async with opened(pair) as (app, pilot):
        await pilot.press("T", "a")
        app.session.listed([], {})
        await pilot.press("enter")
        assert begun.words == [["tag", ID, "--add=a"]]
