"""Steps and log: every step with its time, and below what AWS reported, the newest first."""

from collections.abc import Sequence
from itertools import islice
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import DIM
from solarrally_tui.screens.provision.reports import reports
from solarrally_tui.screens.provision.step_list import ATTENTION, Room, rows_of_all, step_list
from solarrally_tui.wizard.run_progress import RunProgress, StepView

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
        """Show the steps above what was reported, each in a list of its own: both can be seen."""
        with Vertical(classes="dialog -wide-dialog", id="run-details"):
            yield Static(Content("Steps and log"), classes="dialog-title")
            yield VerticalScroll(Static(id="run-steps"), id="run-steps-box")
            yield Static(id="run-log-title")
            yield VerticalScroll(Static(id="run-log"), id="run-log-box", classes="dialog-body")
            yield Button(" Close ", compact=True, variant="primary")

    def on_mount(self) -> None:
        """Draw, and keep drawing while the run goes on."""
        self._drawn = -1
        self.query_one("#run-log-box").focus()
        self.set_interval(_EVERY, self._draw)
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        """Draw, and show the step that the run is at."""
        self._draw()
        box, views = self.query_one("#run-steps-box"), list(self._run.steps.values())
        row = present(views) % rows_of_all(len(views), max(self._columns, 1))
        box.call_after_refresh(box.scroll_to, y=row - box.size.height // 2, animate=False)

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
            lines = [report.line for report in islice(reversed(reports(run.log)), _LINES)]
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


def present(views: Sequence[StepView]) -> int:
    """Return the place of the step that a run is at: what needs attention, works, or waits."""
    for states in (ATTENTION, (State.RUNNING,), (State.WAITING,)):
        for place, view in enumerate(views):
            if view.state in states:
                return place
    return 0
