"""Where to open the dashboard, signed in, on a computer that opens no browser by itself."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from solarrally_tui.computer.browser import OFFER_SECONDS
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.messages import Copy
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import DIM


class LinkScreen(Dialog[None]):
    """Shows an address that signs in, once. It may be closed; the address stays valid."""

    BINDINGS: ClassVar[list[BindingType]] = [keys.CLOSE, keys.COPY]

    def __init__(self, address: str, url: str) -> None:
        """address: what signs in, once. url: the dashboard's own, which asks for the password."""
        super().__init__()
        self._address, self._url = address, url

    def compose(self) -> ComposeResult:
        """Show the address."""
        minutes = f"{OFFER_SECONDS / 60:.0f} minutes"
        parts: list[str | tuple[str, str]] = [
            "Open this address in a browser on this computer:\n\n",
            (f"{self._address}\n\n", "bold"),
            (f"It signs you in. It works once, within {minutes}. F6 copies it.", DIM),
        ]
        if not self._url.startswith("http://localhost:"):
            elsewhere = f"\n\nOn another computer, {self._url} asks for user and password."
            parts.append((f"{elsewhere} H shows the user and, on R, the password.", DIM))
        with Vertical(classes="dialog"):
            yield Static("Open the dashboard", classes="dialog-title")
            yield Static(Content.assemble(*parts), classes="dialog-body")
            with Horizontal(classes="dialog-buttons"):
                yield Button(" Close ", compact=True, variant="primary")

    def end(self, *, was_opened: bool) -> None:
        """Close, or say that the address is no longer valid."""
        if not self.is_current:
            return
        if was_opened:
            self.dismiss()
        else:
            words = "This address is no longer valid. O shows another."
            self.query_one(".dialog-body", Static).update(words)

    def action_copy_value(self) -> None:
        """Copy the address, to no file: whoever opens it is signed in."""
        self.post_message(Copy("Address", self._address, secret=True))

    @on(Button.Pressed)
    def action_close(self) -> None:
        """Close the dialog."""
        self.dismiss()
