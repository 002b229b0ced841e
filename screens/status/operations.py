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
from textual.widgets.option_list import Option

from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.messages import Copy
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import DIM, inked, sentence

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
    takes: str = ""
    """How long on AWS, in a few words; empty where it is seconds, or says so itself."""
    more: str = ""
    """What else can be done with it, and how, said at the end."""
    proposes: str = ""
    """An answer to the only question, which the person can change."""
    screen: str = ""
    """The wizard's own screen for it, which takes the command's place; empty without one."""

    def command(self, site: str, second_region: str) -> str:
        """Return the whole command for a site.

        second_region: where its backups are copied to, or empty.
        """
        words = self.words.format(site=site, region=second_region or "REGION")
        return f"{PROGRAM} {words}"


GROUPS: Final[Mapping[str, tuple[Operation, ...]]] = MappingProxyType(
    {
        "Access": (
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
                takes="about a minute",
                more="solarrally users add {site} EMAIL, in a terminal, adds one and shows the "
                "password once. In place of add: remove, reset-password.",
            ),
            Operation(
                "Rotate",
                "new password of the database",
                "free",
                "rotate {site}",
            ),
        ),
        "Change": (
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
                "Maintain",
                "what is due, what it interrupts",
                "free",
                "maintain {site}",
            ),
            Operation(
                "GitHub Actions",
                "brings out your fork's commits",
                "cents a commit",
                "ci write {site} --to CHECKOUT",
                {"CHECKOUT": "The folder with a checkout of your fork."},
            ),
        ),
        "Data": (
            Operation(
                "Drill",
                "restores a backup to test it",
                "cents an hour",
                "drill {site}",
                takes="10 to 30 minutes",
            ),
            Operation(
                "Import",
                "loads a dump of an old database",
                "free",
                "import {site} DUMP",
                {"DUMP": "The dump that pg_dump wrote of the old database."},
            ),
            Operation(
                "Recover",
                "creates it in another Region",
                "as the site",
                "recover {site} --in {region}",
            ),
        ),
        "Show and copy": (
            Operation(
                "Display",
                "fills the screen, for a wall",
                "< $1 a month",
                "status {site} --kiosk",
                screen="kiosk",
            ),
            Operation(
                "Migration",
                "how far the move here is",
                "free",
                "migrate {site}",
            ),
            Operation(
                "Export",
                "writes the site as Terraform",
                "free",
                "export {site} --to FOLDER",
                {"FOLDER": "A new folder for the Terraform files."},
                proposes="~/{site}-terraform",
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
        ),
        "Delete": (
            Operation(
                "Destroy",
                "deletes it, and asks first",
                "what stays",
                "destroy {site}",
                screen="destroy",
            ),
        ),
    }
)
OPERATIONS: Final = tuple(one for group in GROUPS.values() for one in group)


def obstacle(one: Operation, second_region: str) -> str:
    """Return why an operation cannot work now, and what helps; empty where nothing is known."""
    return _NO_COPY if "{region}" in one.words and not second_region else ""


class OperationsScreen(Dialog[Operation | None]):
    """Returns the operation that the person chose, or None. F6 copies its command, and it stays."""

    AUTO_FOCUS = "#operations"
    BINDINGS: ClassVar[list[BindingType]] = [keys.closes(keys.OPERATIONS.key), keys.COPY]
    HELP_TEXT: ClassVar[str] = (
        "What is seldom done to a running site. Enter opens the wizard's own screen for it, or "
        "runs the command under the cursor with the access that the wizard has, and shows what it "
        "prints and asks. F6 copies the command."
    )

    def __init__(
        self,
        site: str,
        commands: Mapping[str, str],
        obstacles: Mapping[str, str],
        prices: Mapping[str, str] = MappingProxyType({}),
        *,
        at: str = "",
    ) -> None:
        """commands: by the title of the operation. obstacles: likewise, of what cannot work.

        prices: likewise, where this site's are known. at: the title with the cursor.
        """
        super().__init__()
        self._site, self._commands, self._obstacles = site, commands, obstacles
        self._prices, self._at = prices, at

    def compose(self) -> ComposeResult:
        """Show each operation with its sentence, and the command of one."""
        head = f"{'Operation':<{_TITLES}}{'Does':<{_WHATS}}Costs"
        with Vertical(classes="dialog -wide-dialog"):
            yield Static(Content(f"Operations on {self._site}"), classes="dialog-title")
            yield Static(inked(head, DIM), id="operations-head")
            yield OptionList(compact=True, id="operations")
            yield Static(id="operations-command")
            with Horizontal(classes="dialog-buttons"):
                yield Button(" Close ", compact=True, variant="primary")
                yield Static(_RUNS, id="operations-note")

    def on_mount(self) -> None:
        """List them, with the cursor where it is wanted."""
        self._list(self._at)

    def on_resize(self) -> None:
        """Use the new height."""
        self._list(self._one.title)

    def _list(self, at: str) -> None:
        """List the operations, in groups with a title where the terminal is high enough."""
        is_high = self.app.size.height >= _HIGH
        rows: list[Option] = []
        for group, operations in GROUPS.items():
            if is_high:
                title = f"\n{group}" if rows else group
                rows.append(Option(Content.styled(title, "bold $primary"), disabled=True))
            rows += [Option(self._row(one), id=one.title) for one in operations]
        listed = self.query_one("#operations", OptionList)
        listed.set_options(rows)
        listed.highlighted = listed.get_option_index(at or OPERATIONS[0].title)

    def _row(self, one: Operation) -> Content:
        """Return the line of an operation; pale where something stops it."""
        stops = one.title in self._obstacles
        return Content.assemble(
            (one.title.ljust(_TITLES), DIM if stops else "bold"),
            ((_STOPPED if stops else one.what).ljust(_WHATS), DIM if stops else ""),
            (self._prices.get(one.title, one.costs), DIM),
        )

    @property
    def _one(self) -> Operation:
        """The operation under the cursor."""
        option = self.query_one("#operations", OptionList).highlighted_option
        title = option.id if option else ""
        return next((one for one in OPERATIONS if one.title == title), OPERATIONS[0])

    @on(OptionList.OptionHighlighted, "#operations")
    def _shown(self) -> None:
        title = self._one.title
        said = self._obstacles.get(title) or self._commands[title]
        self.query_one("#operations-command", Static).update(Content.styled(said, DIM))

    @on(OptionList.OptionSelected, "#operations")
    def _chosen(self) -> None:
        one = self._one
        if why := self._obstacles.get(one.title):
            said = sentence(Severity.WARN, f"{one.title} cannot work yet. {why}")
            self.query_one("#operations-command", Static).update(said)
            return
        self.dismiss(one)

    def action_copy_value(self) -> None:
        """Copy the command under the cursor."""
        self.post_message(Copy(self._one.title, self._commands[self._one.title]))

    @on(Button.Pressed)
    def action_close(self) -> None:
        """Close the dialog."""
        self.dismiss(None)


_HIGH: Final = 36
"""Rows of a terminal from which on the groups have titles."""
_TITLES: Final = 2 + max(len(one.title) for one in OPERATIONS)
_WHATS: Final = 2 + max(len(one.what) for one in OPERATIONS)
"""Columns of their titles, and of what they do."""
_STOPPED: Final = "no copy of backups elsewhere"
_NO_COPY: Final = "Copy backups to Region, in More options on Size, makes it possible."
_RUNS: Final = "Enter does it, and asks before it changes anything."
