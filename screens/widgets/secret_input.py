"""An input for secrets: dots on the screen, and its text never goes to the clipboard."""

from solarrally_tui.aws.keys import Secret
from solarrally_tui.screens.common.line_input import LineInput


class SecretInput(LineInput):
    """Takes a paste; shows, copies and cuts nothing."""

    def __init__(self, placeholder: str, widget_id: str) -> None:
        super().__init__(placeholder=placeholder, password=True, compact=True, id=widget_id)

    @property
    def selected_text(self) -> str:
        """Nothing: Textual copies and cuts what this returns."""
        return ""

    def take(self) -> Secret:
        """Return the secret and forget it here."""
        secret = Secret(self.value.strip())
        self.clear()
        return secret
