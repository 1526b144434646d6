"""Coming back to a saved view: from whatever is shown, by the list, to its screen."""

from grokscope.tui.pages.page import Page
from grokscope.tui.saved.views import SavedView


def come_back(page: Page, name: str, view: SavedView) -> None:
    """Show a saved view, and tell in the footer what of it is gone."""
    session, app = page.session, page.app
    lacking = view.restore(session)
    way, why = view.way(session)
    while len(app.screen_stack) > 2:
        app.pop_screen()
    for screen in way:
        app.push_screen(screen)
    told = "; ".join([*lacking, *([f"{why}, so the list is shown"] if why else [])])
    app.call_after_refresh(_tell, page, f"{name}: {told}" if told else name)


def _tell(page: Page, told: str) -> None:
    shown = page.app.screen
    if isinstance(shown, Page) and shown.stands:
        shown.redraw()
        shown.say(told)
