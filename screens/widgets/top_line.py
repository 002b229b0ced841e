"""The first line of every screen: product, site, account, Region and label."""

from typing import Final

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from solarrally_tui.wizard.session import Session


class TopLine(Horizontal):
    """Shows the site, the account and the Region; always visible."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def compose(self) -> ComposeResult:
        """Show the site, the account, and the badge of a simulated account."""
        yield Static(id="top-site")
        yield Static(id="top-account")
        yield Static(id="top-label")

    def on_resize(self) -> None:
        """Show what there is room for."""
        self.refresh_facts()

    def refresh_facts(self) -> None:
        """Show the site, the account and the Region as they are now."""
        session = self._session
        account = session.who.account if session.who else "not signed in"
        if session.who and session.presenting:
            account = "signed in"
        region = session.site.draft.text("region")
        badge = self.query_one("#top-label", Static)
        reads = "Read-only" if session.services.read_only else ""
        words = " · ".join(filter(None, [session.badge, reads]))
        badge.display = bool(words)
        badge.update(Content(f" {words} "))
        taken = len(words) + _BETWEEN * 2 if words else 0
        left, right = _fitting(session.site.name, account, region, self.size.width - taken)
        self.query_one("#top-site", Static).update(left)
        self.query_one("#top-account", Static).update(Content(right))


_BETWEEN: Final = 2
"""Blanks between two of them, at least."""


def _fitting(site: str, account: str, region: str, width: int) -> tuple[Content, str]:
    """Return the left and the right of the line: of a site its name first, then its account."""
    product = Content.styled("SolarRally", "bold $primary")
    whole = Content.assemble(product, f"  {site}") if site else product
    short = Content(site) if site else product
    beside = f"{account} · {region}"
    for left, right in ((whole, beside), (short, beside), (short, account)):
        if left.cell_length + _BETWEEN + len(right) <= width:
            return left, right
    return short, ""
