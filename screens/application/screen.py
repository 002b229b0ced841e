"""Application: which source at which commit, or an image; what is found in it; who administers."""

import asyncio
from collections.abc import Sequence
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Collapsible, Static

from solarrally_tui.findings.severity import Severity
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.screens.application.source_findings import FindingsScreen, SourceLine, in_full
from solarrally_tui.screens.application.words import (
    HELP,
    day,
    handled,
    image_line,
    limits,
    runs,
    short,
    source_line,
    source_note,
    why,
)
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.screens.widgets.choice import Choice
from solarrally_tui.screens.widgets.facts import Table
from solarrally_tui.screens.widgets.field import Field, field_id
from solarrally_tui.site.model import DEFAULT_COMMIT, DEFAULT_REPOSITORY
from solarrally_tui.site.tiers import Architecture
from solarrally_tui.source.edge_gate import behind
from solarrally_tui.source.finding import Level, SourceFinding
from solarrally_tui.source.reference import AddressError, FetchError, ResolvedCommit, is_commit
from solarrally_tui.wizard.applications import SourceCheck
from solarrally_tui.wizard.plain_errors import plain_of
from solarrally_tui.wizard.session import Session

IMAGE: Final = "application.image"
REPOSITORY: Final = "application.repository"
REF: Final = "application.ref"
COMMIT: Final = "application.commit"
ADMIN: Final = "application.admin_email"
DUMP: Final = "application.database_dump"
SOURCE: Final = frozenset({REPOSITORY, REF, COMMIT})
CALM_SECONDS: Final = 0.5
"""How long typing must pause before a server is asked."""
_TAKE: Final = " Use newer version "
_MOST_BLOCKED: Final = 2
"""Findings that the screen itself shows in full; F3 lists all."""


class ApplicationScreen(StepScreen):
    """Asks for a source or an image, and checks it while the person continues."""

    STEP: ClassVar[str] = "application"
    CSS_PATH = "application.tcss"
    TITLE_TEXT: ClassVar[str] = "Application"
    PLACED: ClassVar = frozenset({IMAGE, *SOURCE, ADMIN, DUMP})
    ABOUT: ClassVar[bool] = False
    BESIDE: ClassVar[str] = (
        "Keep what is chosen unless you have a version of your own.\n\n"
        "The source is checked here, and nothing of it is run. F3 lists all that was found, F5 "
        "fetches and checks again. F1 says more."
    )
    AUTO_FOCUS = "#next"
    BINDINGS: ClassVar[list[BindingType]] = [
        keys.DETAILS,
        keys.REFRESH,
    ]
    HELP_TEXT: ClassVar[str] = HELP

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._given = bool(self.site.draft.text(IMAGE))
        self._checked: SourceCheck | None = None
        self._checked_commit = ("", "")
        """Its repository and commit."""
        self._image_findings: Sequence[SourceFinding] = ()
        self._open: str | None = None
        """A branch or tag that was typed and not found yet; empty for the newest commit."""
        self._newer: ResolvedCommit | None = None
        self._warned: set[str] = set()
        """What Next has warned of once already."""

    def body(self) -> ComposeResult:
        """Ask where the application comes from, show what is found in it, ask the rest."""
        kinds = ("Built in your account from its public source.", "Your own image.")
        yield Choice(kinds, int(self._given), widget_id="kind", path=IMAGE)
        with Vertical(id="given"):
            yield self.ask(IMAGE, "public.ecr.aws/garage/solarrally@sha256:0f3c…")
        yield SourceLine()
        yield Static(id="limits")
        yield Static(id="blocked")
        with Horizontal(id="newer"):
            yield Static(id="newer-line")
            yield Button(_TAKE, id="take-newer", compact=True)
        yield self.ask(ADMIN, self._administrator())
        yield self.ask(DUMP)
        draft = self.site.draft
        usual = not draft.text(REF) and draft.text(COMMIT) == DEFAULT_COMMIT
        with Collapsible(title="Another version or repository", collapsed=usual, id="source"):
            yield self.ask(REPOSITORY)
            with Horizontal(id="version"):
                yield self.ask(REF)
                yield self.ask(COMMIT)

    def _administrator(self) -> str:
        """Return what an empty field for the administrator's e-mail shows: that it is no answer."""
        email = self.site.draft.text("alerts.email")
        return f"as for alerts: {email}" if email else ""

    def on_mount(self) -> None:
        """Show what is known already, and ask whether there is a newer commit."""
        if self._administrator():
            self._field(ADMIN).set_hint("")  # it shows whose it is where it stays empty
        self._newer_line("")
        self._show_kind()
        self.inspect()
        if self.site.draft.text(REF):
            self.ask_for_newer()

    # What is asked

    @on(Choice.Chosen)
    def _kind_chosen(self, event: Choice.Chosen) -> None:
        self._given = event.index == 1
        typed = self._field(IMAGE).input.value
        self.site.draft.set(IMAGE, typed.strip() or None if self._given else None)
        self.say("")  # it was about the other choice
        self._show_kind()

    def _show_kind(self) -> None:
        self.query_one("#given").display = self._given
        self._image_findings = ()
        self._show()
        if self._given and self.site.draft.text(IMAGE):
            self.inspect_image()

    def take(self, field: Field, text: str) -> None:
        """Write what was typed; empty means the default."""
        draft, value = self.site.draft, text.strip()
        self.say("")
        if field.path == REF:
            self._take_ref(value)
            return
        draft.set(field.path, value or None)
        if field.path == IMAGE:
            self.inspect_image()
        elif field.path == REPOSITORY:
            self._take_repository()
        elif field.path == COMMIT:
            self._open = None
            draft.set(REF, None)
            if is_commit(draft.text(COMMIT)):
                self.inspect(wait=True)

    def _take_repository(self) -> None:
        """Find a commit in another repository, unless the person named one."""
        draft, ref = self.site.draft, self._field(REF).input.value.strip()
        named = not draft.text(REF) and draft.text(COMMIT) != DEFAULT_COMMIT
        self._open = None if named and not ref else ref
        if self._open == "" and draft.text(REPOSITORY) == DEFAULT_REPOSITORY:
            self._open = None
            self._take(ResolvedCommit(DEFAULT_COMMIT))
        self.inspect(wait=True)

    def _take_ref(self, value: str) -> None:
        """Look up a branch or tag. Until it is found, the pinned commit stays."""
        draft = self.site.draft
        pinned = "" if draft.problems_in((REF,)) else draft.text(REF)
        draft.set(REF, value or None)
        if draft.problems_in((REF,)):
            return
        draft.set(REF, (pinned or None) if value else None)
        self._open = value or None
        self.inspect(wait=True)

    # What is found in it

    @work(group="source", exclusive=True, exit_on_error=False)
    async def inspect(self, *, wait: bool = False, fresh: bool = False) -> None:
        """Find the commit of what was typed, fetch it and check it. The latest request counts."""
        if wait:
            await asyncio.sleep(CALM_SECONDS)
        repository = self.site.draft.text(REPOSITORY)
        if self.site.draft.problems_in((REPOSITORY,)):
            return
        try:
            if self._open is not None:
                await self._pin(repository, self._open)
            await self._check(repository, self.site.draft.text(COMMIT), fresh)
        except Exception as error:  # noqa: BLE001 a failed check stops nobody
            # What is known of the commit that stays pinned remains.
            if self._checked_commit != (repository, self.site.draft.text(COMMIT)):
                self._checked = None
            self._show()
            what = "It was not found." if self._open is not None else "The source was not checked."
            text = Severity.WARN.line(f"{what} {why(error)}")
            if self._checked is None:
                self._line(text, "warning", "F5 tries again.")
            else:
                self._line(self._about(self._checked)[0], "warning", f"{text} F5 tries again.")

    async def _pin(self, repository: str, ref: str) -> None:
        self._line(State.RUNNING.line(f"Looking up {ref or 'the newest commit'} …"))
        resolved = await self.session.services.applications.resolve(repository, ref)
        self._open = None
        self._take(resolved)

    def _take(self, resolved: ResolvedCommit) -> None:
        self.site.draft.set(REF, resolved.ref or None)
        self.site.draft.set(COMMIT, resolved.commit)
        for path, text in ((REF, resolved.ref), (COMMIT, resolved.commit)):
            self._field(path).input.value = text
        self.refresh_frame()

    async def _check(self, repository: str, commit: str, fresh: bool) -> None:
        if not is_commit(commit):
            return
        applications = self.session.services.applications
        checked = None if fresh else applications.known(repository, commit)
        if checked is None:
            self._line(State.RUNNING.line("Fetching and checking the source …"))
            checked = await applications.check(repository, commit, fresh=fresh)
        self._checked, self._checked_commit = checked, (repository, commit)
        self._show()

    @work(group="newer", exclusive=True, exit_on_error=False)
    async def ask_for_newer(self) -> None:
        """Ask whether the branch has a newer commit. Without an answer nothing is shown."""
        draft = self.site.draft
        try:
            newest = await self.session.services.applications.resolve(
                draft.text(REPOSITORY), draft.text(REF)
            )
        except (FetchError, AddressError):
            return
        if newest.commit != draft.text(COMMIT) and newest.ref == draft.text(REF):
            self._newer = newest
            self.refresh_bindings()
            made = f" of {day(newest.made)}" if newest.made else ""
            text = f"{newest.ref} is now at {short(newest.commit)}{made}."
            self._newer_line(Severity.WARN.line(text))

    @on(Button.Pressed, "#take-newer")
    def take_newer(self) -> None:
        """Pin the commit that the branch is at now."""
        if self._newer is not None:
            self._take(self._newer)
            self._newer = None
            self.refresh_bindings()
            self._newer_line("")
            self.inspect()

    def _newer_line(self, text: str) -> None:
        self.query_one("#newer-line", Static).update(Content(text))
        self.query_one("#newer").display = bool(text)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer findings only when there are any."""
        if action == "details":
            return bool(self._findings())
        return super().check_action(action, parameters)

    def action_check_again(self) -> None:
        """Fetch and check again."""
        self.inspect(fresh=True)
        if self._given:
            self.inspect_image()

    @work(group="image", exclusive=True, exit_on_error=False)
    async def inspect_image(self) -> None:
        """Check the image that was typed, as far as the registry shows it."""
        draft, field = self.site.draft, self._field(IMAGE)
        image = draft.text(IMAGE)
        self._image_findings = ()
        self._show()
        if not image or draft.problems_in((IMAGE,)):
            return
        await asyncio.sleep(CALM_SECONDS)
        field.set_hint(State.RUNNING.line("Checking the image …"))
        processor = draft.text("size.architecture")
        wanted = Architecture(processor) if processor in set(Architecture) else Architecture.ARM64
        try:
            checked = await self.session.services.applications.check_image(
                draft.text("region"), image, wanted
            )
        except Exception as error:  # noqa: BLE001 a failed check stops nobody
            field.set_hint(Severity.WARN.line(f"The image was not checked. {plain_of(error).what}"))
            return
        self._image_findings = checked.findings
        self._show()
        field.set_hint(image_line(checked))

    def _show(self) -> None:
        """Show what the findings mean together, and in full what cannot run."""
        blocked = [finding for finding in self._findings() if finding.level is Level.BLOCKED]
        listed = self.query_one("#blocked", Static)
        listed.update(Content("\n").join(map(in_full, blocked[:_MOST_BLOCKED])))
        listed.display = bool(blocked)
        limit = limits(self._findings())
        limited = self.query_one("#limits", Static)
        limited.update(Content(limit))
        limited.display = bool(limit)
        if self._checked is not None:
            note = source_note(self._checked_commit[1], self._checked)
            self._line(*self._about(self._checked), note)
        self.refresh_bindings()
        self.show_picture()

    def facts(self) -> Sequence[Table]:
        """Say what runs, and what is taken care of."""
        taken_care_of = handled(self._of_source())
        first = runs(given=self._given)
        return (first, taken_care_of) if taken_care_of else (first,)

    def _about(self, checked: SourceCheck) -> tuple[str, str]:
        """Return the sentence about what was checked, and its tone."""
        repository, _ = self._checked_commit
        return source_line(repository, checked, self._of_source(), page_only=self._given)

    def action_details(self) -> None:
        """List all that was found."""
        findings = self._findings()
        if findings:
            self.app.push_screen(FindingsScreen("What was found in the application", findings))

    def _findings(self) -> tuple[SourceFinding, ...]:
        return (*self._image_findings, *self._of_source())

    def _of_source(self) -> tuple[SourceFinding, ...]:
        """Return what matters of the source; with an image, only the web page does."""
        draft = self.site.draft
        findings = behind(
            self._checked.findings if self._checked else (),
            viewing=draft.text("access.viewing"),
            open_registration=bool(draft.get("access.open_registration")),
        )
        if not self._given:
            return findings
        return tuple(f for f in findings if all(at.file.startswith("frontend") for at in f.places))

    def _line(self, text: str, tone: str = "", note: str = "") -> None:
        self.query_one(SourceLine).show(text, tone, note)

    def _field(self, path: str) -> Field:
        return self.query_one(f"#{field_id(path)}", Field)

    # Going from step to step

    def leave(self) -> None:
        """Continue; before that, warn once of what does not look right."""
        words = self._doubt()
        if words and words not in self._warned:
            self._warned.add(words)
            self.say(words, "warning")
            return
        super().leave()

    def _doubt(self) -> str:
        draft = self.site.draft
        if self._given and not draft.text(IMAGE):
            return "No image given, so AWS builds it. Press Next again to continue."
        if self._open is not None:
            return f"{self._open or 'It'} was not found. Press Next again to keep the commit."
        blocked = [f.id for f in self._findings() if f.level is Level.BLOCKED]
        return f"{blocked[0]}: it cannot run. Press Next again to continue." if blocked else ""
