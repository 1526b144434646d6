from tests.tui.swept import swept

__all__ = ["swept"]


async def test_the_ranking_leads_to_a_scan_of_the_key_under_the_cursor(swept, opened, screen):
    async with opened(swept) as (app, pilot):
        await pilot.press("P", "i", "m")
        assert screen(app)[0].startswith(" ranking  by Δ t_test − t_train, epoch")
        await pilot.press("j")
        key = app.session.sweep.links(app.session)[1].key
        assert app.session.sweep.link == key
        await pilot.press("enter")
        assert app.screen is app.get_screen("scan")
        assert app.session.sweep.column == key
        await pilot.press("escape", "k", "k")
        assert "no key further up" in screen(app)[-1]


async def test_a_key_can_be_clicked(swept, opened):
    async with opened(swept) as (app, pilot):
        await pilot.press("P", "i")
        await pilot.click("Board", offset=(5, 4))
        assert app.session.sweep.link_place(app.session) == 1
        await pilot.click("Board", offset=(5, 4))
        assert app.screen is app.get_screen("scan")
