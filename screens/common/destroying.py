"""What the deletion of a site means, before it begins."""

from decimal import Decimal
from typing import Final

from solarrally_tui.screens.common.money import exact
from solarrally_tui.wizard.session import Session

_DELETES: Final = (
    "This deletes the dashboard, the application and the chargers' keys. AWS keeps a final "
    "snapshot of the database, the audit log, and backups and archives where you chose them."
)
_UNKNOWN: Final = "You pay for them until you delete them."


def what_destroy_means(session: Session) -> str:
    """Return what is deleted, and what stays with its price until somebody deletes it."""
    from solarrally_tui.pricing.advice.situations import after_destroy  # noqa: PLC0415 slow

    try:
        kept = after_destroy(session.site.draft.site())
    except Exception:  # noqa: BLE001 a site can be deleted without its answers or a price
        return f"{_DELETES} {_UNKNOWN}"
    prices = [left.monthly for left in kept]
    if any(price is None for price in prices):
        return f"{_DELETES} {_UNKNOWN}"
    total = sum((price for price in prices if price), Decimal(0))
    listed = "\n".join(
        f"  {left.what}: {exact(left.monthly or Decimal(0), session.money)} a month"
        for left in kept
    )
    return (
        f"{_DELETES}\n{listed}\nThat is {exact(total, session.money)} a month at most, until you "
        "delete them."
    )
