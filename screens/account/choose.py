"""Choose credentials: those of this computer, those of the keyring, or new ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from solarrally_tui.account.credentials.keyring_store import KeyringError
from solarrally_tui.aws.credential_sources import CredentialSource
from solarrally_tui.aws.errors import Plain
from solarrally_tui.findings.glyphs import Selection
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import DIM
from solarrally_tui.text.table import cut
from solarrally_tui.wizard.accounts import Accounts
from solarrally_tui.wizard.model import Who
from solarrally_tui.wizard.plain_errors import plain_of

PASTE: Final = "paste"
SSO: Final = "sso"
GUIDE: Final = "guide"
_NEW: Final[Sequence[tuple[str, str, str]]] = (
    (SSO, "Sign in with IAM Identity Center", "in the browser, with a code"),
    (PASTE, "Paste access keys", "stored in the keyring"),
    (GUIDE, "I have no AWS account yet", "what to do, step by step"),
)
_TITLES, _WHO = 32, 52
"""Columns of the titles, and of who is signed in: that line alone may be longer."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was picked: credentials of this computer, those in use, or a way to new ones."""

    way: str = ""
    """paste, sso or guide; empty for credentials of this computer, or for those in use."""
    source: CredentialSource | None = None
    """What was picked, or for sso the profile whose address is asked for first."""


class ChooseScreen(Dialog[Chosen | None]):
    """A list; Enter chooses a line. Escape changes nothing."""

    CSS_PATH = "account_dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [keys.CLOSE]

    def __init__(self, accounts: Accounts, *, who: Who | None = None) -> None:
        """who: is signed in. With nobody, a new sign-in is likely."""
        super().__init__()
        self._accounts, self._who = accounts, who
        self._options: list[Chosen] = []

    def compose(self) -> ComposeResult:
        """Show the list, and below it what is wrong with the keyring."""
        with Vertical(classes="dialog"):
            yield Static("Sign in with", classes="dialog-title")
            yield OptionList(id="credentials")
            yield Static(id="about-credentials", classes="dialog-body")
            yield Button(" Close ", compact=True, id="close")

    def on_mount(self) -> None:
        """Look for credentials, and show the list once it is whole: no row moves then."""
        self.query_one(OptionList).display = False
        self.query_one("#about-credentials", Static).update(
            Content.styled(State.RUNNING.line("Looking for credentials on this computer …"), DIM)
        )
        self.find()

    @work(group="find", exclusive=True, exit_on_error=False)
    async def find(self) -> None:
        """List what this computer has; for a keyring that refuses, show why."""
        note: Plain | None = None
        sources: tuple[CredentialSource, ...] = ()
        try:
            sources = await self._accounts.sources()
        except Exception as error:  # noqa: BLE001 the other ways to sign in must remain
            note, sources = plain_of(error), self._accounts.sources_without_files()
        ways = _NEW
        try:
            names = await self._accounts.keyring_names()
        except Exception as error:  # noqa: BLE001 see above
            names, note = (), note or plain_of(error)
            if isinstance(error, KeyringError):  # pasted keys would have no place
                ways = [way for way in _NEW if way[0] != PASTE]
        stored = [CredentialSource("keyring", name, "keys in the keyring") for name in names]
        self._fill([*sources, *stored], ways, note)

    def _fill(
        self,
        sources: list[CredentialSource],
        ways: Sequence[tuple[str, str, str]],
        note: Plain | None,
    ) -> None:
        who = self._who
        used = [_used(who)] if who is not None else []
        self._options = [Chosen()] * len(used) + [Chosen(source=source) for source in sources]
        known = next((source for source in sources if source.start_url), None)
        self._options += [Chosen(way, known if way == SSO else None) for way, _, _ in ways]
        lines = [*used, *(_line(_name(source), source.detail) for source in sources)]
        lines += [_line(title, detail) for _, title, detail in ways]
        view = self.query_one(OptionList)
        view.display = True
        for number, line in enumerate(lines):
            if number in {len(used), len(used) + len(sources)} and number:
                view.add_option(None)
            view.add_option(Option(line, id=str(number)))
        # Enter alone changes nothing: other credentials may be those of another person.
        view.highlighted = len(sources) if who is None and known else 0
        view.focus()
        about = self.query_one("#about-credentials", Static)
        about.display = note is not None
        if note is not None:
            about.update(Content.assemble((f"{note.what} ", "$text-warning"), (note.next, DIM)))

    @on(OptionList.OptionSelected)
    def _taken(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._options[int(event.option_id or 0)])

    @on(Button.Pressed)
    def action_close(self) -> None:
        """Change nothing."""
        self.dismiss(None)


def _used(who: Who) -> Content:
    """Return the line of who is signed in."""
    mark = (f"{Selection.CHOSEN.glyph} ", "$primary")
    return Content.assemble(mark, f"{cut(who.name, _WHO):<{_TITLES - 2}}", ("  in use", DIM))


def _name(source: CredentialSource) -> str:
    return source.name or f"Keys of the {source.kind}"


def _line(title: str, detail: str) -> Content:
    return Content.assemble((f"{cut(title, _TITLES):<{_TITLES}}", ""), (f"  {detail}", DIM))
