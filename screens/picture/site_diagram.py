"""The open site as a diagram with its prices."""

from dataclasses import replace

from solarrally_tui.architecture.diagram import OUTSIDE, Diagram, diagram
from solarrally_tui.pricing.metering.resources import resources
from solarrally_tui.screens.common.money import estimate_of
from solarrally_tui.site.problems import SiteError
from solarrally_tui.wizard.session import Session


def site_diagram(session: Session) -> Diagram | None:
    """Return what the open site consists of; None while an answer is not valid."""
    try:
        site = session.site.draft.site_for_prices()
        declared = resources(site)
    except SiteError:
        return None
    cost = estimate_of(session)
    if cost is not None:
        return diagram(site, declared, cost.lines, cost.unknown)
    shown = diagram(site, declared)
    return replace(
        shown, boxes=tuple(replace(box, complete=box.id in OUTSIDE) for box in shown.boxes)
    )
