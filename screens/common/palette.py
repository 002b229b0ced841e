"""The command palette: all actions in an order that people look for them, one line each."""

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from solarrally_tui.screens.common.words import DIM

_NAMES = 30
"""Columns for the name of an action; what it does or its key follows."""


class Actions(Provider):
    """Offers the app's commands in their order; Textual's own provider sorts them by name."""

    async def discover(self) -> Hits:
        """Yield all of them."""
        for title, note, callback, _ in self.app.get_system_commands(self.screen):
            shown = Content.assemble(title.ljust(_NAMES), (note, DIM))
            yield DiscoveryHit(shown, callback, text=title)

    async def search(self, query: str) -> Hits:
        """Yield those whose name is like what was typed, or whose note has it."""
        matcher = self.matcher(query)
        for title, note, callback, _ in self.app.get_system_commands(self.screen):
            noted = query.casefold() in note.casefold()
            if (score := matcher.match(title) or noted * matcher.match(note)) > 0:
                blanks = " " * max(_NAMES - len(title), 1)
                shown = Content.assemble(matcher.highlight(title), blanks, (note, DIM))
                yield Hit(score, shown, callback, text=title)
