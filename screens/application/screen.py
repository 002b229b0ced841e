"""Application: which source at which commit, or an image; what was found in it; who administers."""

import asyncio
from collections.abc import Sequence
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from solarrally_tui.screens.application.source_findings import SourceFindings, details
from solarrally_tui.screens.application.words import HELP, image_line, source_line, why
from solarrally_tui.screens.common.help import HelpScreen
from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.screens.widgets.choice import Choice
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
"""How long nobody types before a server is asked."""


class ApplicationScreen(StepScreen):
    """Asks for source or image, and looks at what is named while the person goes on."""

    STEP: ClassVar[str] = "application"
    CSS_PATH = "application.tcss"
    TITLE_TEXT: ClassVar[str] = "Application"
    PLACED: ClassVar = frozenset({IMAGE, *SOURCE, ADMIN, DUMP})
    AUTO_FOCUS = "#next"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "take_newer", "Take newer"),
        Binding("f5", "again", "Look again"),
    ]
    HELP_TEXT: ClassVar[str] = HELP

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._given = bool(self.site.draft.text(IMAGE))
        self._looked: SourceCheck | None = None
        self._looked_at = ("", "")
        """Repository and commit that this is about."""
        self._image_findings: Sequence[SourceFinding] = ()
        self._open: str | None = None
        """A reference, or an empty one, that was typed and not found yet."""
        self._newer: ResolvedCommit | None = None
        self._told: set[str] = set()
        """What Next has said once already."""

    def body(self) -> ComposeResult:
        """Ask where the application comes from, show what is found, ask the rest."""
        kinds = ("Built in your account from its public source.", "An image of your own.")
        yield Choice(kinds, int(self._given), widget_id="kind", path=IMAGE)
        with Vertical(id="given"):
            yield self.ask(IMAGE)
            yield Static("The web page is built from the source below.", classes="field-note")
        yield self.ask(REPOSITORY)
        with Horizontal(id="version"):
            yield self.ask(REF)
            yield self.ask(COMMIT)
        yield Static(id="newer")
        yield Static(id="told")
        yield SourceFindings("findings")
        yield self.ask(ADMIN, self.site.draft.text("alerts.email"))
        yield self.ask(DUMP)

    def on_mount(self) -> None:
        """Show what is known already, and ask whether there is something newer."""
        self._newer_line("")
        self._show_kind()
        self.look()
        if self.site.draft.text(REF):
            self.ask_for_newer()

    # What is asked

    @on(Choice.Chosen)
    def _kind_chosen(self, event: Choice.Chosen) -> None:
        self._given = event.index == 1
        typed = self._field(IMAGE).input.value
        self.site.draft.set(IMAGE, typed.strip() or None if self._given else None)
        self._show_kind()

    def _show_kind(self) -> None:
        self.query_one("#given").display = self._given
        self._image_findings = ()
        self._show()
        if self._given and self.site.draft.text(IMAGE):
            self.look_at_image()

    def take(self, field: Field, text: str) -> None:
        """Write what was typed; empty means the default."""
        draft, value = self.site.draft, text.strip()
        if field.path == REF:
            self._take_ref(value)
            return
        draft.set(field.path, value or None)
        if field.path == IMAGE:
            self.look_at_image()
        elif field.path == REPOSITORY:
            self._take_repository()
        elif field.path == COMMIT:
            self._open = None
            draft.set(REF, None)
            if is_commit(draft.text(COMMIT)):
                self.look(wait=True)

    def _take_repository(self) -> None:
        """Find a commit in another repository, except where the person named one."""
        draft, ref = self.site.draft, self._field(REF).input.value.strip()
        named = not draft.text(REF) and draft.text(COMMIT) != DEFAULT_COMMIT
        self._open = None if named and not ref else ref
        if self._open == "" and draft.text(REPOSITORY) == DEFAULT_REPOSITORY:
            self._open = None
            self._take_found(ResolvedCommit(DEFAULT_COMMIT))
        self.look(wait=True)

    def _take_ref(self, value: str) -> None:
        """Look a reference up. The answers keep what is pinned until it is found."""
        draft = self.site.draft
        pinned = "" if draft.problems_in((REF,)) else draft.text(REF)
        draft.set(REF, value or None)
        if draft.problems_in((REF,)):
            return
        draft.set(REF, (pinned or None) if value else None)
        self._open = value or None
        self.look(wait=True)

    # What is found

    @work(group="source", exclusive=True, exit_on_error=False)
    async def look(self, *, wait: bool = False, fresh: bool = False) -> None:
        """Find the commit of what was typed, fetch it and check it. The latest wish counts."""
        if wait:
            await asyncio.sleep(CALM_SECONDS)
        repository = self.site.draft.text(REPOSITORY)
        if self.site.draft.problems_in((REPOSITORY,)):
            return
        try:
            if self._open is not None:
                await self._pin(repository, self._open)
            await self._check(repository, self.site.draft.text(COMMIT), fresh)
        except Exception as error:  # noqa: BLE001 what was not looked at stops nobody
            self._not_looked(repository, error)

    def _not_looked(self, repository: str, error: Exception) -> None:
        """Say why, and keep what is known of the commit that stays pinned."""
        if self._looked_at != (repository, self.site.draft.text(COMMIT)):
            self._looked = None
        self._show()
        what = "It was not found." if self._open is not None else "The source was not looked at."
        self._tell(f"▲ {what} {why(error)}", "warning")

    async def _pin(self, repository: str, ref: str) -> None:
        self._tell(f"● Looking for {ref or 'the newest commit'} …")
        found = await self.session.services.applications.resolve(repository, ref)
        self._open = None
        self._take_found(found)

    def _take_found(self, found: ResolvedCommit) -> None:
        self.site.draft.set(REF, found.ref or None)
        self.site.draft.set(COMMIT, found.commit)
        for path, text in ((REF, found.ref), (COMMIT, found.commit)):
            self._field(path).input.value = text
        self.refresh_frame()

    async def _check(self, repository: str, commit: str, fresh: bool) -> None:
        if not is_commit(commit):
            return
        applications = self.session.services.applications
        looked = None if fresh else applications.known(repository, commit)
        if looked is None:
            self._tell("● Fetching the source and looking at it …")
            looked = await applications.check(repository, commit, fresh=fresh)
        self._looked, self._looked_at = looked, (repository, commit)
        self._show()

    @work(group="newer", exclusive=True, exit_on_error=False)
    async def ask_for_newer(self) -> None:
        """Ask whether the branch has moved on. Without an answer there is nothing to say."""
        draft = self.site.draft
        try:
            found = await self.session.services.applications.resolve(
                draft.text(REPOSITORY), draft.text(REF)
            )
        except (FetchError, AddressError):
            return
        if found.commit != draft.text(COMMIT) and found.ref == draft.text(REF):
            self._newer = found
            self.refresh_bindings()
            made = f" of {found.made:%d %b %Y}" if found.made else ""
            self._newer_line(f"▲ {found.ref} is now at {found.commit[:12]}{made}. F2 takes it.")

    def action_take_newer(self) -> None:
        """Pin the commit that the branch is at now."""
        if self._newer is not None:
            self._take_found(self._newer)
            self._newer = None
            self.refresh_bindings()
            self._newer_line("")
            self.look()

    def _newer_line(self, text: str) -> None:
        line = self.query_one("#newer", Static)
        line.update(Content(text))
        line.display = bool(text)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer a newer commit only when there is one."""
        if action == "take_newer":
            return self._newer is not None
        return super().check_action(action, parameters)

    def action_again(self) -> None:
        """Fetch and look again."""
        self.look(fresh=True)
        if self._given:
            self.look_at_image()

    @work(group="image", exclusive=True, exit_on_error=False)
    async def look_at_image(self) -> None:
        """Look at the image that was typed, as far as it can be seen from here."""
        draft, field = self.site.draft, self._field(IMAGE)
        image = draft.text(IMAGE)
        self._image_findings = ()
        self._show()
        if not image or draft.problems_in((IMAGE,)):
            return
        await asyncio.sleep(CALM_SECONDS)
        field.set_hint("● Looking at the image …")
        processor = draft.text("size.architecture")
        wanted = Architecture(processor) if processor in set(Architecture) else Architecture.ARM64
        try:
            seen = await self.session.services.applications.check_image(
                draft.text("region"), image, wanted
            )
        except Exception as error:  # noqa: BLE001 what was not looked at stops nobody
            field.set_hint(f"▲ The image was not looked at. {plain_of(error).what}")
            return
        self._image_findings = seen.findings
        self._show()
        field.set_hint(image_line(seen))

    def _show(self) -> None:
        """Show the findings, and what they come to."""
        self.query_one(SourceFindings).show(self._findings())
        if self._looked is not None:
            self._tell(*source_line(self._looked, self._of_source()))

    def _findings(self) -> tuple[SourceFinding, ...]:
        return (*self._image_findings, *self._of_source())

    def _of_source(self) -> tuple[SourceFinding, ...]:
        """Return what matters of the source: of its backend nothing, where an image runs."""
        draft = self.site.draft
        found = behind(
            self._looked.findings if self._looked else (),
            viewing=draft.text("access.viewing"),
            open_registration=bool(draft.get("access.open_registration")),
        )
        if not self._given:
            return found
        return tuple(f for f in found if all(at.file.startswith("frontend") for at in f.places))

    def _tell(self, text: str, tone: str = "") -> None:
        line = self.query_one("#told", Static)
        line.set_classes(f"-{tone}" if tone else "")
        line.update(Content(text))

    @on(SourceFindings.Wanted)
    def _read(self, event: SourceFindings.Wanted) -> None:
        self.app.push_screen(HelpScreen(*details(event.finding)))

    def _field(self, path: str) -> Field:
        return self.query_one(f"#{field_id(path)}", Field)

    # Going on

    def leave(self) -> None:
        """Go on; what does not look right is said once before."""
        words = self._doubt()
        if words and words not in self._told:
            self._told.add(words)
            self.say(words, "warning")
            return
        super().leave()

    def _doubt(self) -> str:
        draft = self.site.draft
        if self._given and not draft.text(IMAGE):
            return "No image is named, so AWS builds it. Next again goes on."
        if self._open is not None:
            return f"{self._open or 'It'} is not found. Next again keeps the commit."
        blocked = [each for each in self._findings() if each.level is Level.BLOCKED]
        if blocked:
            return f"{blocked[0].id}: it cannot run. Next again goes on."
        return ""
