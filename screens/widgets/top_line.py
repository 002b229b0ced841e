"""The first line of every screen: product, site, account, Region and label."""

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

    def on_mount(self) -> None:
        """Show what is known."""
        self.refresh_facts()

    def refresh_facts(self) -> None:
        """Show the site, the account and the Region as they are now."""
        session = self._session
        site = session.site.name
        left = Content.assemble(("SolarRally", "bold $primary"), (f"  {site}" if site else "", ""))
        account = session.who.account if session.who else "not signed in"
        if session.who and session.presenting:
            account = "signed in"
        region = session.site.draft.text("region")
        self.query_one("#top-site", Static).update(left)
        self.query_one("#top-account", Static).update(Content(f"{account} · {region}"))
        badge = self.query_one("#top-label", Static)
        reads = "Read-only" if session.services.read_only else ""
        words = " · ".join(filter(None, [session.badge, reads]))
        badge.display = bool(words)
        badge.update(Content(f" {words} "))
