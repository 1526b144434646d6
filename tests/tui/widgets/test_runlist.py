from dataclasses import replace
from types import SimpleNamespace

from grokscope.store.listing.catalogue import Catalogue
from grokscope.tui.runs.folding import NOTHING


async def test_a_list_of_ten_thousand_draws_only_what_is_seen(pair, opened, screen):
    run = Catalogue(pair).refresh()[0]
    many = [replace(run, id=f"run-{n}", name=f"run-{n}", created=float(-n)) for n in range(10_000)]
    async with opened(pair) as (app, pilot):
        app._catalogue = SimpleNamespace(refresh=lambda: many, broken={})
        app.session.listing.fold = NOTHING
        app.session.listed(many, {})
        app.screen.redraw()
        await pilot.press("end")
        lines = screen(app)
        assert any("run-9999 s0" in line for line in lines)
        assert "10000 runs" in lines[0]
        await pilot.press("home")
        assert any("run-0 s0 " in line for line in screen(app))
