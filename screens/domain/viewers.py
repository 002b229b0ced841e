"""Who may see the dashboard, and the risk of it."""

from collections.abc import Callable
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from solarrally_tui.findings.severity import Severity
from solarrally_tui.interview.draft import Draft
from solarrally_tui.screens.widgets.choice import Tick
from solarrally_tui.screens.widgets.field import field_id
from solarrally_tui.screens.widgets.pick import Pick
from solarrally_tui.site.risks import PUBLIC_RISK, REGISTRATION_RISK

VIEWING: Final = "access.viewing"
ADDRESSES: Final = "access.addresses"
REGISTRATION: Final = "access.open_registration"
PLACED: Final = frozenset({VIEWING, ADDRESSES, REGISTRATION})
_NOTES: Final = {
    "password": "Deploy creates one password for all viewers; Hand-over shows it. Only users with "
    "a password of their own can change anything.",
    "addresses": "Other addresses see nothing. Only users with a password of their own can change "
    "anything.",
    "public": "Only users with a password of their own can change anything.",
}
"""What each answer means, by its value."""


class Viewers(Vertical):
    """Three questions, of which the addresses show only when they matter."""

    def __init__(self, ask: Callable[[str], Widget], draft: Draft) -> None:
        """ask: returns the widget of a question of the registry."""
        super().__init__(id="viewers")
        self._ask, self._draft = ask, draft

    def compose(self) -> ComposeResult:
        """Ask, and leave room for the risk."""
        yield self._ask(VIEWING)
        yield Static(id="viewing-note")
        yield self._ask(ADDRESSES)
        yield self._ask(REGISTRATION)
        yield Static(id="risk")

    def on_mount(self) -> None:
        """Show what matters. The list is on the line of its label, without a hint."""
        self.query_one(f"#{field_id(VIEWING)} .field-note").display = False
        self._show(self._draft.text(VIEWING), self._draft.get(REGISTRATION) is True)

    def _show(self, viewing: str, everybody_registers: bool) -> None:
        wanted = viewing == "addresses" or bool(self._draft.text(ADDRESSES))
        self.query_one(f"#{field_id(ADDRESSES)}").display = wanted
        risks = [PUBLIC_RISK] * (viewing == "public") + [REGISTRATION_RISK] * everybody_registers
        risk = self.query_one("#risk", Static)
        risk.display = bool(risks)
        risk.update(Content("\n".join(map(Severity.WARN.line, risks))))
        self.query_one("#viewing-note", Static).update(Content(_NOTES.get(viewing, "")))

    @on(Pick.Changed)
    def _picked(self, event: Pick.Changed) -> None:
        self._show(event.value, self._draft.get(REGISTRATION) is True)

    @on(Tick.Changed)
    def _ticked(self, event: Tick.Changed) -> None:
        self._show(self._draft.text(VIEWING), event.on)
