"""Hand-over: what a person needs once the site is up, the passwords only on a key."""

from enum import Enum
from textwrap import wrap
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.messages import Copy, OpenDashboard
from solarrally_tui.screens.common.money import kept, monthly
from solarrally_tui.screens.common.next_steps import in_the_wizard
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import DIM, sentence
from solarrally_tui.screens.status.letter import Answers, Line, Part, letter
from solarrally_tui.text.enumeration import counted
from solarrally_tui.wizard.model import Handover
from solarrally_tui.wizard.plain_errors import plain_of
from solarrally_tui.wizard.session import Session

_SHOWN_SECONDS: Final = 30.0
_NAMES: Final = 15
"""Columns for the name of a line."""
_LEAST: Final = 20
"""Columns for its words, at least."""
_FOLD: Final = "fold"
_TIGHT: Final = 80
"""Columns below which Escape alone closes it: the buttons need them."""
_NOTE: Final = "Enter copies a line. R shows the passwords for 30 seconds."


class Layout(Enum):
    """How much room the lines take, the most first."""

    WHOLE = "whole"
    FOLDED = "folded"
    """Commands in one line."""
    TIGHT = "tight"
    """That, and no blanks between them."""


class HandoverScreen(Dialog[str]):
    """Returns "update", "operations" or "destroy", or an empty string for none of them."""

    AUTO_FOCUS = "#lines"
    BINDINGS: ClassVar[list[BindingType]] = [
        keys.closes(keys.HANDOVER.key),
        Binding("r", "reveal", "Passwords"),
        Binding("up,down", "choose_line", show=False),
        keys.OPERATIONS,
        keys.DASHBOARD,
    ]
    HELP_TEXT: ClassVar[str] = (
        "What you need to use and run the site. Enter copies the line under the cursor.\n\n"
        "Passwords are kept in AWS Secrets Manager. R shows them for 30 seconds. They are copied "
        "to the clipboard only, and are never in a file, a log or a picture.\n\n"
        "Update changes answers of the site, Destroy deletes it, and Operations has what is "
        "seldom done. All of them ask before anything happens."
    )

    def __init__(self, session: Session, *, changes: bool = True, passwords: bool = False) -> None:
        """changes: whether the site can be updated and deleted from here.

        passwords: whether the cursor goes to the first of them.
        """
        super().__init__()
        self._session, self._site, self._changes = session, session.site, changes
        self._parts: list[Part] = []
        self._lines: dict[str, Line] = {}
        """By the id of its row."""
        self._unfolded = False
        self._seeks = passwords
        """Whether the cursor is still to go to the first password."""
        self._passwords: dict[str, str] = {}
        """By the ARN of their secret, while they are shown."""
        self._hides: Timer | None = None

    def compose(self) -> ComposeResult:
        """Show the lines, and what you can do with the site."""
        with Vertical(classes="dialog -wide-dialog"):
            yield Static(Content(f"Hand-over of {self._site.name}"), classes="dialog-title")
            yield OptionList(compact=True, id="lines")
            yield Static(_NOTE, id="handover-note")
            with Horizontal(classes="dialog-buttons"):
                yield Button(
                    " Open dashboard ", id="open", compact=True, variant="primary", classes="first"
                )
                if self._changes:
                    yield Button(" Update ", id="update", compact=True)
                    yield Button(" Operations ", id="operations", compact=True)
                    yield Button(" Destroy ", id="destroy", compact=True)
                yield Button(" Close ", id="close", compact=True)

    def on_mount(self) -> None:
        """Show what is known at once, and the rest when AWS responds."""
        self._show(Handover(self._site.url, self._site.draft.text("region")))
        self.ask()

    @work(group="handover", exclusive=True, exit_on_error=False)
    async def ask(self) -> None:
        """Ask the account where the site keeps what a person needs."""
        try:
            handover = await self._session.services.handover(self._site.name)
        except Exception as error:  # noqa: BLE001 what is known already stays useful
            self._say(f"Some of this is unknown. {plain_of(error).what}")
            return
        self._site.url = self._site.url or handover.url
        self._show(handover)

    def _show(self, handover: Handover) -> None:
        self._parts = letter(
            handover, answers(self._session), demonstration=self._session.stage is not None
        )
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        """List all lines anew, as widely as they fit. The cursor stays where it was."""
        listed, dialog = self.query_one("#lines", OptionList), self.query_one(".dialog")
        height = self.app.size.height - 3  # the footer's, and a blank above and below
        room = height - dialog.outer_size.height + listed.size.height
        listed.styles.max_height = max(room, 1)
        width = max(listed.scrollable_content_region.width - _NAMES, _LEAST)
        at = listed.highlighted or 1
        listed.clear_options()
        for layout in Layout:
            options = self._options(width, layout)
            if sum(_rows(option) for option in options) <= room:
                break
        listed.add_options(options)
        secrets = [id_ for id_, line in self._lines.items() if line.secret]
        if self._seeks and secrets:
            self._seeks, at = False, listed.get_option_index(secrets[0])
        listed.highlighted = min(at, listed.option_count - 1)
        if at == 1:  # the first line, whose heading is above it
            self.call_after_refresh(listed.scroll_home, animate=False)

    def _options(self, width: int, layout: Layout) -> list[Option]:
        """Return the lines as options, and remember which is which."""
        options: list[Option] = []
        self._lines = {}
        for part in self._parts:
            is_tight = layout is Layout.TIGHT
            is_folded = part.folds and not self._unfolded and layout is not Layout.WHOLE
            if not (is_folded and is_tight):
                title = f"\n{part.title}" if options and not is_tight else part.title
                options.append(Option(Content.styled(title, "bold $primary"), disabled=True))
            if is_folded:
                words = f"{counted(len(part.lines), 'line')} for a shell. Enter lists them."
                name = part.title if is_tight else ""
                options.append(Option(_row(name, words, width), id=_FOLD))
                continue
            for line in part.lines:
                id_ = f"line-{len(self._lines)}"
                self._lines[id_] = line
                words = self._passwords.get(line.secret, line.words)
                options.append(Option(_row(line.name, words, width), id=id_))
        return options

    def on_resize(self) -> None:
        """Use the new width."""
        is_tight = self.app.size.width < _TIGHT
        self.set_class(is_tight, "-tight")
        self.query_one("#open", Button).label = " Dashboard " if is_tight else " Open dashboard "
        self.call_after_refresh(self._draw)

    def _say(self, text: str) -> None:
        note = self.query_one("#handover-note", Static)
        note.update(sentence(Severity.WARN, text) if text else _NOTE)

    def action_choose_line(self) -> None:
        """Go from the buttons to the lines."""
        self.query_one("#lines").focus()

    def action_reveal(self) -> None:
        """Show the passwords, or hide them again."""
        if self._passwords:
            self.conceal()
        else:
            self.reveal()

    @work(group="passwords", exclusive=True, exit_on_error=False)
    async def reveal(self) -> None:
        """Read the passwords, show them for half a minute, and forget them."""
        try:
            self._passwords = {
                line.secret: await self._password(line)
                for line in self._lines.values()
                if line.secret
            }
        except Exception as error:  # noqa: BLE001 shown in words
            plain = plain_of(error)
            self._say(f"The passwords cannot be read. {plain.what} {in_the_wizard(plain.next)}")
            return
        self._say("" if self._passwords else "This site has no passwords yet. Deploy creates them.")
        self._draw()
        self._hides = self.set_timer(_SHOWN_SECONDS, self.conceal)

    def conceal(self) -> None:
        """Forget the passwords, and show dots in their place."""
        if self._hides:
            self._hides.stop()
        self._passwords = {}
        self._draw()

    async def _password(self, line: Line) -> str:
        return await self._session.services.password(self._site.name, line.secret)

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        if event.option_id == _FOLD:
            self._unfolded = True
            self._draw()
            return
        line = self._lines[event.option_id or ""]
        if line.secret:
            self.copy_password(line)
        elif line.copied:
            self.post_message(Copy(line.name, line.copied))

    @work(group="passwords", exclusive=True, exit_on_error=False)
    async def copy_password(self, line: Line) -> None:
        """Copy a password to the clipboard, and to no file."""
        try:
            password = await self._password(line)
        except Exception as error:  # noqa: BLE001 shown in words
            self._say(f"The password cannot be read. {plain_of(error).what}")
            return
        self.post_message(Copy(line.name, password, secret=True))

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        chosen = event.button.id or ""
        if chosen == "open":
            self.action_dashboard()
        else:
            self.dismiss("" if chosen == "close" else chosen)

    def action_operations(self) -> None:
        """Leave for the list of operations."""
        self.dismiss("operations")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer operations only where the site can be changed from here."""
        if action == "operations":
            return self._changes
        return super().check_action(action, parameters)

    def action_dashboard(self) -> None:
        """Open the dashboard in a browser, signed in."""
        self.post_message(OpenDashboard())

    def action_close(self) -> None:
        """Close the screen."""
        self.dismiss("")


def answers(session: Session) -> Answers:
    """Return what the letter says of the open site."""
    draft = session.site.draft
    alerts = draft.text("alerts.email")
    return Answers(
        session.site.name,
        monthly(session),
        kept(session),
        alerts,
        _has_confirmed(session),
        draft.text("application.admin_email") or alerts,
        dump=bool(draft.get("application.database_dump")),
    )


def _has_confirmed(session: Session) -> bool:
    """Whether the last look at the site saw that somebody gets its alerts."""
    last = session.services.last_status(session.site.name)
    checks = last.report.checks if last else ()
    return any(check.id == "alerts" and check.sign is Severity.OK for check in checks)


def _row(name: str, words: str, width: int) -> Content:
    """Return a line whose words stay in their column when they need more than one row."""
    lines = [Content(one) for one in wrap(words, width, break_on_hyphens=False)]
    below = Content.styled(f"\n{' ' * _NAMES}", DIM)
    return Content.assemble((name.ljust(_NAMES), DIM), below.join(lines))


def _rows(option: Option) -> int:
    """Return how many rows an option takes: its words are wrapped already."""
    return str(option.prompt).count("\n") + 1
