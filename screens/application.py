"""Application: which source at which commit, and what the build repairs in it."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.screens.trouble import plain_of
from solarrally_tui.screens.widgets.field import Field


class ApplicationScreen(StepScreen):
    """Asks for repository and commit."""

    STEP: ClassVar[str] = "application"
    CSS_PATH = "application.tcss"
    TITLE_TEXT: ClassVar[str] = "Application"
    LEAD: ClassVar[str] = "AWS builds SolarRally from its public source. You need no tools for it."
    PLACED: ClassVar = frozenset({"application.repository", "application.commit"})
    AUTO_FOCUS = "#next"
    HELP_TEXT: ClassVar[str] = (
        "The commit pins exactly what runs, so that two deployments are the same. Keep the "
        "default unless you have your own version of SolarRally.\n\n"
        "The build repairs known faults of the source, each only if it finds it. When a file is "
        "neither the known faulty one nor already right, the build stops and names the repair. "
        "It never guesses.\n\n"
        "Both answers can be changed later. A new commit is built and rolled out beside the old "
        "one."
    )

    def body(self) -> ComposeResult:
        """Ask two questions that have good answers, and list the repairs."""
        yield self.ask("application.repository")
        yield self.ask("application.commit")
        yield Static("Known faults that the build repairs", classes="field-label")
        yield Static(self._fixes(), id="fixes")

    def _fixes(self) -> Content:
        try:
            fixes = self.session.services.fixes()
        except Exception as error:  # noqa: BLE001 a list for information stops nobody
            return Content(f"▲ The list could not be made. {plain_of(error).detail}")
        lines = [
            Content.assemble(("✓ ", "$text-success"), (fix.what[:1].upper() + fix.what[1:], ""))
            for fix in fixes
        ]
        return Content("\n").join(lines)

    def take(self, field: Field, text: str) -> None:
        """Write what was typed; empty means the default."""
        self.session.draft.set(field.path, text.strip() or None)
