"""Each key of the table, pressed on each screen that lists it, does something or says why not."""

import pytest

from grokscope.store.studies import write_table
from grokscope.tui import actions
from grokscope.tui.pages.page import Page
from grokscope.tui.screens import SCREENS, load
from grokscope.tui.screenshots import until
from tests.tui import films
from tests.tui.conftest import painted
from tests.tui.gallery import WAYS
from tests.tui.studies.test_claims import CLAIM, TABLE

SILENT = {"backspace", "left", "right", "home", "end"}
"""Keys that edit a line, where there is one."""

pytestmark = pytest.mark.slow


@pytest.fixture
def store(film, tmp_path, monkeypatch):
    monkeypatch.setenv("GROKSCOPE_CACHE", str(tmp_path))
    tmp_path.chmod(0o700)
    monkeypatch.chdir(tmp_path)
    write_table(film, "tiny.quick", TABLE | {"claims": [CLAIM, CLAIM | {"name": "second"}]})
    # the next key is pressed at once
    monkeypatch.setattr("grokscope.tui.pages.page.QUIET", 0.0)
    monkeypatch.setattr(Page, "begin", lambda page, words, doing, then=None: page.say(doing))
    yield film
    for path in (film / "studies").glob("*.json"):
        path.unlink()


@pytest.fixture
def said(monkeypatch):
    """What the footer was told to say."""
    told = []
    say = Page.say
    monkeypatch.setattr(Page, "say", lambda page, text: (told.append(text), say(page, text))[1])
    return told


async def arrived(app, pilot):
    await pilot.pause()
    if app.screen is app.get_screen("through"):
        await films.settled(app, pilot)
    if app.screen is app.get_screen("studies"):
        await until(pilot, lambda: app.session.shelf.read)
    await until(pilot, lambda: not any(w.group in ("read", "list") for w in app.workers))


async def drawn(app, pilot):
    await pilot.pause()
    await until(pilot, lambda: not app.is_running or painted(app))
    await pilot.pause()


@pytest.mark.parametrize("name", SCREENS)
async def test_every_key_changes_what_is_seen_or_says_why_not(name, store, opened, screen, said):
    keys = [key for action in actions.on(load(name).kind) for key in action.keys]
    mute = []
    async with opened(store, size=(100, 30)) as (app, pilot):
        for key in sorted(keys, key="q".__eq__):
            app.session.refilter("")
            app.session.marks = dict(zip("AB", films.BOTH, strict=True))
            for step in WAYS[name].keys.split():
                await pilot.press(step)
                await arrived(app, pilot)
            assert app.screen is app.get_screen(name), key
            said.clear()
            before = app.screen, screen(app)
            await pilot.press(key)
            await drawn(app, pilot)
            seen = (app.screen, screen(app)) != before or not app.is_running
            if not (seen or said or key in SILENT):
                mute.append(key)
            if name == "runs" and app.is_running:
                await pilot.press("escape", "escape")
            while app.is_running and len(app.screen_stack) > 2:
                app.pop_screen()
    assert mute == []
