"""Steps and log: every step with its time, and below what AWS reported, the newest first."""

import textwrap
from collections.abc import Mapping
from itertools import islice
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.next_steps import in_the_wizard
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import DIM
from solarrally_tui.screens.provision.cause import warned
from solarrally_tui.screens.provision.reports import NEWEST_FIRST, Report, reports
from solarrally_tui.screens.provision.step_list import Room, rows_of_all, step_list
from solarrally_tui.text.table import cut
from solarrally_tui.wizard.run_progress import RunProgress

_EVERY: Final = 1.0
_APART, _HANGS = 2, 11
"""Columns before AWS's own name of something: beside the words, or below them."""
_LINES: Final = 200
"""Lines that are drawn: more would take longer than a turn."""


class DetailsScreen(Dialog[None]):
    """Shows a run as it goes on. Escape closes."""

    BINDINGS: ClassVar[list[BindingType]] = [keys.closes(keys.DETAILS.key)]

    def __init__(self, run: RunProgress) -> None:
        super().__init__()
        self._run = run

    def compose(self) -> ComposeResult:
        """Show the steps above what was reported, in one list."""
        with Vertical(classes="dialog -wide-dialog", id="run-details"):
            yield Static(Content("Steps and log"), classes="dialog-title")
            with VerticalScroll(id="run-box", classes="dialog-body"):
                yield Static(id="run-words")
                yield Static(id="run-steps")
                yield Static(id="run-log-title")
                yield Static(id="run-log")
            yield Button(" Close ", compact=True, variant="primary")

    def on_mount(self) -> None:
        """Draw, and keep drawing while the run goes on."""
        self._drawn = -1
        self.query_one("#run-box").focus()
        self.set_interval(_EVERY, self._draw)
        self.call_after_refresh(self._draw)

    @property
    def _columns(self) -> int:
        return self.query_one("#run-steps").size.width

    def on_resize(self) -> None:
        """Use the new width."""
        self._drawn = -1
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        run, columns = self._run, self._columns
        if not columns:
            return
        room = Room(columns, rows_of_all(len(run.steps), columns))
        self.query_one("#run-steps", Static).update(step_list(run, room))
        if run.version != self._drawn:
            self._drawn = run.version
            lines = [
                line
                for report in islice(reversed(reports(run.log)), _LINES)
                for line in _lines(report, run.titles, columns)
            ]
            self._put("#run-words", own_words(run))
            title = NEWEST_FIRST if lines else "AWS has reported nothing yet."
            self.query_one("#run-log-title", Static).update(Content.styled(title, "bold"))
            self.query_one("#run-log", Static).update(Content("\n").join(lines))

    def _put(self, where: str, text: Content) -> None:
        place = self.query_one(where, Static)
        place.display = bool(text.plain)
        place.update(text)

    @on(Button.Pressed)
    def action_close(self) -> None:
        """Close the dialog."""
        self.dismiss()


def own_words(run: RunProgress) -> Content:
    """Return AWS's own words about a failure, and what steps warn of; empty without any."""
    cause = run.outcome.cause if run.outcome else None
    parts = [("AWS's own words", cause.detail)] if cause is not None and cause.detail else []
    parts += [(view.title, in_the_wizard(view.reason)) for view in warned(run)]
    said = [Content.assemble((f"{of}\n", "bold"), f"{words}\n\n") for of, words in parts]
    return Content.assemble(*said)


def _lines(report: Report, titles: Mapping[str, str], columns: int) -> list[Content]:
    """Return a report in words, and what AWS calls it beside or below that."""
    said, raw = report.line(titles), report.raw
    if not raw:
        return [Content(cut(said, columns))]
    if len(said) + _APART + len(raw) <= columns:
        return [Content.assemble(said, (f"{' ' * _APART}{raw}", DIM))]
    below = textwrap.wrap(raw, max(columns - _HANGS, 20))
    return [
        Content(cut(said, columns)),
        *(Content.styled(f"{' ' * _HANGS}{line}", DIM) for line in below),
    ]
