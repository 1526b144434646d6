"""The palette: every action of the screen below it, by name and meaning."""

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from grokscope.tui import actions
from grokscope.tui.pages.page import Page


class Table(Provider):
    """Serves the table of actions."""

    async def discover(self) -> Hits:
        """Yield every action."""
        for action, run in self._entries():
            yield DiscoveryHit(Content(_named(action)), run, text=action.meaning)

    async def search(self, query: str) -> Hits:
        """Yield the actions that resemble what was typed."""
        matcher = self.matcher(query)
        for action, run in self._entries():
            text = _named(action)
            score = matcher.match(text)
            if score > 0:
                yield Hit(score, matcher.highlight(text), run, text=action.meaning)

    def _entries(self) -> "list[tuple[actions.Action, _Call]]":
        page = self.screen
        if not isinstance(page, Page):
            return []
        return [
            (action, _Call(page, action.name))
            for action in actions.on(page.kind)
            if action.name != "palette"
        ]


def _named(action: actions.Action) -> str:
    return f"{action.meaning}  {actions.key_name(action.keys[0])}"


class _Call:
    def __init__(self, page: Page, action: str) -> None:
        self._page, self._action = page, action

    async def __call__(self) -> None:
        await self._page.run_action(self._action)
