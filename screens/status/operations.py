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
from solarrally_tui.screens.common.words import DIM, inked

PROGRAM: Final = "solarrally"


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that is seldom done to a deployed site, by a command of its own."""

    title: str
    what: str
    costs: str
    """In a few words; it says when that is a month."""
    words: str
    blanks: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What the person decides: words of the command, and the question for each."""
    screen: str = ""
    """The wizard's own screen for it, which takes the command's place; empty without one."""

    def command(self, site: str, second_region: str) -> str:
        """Return the whole command for a site.

        second_region: where its backups are copied to, or empty.
        """
        words = self.words.format(site=site, region=second_region or "REGION")
        return f"{PROGRAM} {words}"


OPERATIONS: Final = (
    Operation(
        "Passwords",
        "of viewers and administrator",
        "free",
        "access {site} --show",
        screen="handover",
    ),
    Operation(
        "Users",
        "who signs in to the application",
        "free",
        "users list {site}",
    ),
    Operation(
        "Add charger",
        "registers it, writes its files",
        "by messages",
        "chargers add NAME --site {site} --to FOLDER",
        {
            "NAME": "The name of the charger, such as evse-1.",
            "FOLDER": "A folder for its files.",
        },
        screen="charger",
    ),
    Operation(
        "Update",
        "other answers, size or commit",
        "see Review",
        "update {site}",
        screen="review",
    ),
    Operation(
        "Roll back",
        "to the release before, no build",
        "free",
        "rollback {site}",
    ),
    Operation(
        "Display",
        "fills the screen, for a wall",
        "< $1 a month",
        "status {site} --kiosk",
        screen="kiosk",
    ),
    Operation(
        "Maintain",
        "what is due, what it interrupts",
        "free",
        "maintain {site}",
    ),
    Operation(
        "Rotate",
        "new password of the database",
        "free",
        "rotate {site}",
    ),
    Operation(
        "Drill",
        "restores a backup to test it",
        "cents an hour",
        "drill {site}",
    ),
    Operation(
        "Recover",
        "creates it in another Region",
        "as the site",
        "recover {site} --in {region}",
    ),
    Operation(
        "GitHub Actions",
        "brings out your fork's commits",
        "cents a commit",
        "ci write {site} --to CHECKOUT",
        {"CHECKOUT": "The folder with a checkout of your fork."},
    ),
    Operation(
        "Export",
        "writes the site as Terraform",
        "free",
        "export {site} --to FOLDER",
        {"FOLDER": "A new folder for the Terraform files."},
    ),
    Operation(
        "Migration",
        "how far the move here is",
        "free",
        "migrate {site}",
    ),
    Operation(
        "Import",
        "loads a dump of an old database",
        "free",
        "import {site} DUMP",
        {"DUMP": "The dump that pg_dump wrote of the old database."},
    ),
    Operation(
        "Clone",
        "writes a site file for another",
        "free",
        "clone {site} --as NAME --to FILE",
        {
            "NAME": "The name of the other site.",
            "FILE": "The site file to write, such as ~/other.toml.",
        },
    ),
    Operation(
        "Destroy",
        "deletes it, and asks first",
        "what stays",
        "destroy {site}",
        screen="destroy",
    ),
)


def obstacle(one: Operation, second_region: str) -> str:
    """Return why an operation cannot work now, and what helps; empty where nothing is known."""
    return _NO_COPY if "{region}" in one.words and not second_region else ""


class OperationsScreen(Dialog[Operation | None]):
    """Returns the operation that the person chose, or None. F6 copies its command, and it stays."""

    AUTO_FOCUS = "#operations"
    BINDINGS: ClassVar[list[BindingType]] = [keys.CLOSE, keys.COPY]
    HELP_TEXT: ClassVar[str] = (
        "What is seldom done to a running site. Enter opens the wizard's own screen for it, or "
        "runs the command under the cursor with the access that the wizard has, and shows what it "
        "prints and asks. F6 copies the command."
    )

    def __init__(
        self, site: str, commands: Mapping[str, str], obstacles: Mapping[str, str]
    ) -> None:
        """commands: by the title of the operation. obstacles: likewise, of what cannot work."""
        super().__init__()
        self._site, self._commands, self._obstacles = site, commands, obstacles

    def compose(self) -> ComposeResult:
        """Show each operation with its sentence, and the command of one."""
        head = f"{'Operation':<{_TITLES}}{'Does':<{_WHATS}}Costs"
        with Vertical(classes="dialog -wide-dialog"):
            yield Static(Content(f"Operations on {self._site}"), classes="dialog-title")
            yield Static(inked(head, DIM), id="operations-head")
            rows = (_row(one, self._obstacles.get(one.title, "")) for one in OPERATIONS)
            yield OptionList(*rows, compact=True, id="operations")
            yield Static(id="operations-command")
            with Horizontal(classes="dialog-buttons"):
                yield Button(" Close ", compact=True, variant="primary")
                yield Static(_RUNS, id="operations-note")

    @on(OptionList.OptionHighlighted, "#operations")
    def _shown(self, event: OptionList.OptionHighlighted) -> None:
        title = OPERATIONS[event.option_index].title
        said = self._obstacles.get(title) or self._commands[title]
        self.query_one("#operations-command", Static).update(Content.styled(said, DIM))

    @on(OptionList.OptionSelected, "#operations")
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        one = OPERATIONS[event.option_index]
        if one.title not in self._obstacles:
            self.dismiss(one)

    def action_copy_value(self) -> None:
        """Copy the command under the cursor."""
        one = OPERATIONS[self.query_one("#operations", OptionList).highlighted or 0]
        self.post_message(Copy(one.title, self._commands[one.title]))

    @on(Button.Pressed)
    def action_close(self) -> None:
        """Close the dialog."""
        self.dismiss(None)


def _row(one: Operation, stops: str) -> Content:
    """Return the line of an operation; pale where something stops it."""
    style, what = (DIM, _STOPPED) if stops else ("bold", one.what)
    return Content.assemble(
        (one.title.ljust(_TITLES), style),
        (what.ljust(_WHATS), DIM if stops else ""),
        (one.costs, DIM),
    )


_TITLES: Final = 2 + max(len(one.title) for one in OPERATIONS)
_WHATS: Final = 2 + max(len(one.what) for one in OPERATIONS)
"""Columns of their titles, and of what they do."""
_STOPPED: Final = "no copy of backups elsewhere"
_NO_COPY: Final = "Copy backups to Region, in More options on Size, makes it possible."
_RUNS: Final = "Enter does it, and asks before it changes anything."
