"""What is seldom done to a deployed site, each with what it costs and interrupts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, OptionList, Static

from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.messages import Copy
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import DIM

PROGRAM: Final = "solarrally"


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that is seldom done to a deployed site, by a command of its own."""

    title: str
    what: str
    words: str
    blanks: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What the person decides: words of the command, and the question for each."""
    fills: bool = False
    """Whether it has the whole terminal until the person ends it, and leaves nothing to read."""

    def command(self, site: str, second_region: str) -> str:
        """Return the whole command for a site.

        second_region: where its backups are copied to, or empty.
        """
        words = self.words.format(site=site, region=second_region or "REGION")
        return f"{PROGRAM} {words}"


OPERATIONS: Final = (
    Operation(
        "Display",
        "Fill the screen for a wall, as a kiosk does. Q ends.",
        "status {site} --kiosk",
        fills=True,
    ),
    Operation(
        "Maintain",
        "What is due and interrupts what. Listing is free.",
        "maintain {site}",
    ),
    Operation(
        "Drill",
        "Restore a backup beside the site. Cents an hour.",
        "drill {site}",
    ),
    Operation(
        "Recover",
        "Make it in another Region. Costs as the site.",
        "recover {site} --in {region}",
        {"REGION": "The Region to make the site again in, such as eu-west-1."},
    ),
    Operation(
        "GitHub Actions",
        "Bring commits of your fork out. Cents a commit.",
        "ci write {site} --to CHECKOUT",
        {"CHECKOUT": "The folder with a checkout of your fork."},
    ),
    Operation(
        "Export",
        "Write the site as Terraform. Free; changes nothing.",
        "export {site} --to FOLDER",
        {"FOLDER": "A new folder for the Terraform files."},
    ),
    Operation(
        "Migration",
        "How far the move from an old installation is. Free.",
        "migrate {site}",
    ),
    Operation(
        "Import",
        "Load a dump of an old database, all or nothing.",
        "import {site} DUMP",
        {"DUMP": "The dump that pg_dump wrote of the old database."},
    ),
    Operation(
        "Clone",
        "Write a site file for another like it. Free.",
        "clone {site} --as NAME",
        {"NAME": "The name of the other site."},
    ),
)
DESTROY: Final = Operation(
    "Destroy",
    "Delete the site. First says what is lost.",
    "destroy {site}",
)
"""The wizard has its own screens for it."""


class OperationsScreen(Dialog[Operation | None]):
    """Returns the operation that the person chose, or None. F6 copies its command, and it stays."""

    AUTO_FOCUS = "#operations"
    BINDINGS: ClassVar[list[BindingType]] = [keys.CLOSE, keys.COPY]
    HELP_TEXT: ClassVar[str] = (
        "What is seldom done to a running site. Enter runs the command under the cursor in this "
        "terminal, with the access that the wizard has; the wizard returns when it ends. A "
        "command that changes something says what it does and costs, and asks first. What it "
        "prints is gone when you return; F6 copies the command for a terminal that keeps it.\n\n"
        "In a browser no command can be run; Enter then copies it, too.\n\n"
        "solarrally estimate SITE.toml --compare has the prices of your site."
    )

    def __init__(self, site: str, commands: Mapping[str, str], *, runs: bool) -> None:
        """commands: by the title of the operation. runs: whether they can be run from here."""
        super().__init__()
        self._site, self._commands, self._runs = site, commands, runs

    def compose(self) -> ComposeResult:
        """Show each operation with its sentence, and the command of one."""
        rows = [Content.assemble((one.title.ljust(_TITLES), "bold"), one.what) for one in _LISTED]
        with Vertical(classes="dialog -wide-dialog"):
            yield Static(Content(f"Operations on {self._site}"), classes="dialog-title")
            yield OptionList(*rows, compact=True, id="operations")
            yield Static(id="operations-command")
            yield Static(_RUNS if self._runs else _COPIES, id="operations-note")
            with Horizontal(classes="dialog-buttons"):
                yield Button(" Close ", compact=True, variant="primary")

    @on(OptionList.OptionHighlighted, "#operations")
    def _shown(self, event: OptionList.OptionHighlighted) -> None:
        command = self._commands[_LISTED[event.option_index].title]
        self.query_one("#operations-command", Static).update(Content.styled(command, DIM))

    @on(OptionList.OptionSelected, "#operations")
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        one = _LISTED[event.option_index]
        if self._runs or one is DESTROY:
            self.dismiss(one)
        else:
            self._copy(one)

    def action_copy_value(self) -> None:
        """Copy the command under the cursor."""
        self._copy(_LISTED[self.query_one("#operations", OptionList).highlighted or 0])

    def _copy(self, one: Operation) -> None:
        self.post_message(Copy(one.title, self._commands[one.title]))

    @on(Button.Pressed)
    def action_close(self) -> None:
        """Close the dialog."""
        self.dismiss(None)


_LISTED: Final = (*OPERATIONS, DESTROY)
_TITLES: Final = 2 + max(len(one.title) for one in _LISTED)
"""Columns of their titles."""
_RUNS: Final = "Enter runs it here. It asks before it changes anything. F6 copies."
_COPIES: Final = "No command can run from here. Enter copies it for a terminal."
