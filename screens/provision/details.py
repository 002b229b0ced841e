"""Steps and log: every step with its time, and below what AWS reported, the newest first."""

from itertools import islice
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import DIM
from solarrally_tui.screens.provision.reports import reports
from solarrally_tui.screens.provision.step_list import Room, rows_of_all, step_list
from solarrally_tui.wizard.run_progress import RunProgress

_EVERY: Final = 1.0
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
        run, columns, views = self._run, self._columns, list(self._run.steps.values())
        if not columns:
            return
        room = Room(columns, rows_of_all(len(views), columns))
        self.query_one("#run-steps", Static).update(step_list(views, run.clock(), room))
        if run.version != self._drawn:
            self._drawn = run.version
            lines = [
                report.line(run.titles) for report in islice(reversed(reports(run.log)), _LINES)
            ]
            head = (
                "What AWS reported, the newest first" if lines else "AWS has reported nothing yet."
            )
            self.query_one("#run-log-title", Static).update(Content.styled(head, "bold"))
            text = Content("\n").join(map(Content, lines))
            self.query_one("#run-log", Static).update(text.stylize_before(DIM))

    @on(Button.Pressed)
    def action_close(self) -> None:
        """Close the dialog."""
        self.dismiss()
