"""Cards that say how something is: their edge has the colour of the verdict."""

from typing import Final

from textual.widget import Widget

from solarrally_tui.findings.severity import Severity

CLASSES: Final = "card verdict"
"""Of such a card; frame.tcss has its colours."""
_EDGES: Final = {
    Severity.OK: "-well",
    Severity.WARN: "-warning",
    Severity.UNKNOWN: "-warning",
    Severity.FAIL: "-trouble",
}


def show_verdict(card: Widget, health: Severity | None) -> None:
    """Give a card's edge the colour of a verdict; None for one that is neither good nor bad."""
    shown = _EDGES[health] if health else ""
    for edge in set(_EDGES.values()):
        card.set_class(edge == shown, edge)
