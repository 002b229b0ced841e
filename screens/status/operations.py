"""What is seldom done to a deployed site, each with what it costs and interrupts."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar, Final

from textual import on, work
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
from solarrally_tui.screens.status.outlook import Outlook

PROGRAM: Final = "solarrally"


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that is seldom done to a deployed site, by a command of its own."""

    title: str
    what: str
    costs: str
    """In a few words; it says when that is a month. Empty for what is free."""
    words: str
    blanks: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What the person decides: words of the command, and the question for each."""
    takes: str = ""
    """How long on AWS, in a few words; empty where it is seconds, or says so itself."""
    more: str = ""
    """What else can be done with it, and how, said at the end."""
    proposes: str = ""
    """An answer to the only question, which the person can change."""
    runs: bool = False
    """Whether it is a run, which ends with a sentence of its own."""
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
                "shown for 30 seconds",
                "",
                "access {site} --show",
                screen="handover",
            ),
            Operation(
                "Users",
                "of the application",
                "",
                "users list {site}",
                takes="about a minute",
                more="solarrally users add {site} EMAIL, in a terminal, adds one and shows the "
                "password once. In place of add: remove, reset-password.",
            ),
            Operation(
                "Rotate",
                "database password",
                "",
                "rotate {site}",
                runs=True,
            ),
        ),
        "Change": (
            Operation(
                "Add charger",
                "registers one",
                "its messages",
                "chargers add NAME --site {site} --to FOLDER",
                {
                    "NAME": "The name of the charger, such as evse-1.",
                    "FOLDER": "A folder for its files.",
                },
                screen="charger",
            ),
            Operation(
                "Update",
                "answers or commit",
                "shown first",
                "update {site}",
                screen="review",
            ),
            Operation(
                "Roll back",
                "to the last release",
                "",
                "rollback {site}",
                runs=True,
            ),
            Operation(
                "Maintain",
                "renews what is due",
                "",
                "maintain {site}",
            ),
            Operation(
                "GitHub Actions",
                "deploys your commits",
                "cents a commit",
                "ci write {site} --to CHECKOUT",
                {
                    "CHECKOUT": "This writes .github/workflows/deploy.yml into the checkout of "
                    "your fork, in a folder of this computer. Nothing in AWS changes. Once you "
                    "push that file, GitHub Actions builds and deploys each commit.\n\n"
                    "Folder of the checkout"
                },
                proposes="~/SolarRally",
            ),
        ),
        "Data": (
            Operation(
                "Drill",
                "tests a backup",
                "cents an hour",
                "drill {site}",
                runs=True,
                takes="10 to 30 minutes",
            ),
            Operation(
                "Import",
                "an old database",
                "",
                "import {site} DUMP",
                {
                    "DUMP": "This puts the data of an old database into that of the site. The dump "
                    "is looked at first, then you are asked before anything changes.\n\n"
                    "File that pg_dump wrote"
                },
            ),
            Operation(
                "Recover",
                "in another Region",
                "as the site",
                "recover {site} --in {region}",
            ),
        ),
        "Show and copy": (
            Operation(
                "Display",
                "Status for a wall",
                "< $1 a month",
                "status {site} --kiosk",
                screen="kiosk",
            ),
            Operation(
                "Migration",
                "state of a move here",
                "",
                "migrate {site}",
            ),
            Operation(
                "Export",
                "as Terraform files",
                "",
                "export {site} --to FOLDER",
                {
                    "FOLDER": "This writes the site as Terraform files into a new folder of this "
                    "computer, for an engineer who takes it over. Nothing in AWS changes, and no "
                    "password is in them.\n\nNew folder"
                },
                proposes="~/{site}-terraform",
            ),
            Operation(
                "Clone",
                "for another site",
                "",
                "clone {site} --as NAME --to FILE",
                {
                    "NAME": "This writes the answers of this site as a site file for another one. "
                    "Nothing in AWS changes.\n\nName of the other site",
                    "FILE": "Site file to write, such as ~/other.toml",
                },
            ),
        ),
        "Delete": (
            Operation(
                "Destroy",
                "deletes the site",
                "what stays",
                "destroy {site}",
                screen="destroy",
            ),
        ),
    }
)
OPERATIONS: Final = tuple(one for group in GROUPS.values() for one in group)


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
        self,
        site: str,
        commands: Mapping[str, str],
        known: Outlook,
        look: Callable[[], Awaitable[Outlook]] | None = None,
        *,
        at: str = "",
    ) -> None:
        """commands: by the title of the operation. known: at once. look: asks for the rest.

        at: the title with the cursor.
        """
        super().__init__()
        self._site, self._commands = site, commands
        self._outlook, self._look, self._at = known, look, at

    def compose(self) -> ComposeResult:
        """Show each operation with what is true of it here, and the command of one."""
        with Vertical(classes="dialog -wide-dialog"):
            yield Static(Content(f"Operations on {self._site}"), classes="dialog-title")
            yield Static(id="operations-head")
            yield OptionList(compact=True, id="operations")
            yield Static(id="operations-command")
            with Horizontal(classes="dialog-buttons"):
                yield Button(" Close ", compact=True, variant="primary")
                yield Static(_RUNS, id="operations-note")

    def on_mount(self) -> None:
        """List them, with the cursor where it is wanted."""
        self._list(self._at)
        self.ask()

    def on_resize(self) -> None:
        """Use the new size."""
        self._list(self._one.title)

    @work(group="outlook", exclusive=True, exit_on_error=False)
    async def ask(self) -> None:
        """Ask the account what is true of the site; what is known stays without an answer."""
        if self._look is None:
            return
        try:
            self._outlook = await self._look()
        except Exception:  # noqa: BLE001 a fact for information stops nobody
            return
        self._list(self._one.title)

    def _list(self, at: str) -> None:
        """List the operations, in groups where the terminal is high enough."""
        is_high, is_wide = self.app.size.height >= _HIGH, self.app.size.width >= _WIDE
        columns = _WIDE_COLUMNS if is_wide else _COLUMNS
        head = "".join(
            name.ljust(width)
            for name, width in zip(("Operation", "Does", "Here"), columns, strict=True)
        )
        self.query_one("#operations-head", Static).update(inked(f"{head}Costs", DIM))
        note = f"{_RUNS} {_FREE}" if is_wide else _RUNS
        self.query_one("#operations-note", Static).update(note)
        rows: list[Option] = []
        for group, operations in GROUPS.items():
            ink = "bold $text-error" if group == _END else "bold $primary"
            title = Content.styled(f"\n{group}" if rows else group, ink)
            rows += [Option(title, disabled=True)] if is_high else []
            rows += [Option(self._row(one, columns), id=one.title) for one in operations]
        listed = self.query_one("#operations", OptionList)
        listed.set_options(rows)
        listed.highlighted = listed.get_option_index(at or OPERATIONS[0].title)
        if listed.highlighted == 1:  # its group's title is above it
            self.call_after_refresh(listed.scroll_home, animate=False)

    def _row(self, one: Operation, columns: Sequence[int]) -> Content:
        """Return the line of an operation; pale where something stops it."""
        stops = one.title in self._outlook.obstacles
        here = self._outlook.facts.get(one.title, "")
        costs = "" if stops else self._outlook.prices.get(one.title, one.costs)
        titles, whats, facts = columns
        ink = "bold $text-error" if one in GROUPS[_END] else "bold"
        return Content.assemble(
            (one.title.ljust(titles), DIM if stops else ink),
            (one.what.ljust(whats), DIM if stops else ""),
            (
                here.ljust(facts),
                "$text-warning" if here.startswith(_WARNS) else DIM if stops else "",
            ),
            (costs, DIM),
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
        said = self._outlook.obstacles.get(title) or self._commands[title]
        self.query_one("#operations-command", Static).update(Content.styled(said, DIM))

    @on(OptionList.OptionSelected, "#operations")
    def _chosen(self) -> None:
        one = self._one
        if why := self._outlook.obstacles.get(one.title):
            said = sentence(Severity.WARN, why)
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
_WIDE: Final = 110
"""Columns of a terminal from which on the columns are further apart."""
_END: Final = "Delete"
_WARNS: Final = Severity.WARN.glyph
_COLUMNS: Final = (16, 21, 17)
_WIDE_COLUMNS: Final = (20, 28, 26)
"""Columns of their titles, of what they do, and of what is true of them here."""
_RUNS: Final = "Enter does it, and asks before it changes anything."
_FREE: Final = "What has no price is free."
