"""Beside the checks: what happened to the site, and what its programs write."""

from collections.abc import Sequence
from datetime import datetime
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, RichLog, Select, Static

from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.diagnosis.log_lines import reports_error
from solarrally_tui.health.logs import SOURCES, offered, usual
from solarrally_tui.health.observed_site import OutOfReachError
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.screens.common.line_input import LineInput
from solarrally_tui.screens.common.next_steps import in_the_wizard
from solarrally_tui.screens.common.words import DIM, colour, mark, seconds
from solarrally_tui.screens.status.wall import now
from solarrally_tui.screens.status.wall_text import words_of
from solarrally_tui.site.tiers import Shape
from solarrally_tui.text.enumeration import counted
from solarrally_tui.wizard.plain_errors import plain_of

if TYPE_CHECKING:
    from solarrally_tui.health.history import Happened
    from solarrally_tui.health.logs import LogLine
    from solarrally_tui.wizard.journals import Journals

FOLLOW_SECONDS: Final = 5.0
_LEAST: Final = 20
"""Columns for what happened, at least."""
_NOTHING: Final = "Nothing was reported."
_CHARGERS: Final = "Chargers are on Fleet, with what each did last."


class HistoryList(OptionList):
    """Lists what happened, the newest first: how it ended, when, how long it took, and what."""

    def __init__(self, journals: "Journals", site: str, headings: Static) -> None:
        """headings: what stays above the list, for the names of its columns."""
        super().__init__(id="history", compact=True, classes="journal")
        self._journals, self._site, self._headings = journals, site, headings
        self._happened: Happened | None = None

    @work(exclusive=True, exit_on_error=False)
    async def read(self) -> None:
        """Read and show it again. The cursor stays where it was."""
        if self._happened is None:
            self._fill([Content.styled("Asking the account …", DIM)])
        try:
            self._happened = await self._journals.history(self._site)
        except Exception as error:  # noqa: BLE001 shown; the next reading may work
            self._happened = None
            self._fill([Content.styled(plain_of(error).what, colour(Severity.UNKNOWN))])
            return
        self._draw()

    def on_resize(self) -> None:
        """Wrap the lines at the new width."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        if self._happened is not None:
            width = self.scrollable_content_region.width
            above, *lines = history_lines(self._happened, self._site, width, now())
            self._headings.update(above)
            self._fill(lines)

    def _fill(self, lines: list[Content]) -> None:
        at = self.highlighted
        self.clear_options()
        self.add_options(lines)
        self.highlighted = min(at or 0, len(lines) - 1)


def history_lines(happened: "Happened", site: str, width: int, now: datetime) -> list[Content]:
    """Return the headings, a line for each that is not known and for each thing that happened."""
    lines = [
        Content.styled(Severity.UNKNOWN.line(why), colour(Severity.UNKNOWN))
        for why in happened.unknown
    ]
    if not happened.events:
        return [Content(""), *lines, Content.styled(_NOTHING, DIM)]
    rows = [
        (
            event.severity if event.is_over else State.RUNNING,
            _when(event.time, now),
            _took(event.seconds),
            event.part,
            words_of(in_the_wizard(event.text), site),
        )
        for event in happened.events
    ]
    names = ("", f"Time ({now.astimezone():%Z})", "Took", "What", "")
    columns = [max(len(row[at]) for row in (names, *rows)) + 2 for at in (1, 2, 3)]
    before = len(f"{Severity.OK.glyph} ") + sum(columns)
    headings = "".join(name.ljust(room) for name, room in zip(names[1:], columns, strict=False))
    lines.insert(0, Content.styled(headings, DIM))
    for state, *told, text in rows:
        tone = colour(state)
        when, took, part = (said.ljust(room) for said, room in zip(told, columns, strict=True))
        style = "" if state is Severity.OK else tone
        said = [Content.styled(one, style) for one in wrap(text, max(width - before, _LEAST))]
        words = Content.styled(f"\n{' ' * before}", DIM).join(said)
        lines.append(Content.assemble(mark(state), (when, DIM), (took, DIM), part, words))
    return [*lines, Content.styled(_CHARGERS, DIM)]


def _took(lasted: float | None) -> str:
    """Return how long something took, as Provision says it."""
    if lasted is None:
        return ""
    return seconds(lasted) if lasted >= 1 else "<1 s"


def _when(moment: datetime, now: datetime) -> str:
    """Return a moment as the time of day; with its day, and to the minute, before today."""
    local = moment.astimezone()
    is_today = local.date() == now.astimezone().date()
    return f"{local:%H:%M:%S}" if is_today else f"{local:%d %b %H:%M}"


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
            yield LineInput(placeholder="/ only lines with this text", compact=True, id="log-words")
        yield Static(id="log-note")
        # Without a least width: a line is wrapped where the terminal ends, also below 78 columns.
        yield RichLog(id="log-lines", markup=False, wrap=True, min_width=1, max_lines=2000)

    @on(Select.Changed, "#log-source")
    @on(Input.Changed, "#log-words")
    def _chosen(self) -> None:
        self._shown = ()
        self._write()
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
        note.update(log_note(lines, words, SOURCES[source].tells, self._journals.period))
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
            sign = f"{Severity.WARN.glyph} " if reports_error(line.text) else ""
            time = f"{line.time.astimezone():%H:%M:%S} "
            log.write(Text.assemble((time, "dim"), (f"{sign}{line.text}", "bold" if sign else "")))


def log_note(lines: "Sequence[LogLine]", words: str, tells: str, period: str) -> Content:
    """Return how many lines there are, how many of them report an error, and what to look for.

    words: that all of them have. tells: of their source. period: from when they are, in words.
    """
    count = counted(len(lines), "line") if lines else "No line"
    said = f"{count} with {words} {period}" if words else f"{count} {period}"
    bad = sum(reports_error(line.text) for line in lines)
    if bad:
        reports = f", {bad} of them with an error ({Severity.WARN.glyph})."
        return Content.assemble((f"{said}{reports}", colour(Severity.WARN)), (f" {tells}", DIM))
    return Content.styled(f"{said}{', none with an error' if lines else ''}. {tells}", DIM)


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, OutOfReachError) else plain_of(error).what
