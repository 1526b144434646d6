from pathlib import Path

from grokscope.tui import settings
from grokscope.tui.saved.drawer import SECTION
from tests.tui.films import BOTH


async def saved(pilot, name):
    await pilot.press("v", "v", *name, "enter")
    await pilot.pause()


async def test_a_view_is_saved_listed_and_come_back_to_in_another_session(
    pair, opened, screen, read
):
    async with opened(pair, size=(100, 24)) as (app, pilot):
        await pilot.press("slash", *"grokking", "enter", "enter")
        await read(app, pilot)
        await pilot.press("X", "tilde")
        looked = app.session.view
        await pilot.press("v")
        assert "what you look at now" in screen(app)[1]
        assert "run modadd-grok-s0 · /grokking" in screen(app)[1]
        assert "v gives it a name" in screen(app)[3]
        await pilot.press("v", *"flat", "enter")
        assert "saved as flat" in screen(app)[-1]
        assert "1 for this store" in screen(app)[0]
    async with opened(pair, size=(100, 24)) as (app, pilot):
        await pilot.press("v", "j", "enter")
        await pilot.pause()
        assert app.session.view == looked
        assert app.session.filter == "grokking"
        assert app.screen.kind == "run"
        assert "flat" in screen(app)[-1]


async def test_views_are_renamed_overwritten_offered_everywhere_and_deleted(pair, opened, screen):
    async with opened(pair, size=(100, 24)) as (app, pilot):
        await saved(pilot, "one")
        await pilot.press("n", *"two", "enter")
        assert "one is now two" in screen(app)[-1]
        await pilot.press("space")
        assert settings.load(SECTION)["two"]["everywhere"]
        assert screen(app)[2].endswith("every store")
        await pilot.press("escape", "I", "v", "v", "enter")
        assert "overwrite the view two? y/n" in screen(app)[-1]
        await pilot.press("n")
        assert "list" not in settings.load(SECTION)["two"]
        await pilot.press("v", "enter", "y")
        assert settings.load(SECTION)["two"]["list"]["inverted"]
        await pilot.press("d", "y")
        assert "two is deleted" in screen(app)[-1]
        assert settings.load(SECTION) == {}
        await pilot.press("d")
        assert "not saved" in screen(app)[-1]


async def test_what_cannot_be_done_on_a_line_is_said(pair, opened, screen):
    async with opened(pair, size=(80, 24)) as (app, pilot):
        await pilot.press("v")
        for key, told in (("k", "no view further up"), ("j", "no view further down"),
                          ("n", "v saves it"), ("space", "v saves it")):  # fmt: skip
            await pilot.press(key)
            assert told in screen(app)[-1]
        await pilot.press("v", "enter")
        assert "a name is missing" in screen(app)[-1]
        await pilot.press("v", "q", "escape")
        assert screen(app)[0].startswith(" saved views")
        await pilot.press("escape")
        assert app.screen.kind == "runs"


async def test_a_view_whose_runs_are_gone_opens_the_list_and_names_them(pair, opened, screen):
    async with opened(pair, size=(120, 24), compare=BOTH) as (app, pilot):
        await saved(pilot, "both")
        stored = settings.load(SECTION)
        stored["both"]["marks"]["B"] = "gone-s0"
        settings.save(SECTION, stored)
    async with opened(pair, size=(120, 24)) as (app, pilot):
        await pilot.press("v")
        await pilot.click("#text", offset=(4, 1))
        await pilot.click("#text", offset=(4, 1))
        await pilot.pause()
        assert app.screen.kind == "runs"
        assert "B gone-s0 no longer here" in screen(app)[-1]
        assert "two marked runs are needed" in screen(app)[-1]
        assert app.session.marks == {"A": BOTH[0]}


async def test_the_explorer_begins_with_a_view_that_was_asked_for(pair, opened, read):
    from grokscope.tui.saved.drawer import named

    async with opened(pair, compare=BOTH) as (app, pilot):
        await read(app, pilot, BOTH)
        await saved(pilot, "both")
    async with opened(pair, view=("both", named("both", Path(pair)))) as (app, pilot):
        await pilot.pause()
        assert app.screen.kind == "compare"
        assert app.session.marks == dict(zip("AB", BOTH, strict=True))


async def test_a_view_whose_description_is_long_is_cut_where_that_is_seen(pair, opened, screen):
    from grokscope.tui.saved.views import SavedView

    async with opened(pair, size=(80, 24)) as (app, pilot):
        app.session.drawer.put("x" * 60, SavedView("runs", "", True, filter="grok or " * 20 + "a"))
        await pilot.press("v")
        line = screen(app)[2]
        assert f"{'x' * 25}…  runs · /grok or" in line
        assert line.endswith("…  every store")
