"""Below the form of a step: what the step decides, in the picture of the site, where there is room.

The picture is drawn from the resolved templates with the answers so far, so it changes with them.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from solarrally_tui.screens.picture.widget import ROWS, SitePicture
from solarrally_tui.wizard.session import Session

if TYPE_CHECKING:
    from solarrally_tui.architecture.diagram import BoxId, Diagram
    from solarrally_tui.findings.glyphs import Signed

_PAUSE: Final = 0.3
"""Seconds for which answers must rest before the picture is drawn again."""
_ABOVE: Final = 2
"""Rows of the line above the picture, and below it."""


class StepPicture(Vertical):
    """Draws the site, and in heavy lines the parts that the step is about."""

    def __init__(self, session: Session, text: str, lit: "frozenset[BoxId]") -> None:
        """text: what the picture shows."""
        super().__init__(id="step-picture")
        self._session, self._text, self._lit = session, text, lit
        self._parts: Diagram | None = None
        self._states: Mapping[BoxId, Signed] = {}
        self._is_wanted = False

    def compose(self) -> ComposeResult:
        """Say what the picture shows, above it."""
        yield Static(Content(self._text), id="picture-text")
        yield SitePicture()

    def read(self) -> None:
        """Draw the answers as they are now, once they rest, where there is room."""
        first, self._is_wanted = not self._is_wanted, True
        if self._rows >= ROWS[0]:
            self._read(0.0 if first else _PAUSE)

    def show_states(self, states: "Mapping[BoxId, Signed]") -> None:
        """Show how parts of the site are."""
        self._states = states
        self._draw()

    @work(group="parts", exclusive=True, exit_on_error=False)
    async def _read(self, pause: float) -> None:
        await asyncio.sleep(pause)
        self._parts = await asyncio.to_thread(self._diagram)
        self._draw()

    def _diagram(self) -> "Diagram | None":
        # Not at the start: it brings the templates.
        from solarrally_tui.screens.picture.site_diagram import site_diagram  # noqa: PLC0415

        return site_diagram(self._session)

    @property
    def _rows(self) -> int:
        return self.size.height - _ABOVE

    def on_resize(self) -> None:
        """Use the new room; read what is shown once there is some."""
        if self._is_wanted and self._parts is None:
            self.read()
        self._draw()

    def _draw(self) -> None:
        fits = self._parts is not None and self._rows >= ROWS[0]
        self.set_class(fits, "-drawn")
        if fits and self._parts is not None:
            shown = replace(self._parts.in_states(self._states), lit=self._lit)
            self.query_one(SitePicture).show(shown, self._session.money, min(self._rows, ROWS[1]))
