"""What the app returns when a person wants something else than to quit, and prints at its end."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from solarrally_tui.screens.common.words import dollars
from solarrally_tui.wizard.services import Services
from solarrally_tui.wizard.session import Session, SiteView

DEMO: Final = "demo"
"""Continue with a demonstration in a simulated account."""
RESTART: Final = "restart"
"""Restart the demonstration."""


def sites_and_answers(sites: Sequence[str]) -> str:
    """Return in words what ends with a demonstration."""
    if len(sites) > 1:
        return f"the sites {', '.join(sites)}, and your answers,"
    return f"the site {sites[0]} and your answers" if sites else "your answers"


def farewell(session: Session) -> str:
    """Return what is true once the wizard has closed: which sites run, answers, the way back."""
    lines = list(_farewell(session))
    return "\n".join(lines) or "No site was created. solarrally opens the wizard again."


def _farewell(session: Session) -> Iterator[str]:
    site = session.site
    opened = {site.deployed: site} if site.deployed else {}
    for name, view in {**opened, **session.ran}.items():
        yield _last(name, view, session.services)
    draft = site.draft.name
    if not site.deployed and session.store.holds(draft):
        yield f"Your answers for {draft} are kept on this computer. solarrally opens them again."


def _last(name: str, view: SiteView, services: Services) -> str:
    """Return how a site is left."""
    run = view.run
    ended = run.outcome if run is not None and run.site == name else None
    if run is not None and ended is not None and run.destroys and run.succeeded:
        costs = sum((kept.monthly_usd or Decimal(0) for kept in ended.kept), Decimal(0))
        stays = f"What stays of it costs {dollars(costs)} a month: solarrally lists it on Welcome."
        return f"{name} is deleted. {stays if ended.kept else 'Nothing of it remains.'}"
    if view.deployed:
        again = f"solarrally opens it again; solarrally status {name} checks it."
        is_well = ended is None or (run is not None and run.succeeded)
        change = "" if is_well else f" Its last change has failed: solarrally diagnose {name}."
        return f"{name} is in your account{_price(view, services)}. {again}{change}"
    if ended is not None and ended.unfinished:
        return f"{name} is not complete. {ended.unfinished}"
    return f"{name} is not complete. solarrally continues; solarrally destroy {name} deletes it."


def _price(view: SiteView, services: Services) -> str:
    try:
        estimate = services.estimate((view.before or view.draft).site())
    except Exception:  # noqa: BLE001 it is so without a price, too
        return ""
    return f" and costs about {dollars(estimate.expected)} a month" if estimate.complete else ""
