"""Beside the checks: what happened to the site, and what its programs write."""

from textwrap import wrap
from typing import TYPE_CHECKING, Final

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, RichLog, Select, Static

from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.logs import offered, usual
from solarrally_tui.health.observed_site import OutOfReachError
from solarrally_tui.screens.common.line_input import LineInput
from solarrally_tui.screens.common.words import DIM, colour
from solarrally_tui.screens.status.wall_text import words_of
from solarrally_tui.site.tiers import Shape
from solarrally_tui.wizard.plain_errors import plain_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from solarrally_tui.health.events import Happened, SiteEvent
    from solarrally_tui.health.logs import LogLine
    from solarrally_tui.wizard.journals import Journals

FOLLOW_SECONDS: Final = 5.0
_LEAST: Final = 20
"""Columns for the words of an event, at least."""
_NOTHING: Final = "Nothing was reported."


class EventList(OptionList):
    """Lists what happened, the newest first."""

    def __init__(self, read: "Callable[[], Awaitable[Happened]]", id_: str, site: str) -> None:
        super().__init__(id=id_, compact=True, classes="journal")
        self._read, self._site = read, site
        self._happened: Happened | None = None

    @work(exclusive=True, exit_on_error=False)
    async def read(self) -> None:
        """Read and show it again. The cursor stays where it was."""
        try:
            self._happened = await self._read()
        except Exception as error:  # noqa: BLE001 shown; the next reading may work
            self._happened = None
            self._fill([Content.styled(plain_of(error).what, colour(Severity.UNKNOWN))])
            return
        self._draw()

    def on_resize(self) -> None:
        """Wrap the lines at the new width."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        happened = self._happened
        if happened is None:
            return
        width = self.scrollable_content_region.width
        lines = [_line(event, self._site, width) for event in happened.events]
        lines = lines or [Content.styled(_NOTHING, DIM)]
        unknown = [
            Content.styled(Severity.UNKNOWN.line(why), colour(Severity.UNKNOWN))
            for why in happened.unknown
        ]
        self._fill([*unknown, *lines])

    def _fill(self, lines: list[Content]) -> None:
        at = self.highlighted
        self.clear_options()
        self.add_options(lines)
        self.highlighted = min(at or 0, len(lines) - 1)


def _line(event: "SiteEvent", site: str, width: int) -> Content:
    """Return an event whose words stay in their column when they need more than one row."""
    before = f"{event.time.astimezone():%d %b %H:%M:%S}  {event.source:<9}"
    words = wrap(words_of(event.text, site), max(width - len(before), _LEAST)) or [""]
    return Content.assemble(
        (before, DIM),
        (
            f"\n{' ' * len(before)}".join(words),
            colour(event.severity) if event.severity is not Severity.OK else "",
        ),
    )


class LogView(Vertical):
    """Shows the end of a log of the last hour, and follows it while it is shown."""

    def __init__(self, journals: "Journals", site: str, shape: Shape) -> None:
        super().__init__(id="log-view")
        self._journals, self._site, self._shape = journals, site, shape
        self._shown: tuple[LogLine, ...] = ()

    def compose(self) -> ComposeResult:
        """Ask whose lines and with which words, above the lines."""
        with Horizontal(id="log-choice"):
            options = [(source.title, name) for name, source in offered(self._shape).items()]
            first = usual(self._shape)[0]
            yield Select(options, value=first, allow_blank=False, compact=True, id="log-source")
            yield LineInput(placeholder="only lines with this text", compact=True, id="log-words")
        yield Static(id="log-note")
        # Without a least width: a line is wrapped where the terminal ends, also below 78 columns.
        yield RichLog(id="log-lines", markup=False, wrap=True, min_width=1, max_lines=2000)

    @on(Select.Changed, "#log-source")
    @on(Input.Changed, "#log-words")
    def _chosen(self) -> None:
        self._shown = ()
        self.read()

    @work(exclusive=True, exit_on_error=False)
    async def read(self) -> None:
        """Read the log again, and show what has changed."""
        source = str(self.query_one("#log-source", Select).value)
        words = self.query_one("#log-words", Input).value.strip()
        note = self.query_one("#log-note", Static)
        try:
            lines = await self._journals.lines(self._site, source, words)
        except Exception as error:  # noqa: BLE001 shown; the next reading may work
            note.update(Content.styled(_why(error), colour(Severity.UNKNOWN)))
            return
        said = f" with {words}" if words else ""
        count = "1 line" if len(lines) == 1 else f"{len(lines)} lines"
        note.update(Content.styled(f"{count}{said} {self._journals.period}.", DIM))
        if lines != self._shown:
            self._shown = lines
            self._write()

    def on_resize(self) -> None:
        """Wrap the lines at the new width."""
        self.call_after_refresh(self._write)

    def _write(self) -> None:
        log = self.query_one(RichLog)
        log.clear()
        for line in self._shown:
            log.write(Text.assemble((f"{line.time.astimezone():%H:%M:%S} ", "dim"), line.text))


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, OutOfReachError) else plain_of(error).what
