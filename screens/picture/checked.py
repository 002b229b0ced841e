"""The picture of a deployed site: each box as the checks of it are."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from textual import work

from solarrally_tui.architecture.diagram import Box, BoxId, Diagram
from solarrally_tui.findings.glyphs import Signed
from solarrally_tui.health.report import Report
from solarrally_tui.screens.picture.site_diagram import site_diagram
from solarrally_tui.screens.picture.widget import SitePicture
from solarrally_tui.wizard.session import Session

_CHECKS: Final[Mapping[BoxId, frozenset[str]]] = {
    BoxId.CHARGERS: frozenset({"chargers"}),
    BoxId.MESSAGES: frozenset({"telemetry"}),
    BoxId.HUB: frozenset({"hub"}),
    BoxId.QUEUE: frozenset({"queue"}),
    BoxId.TASKS: frozenset({"service", "capacity", "application", "bridge"}),
    BoxId.FUNCTIONS: frozenset({"functions", "application"}),
    BoxId.DATABASE: frozenset({"database", "database-load", "engine", "backup-plan"}),
    BoxId.FIREWALL: frozenset({"firewall"}),
    BoxId.DELIVERY: frozenset({"page", "cloudfront", "certificate", "address", "strangers"}),
    BoxId.BALANCER: frozenset({"targets", "traffic"}),
    BoxId.API: frozenset({"api"}),
    BoxId.PEOPLE: frozenset({"live"}),
    BoxId.MONITORING: frozenset({"alarms", "alerts"}),
    BoxId.SECRETS: frozenset({"secrets"}),
}
"""The checks of each box, by id. Those of the whole site are of none."""


def states(report: Report) -> Mapping[BoxId, Signed]:
    """Return how each box is by its worst check; nothing without a connection."""
    if report.is_old:
        return {}
    found = {
        box: [check for check in report.checks if check.id in ids] for box, ids in _CHECKS.items()
    }
    return {
        box: max(checks, key=lambda check: check.urgency).sign
        for box, checks in found.items()
        if checks
    }


_COUNTS: Final[Mapping[BoxId, Mapping[str, str]]] = {
    BoxId.CHARGERS: {"online": "chargers_online", "registered": "chargers_registered"},
    BoxId.TASKS: {"running": "tasks_running"},
}
"""By box: the facts that a report knows better than the answers, and its figures of them."""


def _counted(parts: Diagram, report: Report) -> Diagram:
    """Let chargers and tasks be as many as there are, where that is known."""

    def seen(box: Box) -> Mapping[str, int]:
        figures = {name: report.figure(id_) for name, id_ in _COUNTS.get(box.id, {}).items()}
        return {
            name: round(figure.value)
            for name, figure in figures.items()
            if figure is not None and figure.value is not None
        }

    boxes = (replace(box, facts={**box.facts, **seen(box)}) for box in parts.boxes)
    return replace(parts, boxes=tuple(boxes))


class CheckedPicture(SitePicture):
    """Draws the open site as the last report has it, in as many rows as it has."""

    def __init__(self, session: Session) -> None:
        super().__init__("checked-picture")
        self._session = session
        self._parts: Diagram | None = None
        self._report: Report | None = None

    def show_report(self, report: Report) -> None:
        """Draw another report."""
        self._report = report
        self._show_states()

    @work(group="parts", exclusive=True, exit_on_error=False)
    async def read(self) -> None:
        """Read what the site consists of, and draw it. Call when it comes to be seen."""
        if self._parts is None:
            self._parts = await asyncio.to_thread(site_diagram, self._session)
        self._show_states()

    def on_resize(self) -> None:
        """Use the new room."""
        self._show_states()

    def _show_states(self) -> None:
        parts, report = self._parts, self._report
        if parts is not None:
            shown = _counted(parts.in_states(states(report)), report) if report else parts
            self.show(shown, self._session.money, self.size.height)
