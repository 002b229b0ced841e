"""What is done to a deployed site on the command line, each with what it costs and interrupts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.messages import Copy
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import DIM

PROGRAM: Final = "solarrally"


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that is done to a deployed site on the command line, seldom enough for that."""

    title: str
    what: str
    words: str

    def command(self, site: str, second_region: str) -> str:
        """Return the whole command for a site.

        second_region: where its backups are copied to, or empty.
        """
        words = self.words.format(site=site, region=second_region or "REGION")
        return f"{PROGRAM} {words}"


OPERATIONS: Final = (
    Operation(
        "Maintain",
        "What is due for renewal, what renewing it interrupts, and do it. Listing is free.",
        "maintain {site}",
    ),
    Operation(
        "Drill",
        "Restore a backup beside the site, check it, delete it. Cents an hour; interrupts nothing.",
        "drill {site}",
    ),
    Operation(
        "Recover",
        "Make the site again in another Region when its Region is lost. Costs as the site does.",
        "recover {site} --in {region}",
    ),
    Operation(
        "GitHub Actions",
        "Bring out each commit of your fork. Roles are free, a commit costs cents.",
        "ci write {site} --to CHECKOUT",
    ),
    Operation(
        "Export", "Write the site as Terraform. Free; changes nothing.", "export {site} --to FOLDER"
    ),
)


class OperationsScreen(Dialog[None]):
    """Lists the operations. Enter copies the command of one; the dialog stays."""

    AUTO_FOCUS = "#operations"
    BINDINGS: ClassVar[list[BindingType]] = [keys.CLOSE]
    HELP_TEXT: ClassVar[str] = (
        "What is seldom done to a running site, on the command line. Enter copies the command "
        "under the cursor. A command that changes something says what it does and costs, and "
        "asks first.\n\n"
        "solarrally estimate SITE.toml --compare has the prices of your site."
    )

    def __init__(self, site: str, commands: Mapping[str, str]) -> None:
        """commands: by the title of the operation."""
        super().__init__()
        self._site, self._commands = site, commands

    def compose(self) -> ComposeResult:
        """Show each operation with its sentence and its command."""
        rows = [Option(self._row(one), id=one.title) for one in OPERATIONS]
        with Vertical(classes="dialog -wide-dialog"):
            yield Static(Content(f"Operations on {self._site}"), classes="dialog-title")
            yield OptionList(*rows, compact=True, id="operations")
            yield Static("Enter copies a command.", id="operations-note")
            with Horizontal(classes="dialog-buttons"):
                yield Button(" Close ", compact=True, variant="primary")

    def _row(self, one: Operation) -> Content:
        command = self._commands[one.title]
        return Content.assemble((one.title, "bold"), f": {one.what}\n", (command, DIM))

    @on(OptionList.OptionSelected, "#operations")
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        title = OPERATIONS[event.option_index].title
        self.post_message(Copy(title, self._commands[title]))

    @on(Button.Pressed)
    def action_close(self) -> None:
        """Close the dialog."""
        self.dismiss()
