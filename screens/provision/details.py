"""F2 on Provision: every step with its time, and what AWS reported, the newest first."""

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
from solarrally_tui.screens.provision.step_list import Room, rows_of_all, step_list
from solarrally_tui.screens.provision.words import log_line
from solarrally_tui.wizard.run_progress import RunProgress

_EVERY: Final = 1.0
_LINES: Final = 200
"""Lines that are drawn: more would take longer than a turn."""


class DetailsScreen(Dialog[None]):
    """Shows a run as it goes on. Escape closes."""

    BINDINGS: ClassVar[list[BindingType]] = [keys.closes("f2")]

    def __init__(self, run: RunProgress) -> None:
        super().__init__()
        self._run = run

    def compose(self) -> ComposeResult:
        """Show the steps above what was reported, both in one list."""
        with Vertical(classes="dialog -wide-dialog", id="run-details"):
            yield Static(Content("Steps and log"), classes="dialog-title")
            with VerticalScroll(classes="dialog-body", id="run-body"):
                yield Static(id="run-steps")
                yield Static(id="run-log")
            yield Button(" Close ", compact=True, variant="primary")

    def on_mount(self) -> None:
        """Draw, and keep drawing while the run goes on."""
        self._drawn = -1
        self.query_one("#run-body").focus()
        self.set_interval(_EVERY, self._draw)
        self.call_after_refresh(self._draw)

    def on_resize(self) -> None:
        """Use the new width."""
        self._drawn = -1
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        run, place = self._run, self.query_one("#run-steps", Static)
        columns, views = place.size.width, list(run.steps.values())
        if not columns:
            return
        room = Room(columns, rows_of_all(len(views), columns))
        place.update(step_list(views, run.clock(), room))
        if run.version != self._drawn:
            self._drawn = run.version
            lines = [log_line(event) for event in islice(reversed(run.log), _LINES)]
            head = (
                "What AWS reported, the newest first" if lines else "AWS has reported nothing yet."
            )
            text = Content("\n").join([Content.styled(head, "bold"), *map(Content, lines)])
            self.query_one("#run-log", Static).update(text.stylize_before(DIM))

    @on(Button.Pressed)
    def action_close(self) -> None:
        """Close the dialog."""
        self.dismiss()
