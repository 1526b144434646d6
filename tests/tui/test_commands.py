"""The palette: every action of the screen below it."""

from types import SimpleNamespace

from textual.screen import Screen

from grokscope.tui import actions
from grokscope.tui.commands import Table
from grokscope.tui.screens import SCREENS
from grokscope.tui.screenshots import until


async def offered(hits):
    return [hit async for hit in hits]


def below(app):
    """Return the provider as the palette makes it over the screen that is shown."""
    return Table(app.screen)


async def test_every_action_of_the_screen_is_offered_but_the_palette_itself(pair, opened):
    async with opened(pair) as (app, _pilot):
        hits = await offered(below(app).discover())
        wanted = [each.meaning for each in actions.on("runs") if each.name != "palette"]
        assert [hit.text for hit in hits] == wanted
        assert len(wanted) > 10


async def test_every_screen_offers_every_action_of_its_own(pair, opened):
    async with opened(pair) as (app, _pilot):
        for name in SCREENS:
            page = app.get_screen(name)
            offered = [(action, call._action) for action, call in Table(page)._entries()]
            wanted = [each for each in actions.on(page.kind) if each.name != "palette"]
            assert offered == [(each, each.name) for each in wanted]
            assert any(each.name == "leave" for each in wanted)


async def test_an_entry_tells_the_key_that_does_the_same(pair, opened):
    async with opened(pair) as (app, _pilot):
        (hit,) = [h for h in await offered(below(app).discover()) if "leave" in str(h.text)]
        assert str(hit.display).endswith("  q")


async def test_what_is_typed_finds_by_meaning(pair, opened):
    async with opened(pair) as (app, _pilot):
        hits = await offered(below(app).search("side by side"))
        best = max(hits, key=lambda hit: hit.score)
        assert best.text.startswith("two marked runs side by side")
        assert await offered(below(app).search("zzzz")) == []


async def test_an_entry_does_what_its_key_does(pair, opened):
    async with opened(pair) as (app, pilot):
        (hit,) = await offered(below(app).search("why this regime"))
        await hit.command()
        await until(
            pilot, lambda: app.screen is app.get_screen("why") and app.screen.query("#text")
        )


async def test_a_screen_without_actions_offers_none():
    bare = SimpleNamespace(screen=Screen(), app=None)
    assert Table._entries(bare) == []
