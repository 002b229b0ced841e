"""The answer with which a deployment may go through that the account is not ready for. Pure."""

from collections.abc import Iterable
from typing import Final

from solarrally_tui.account.preflight import account_plan
from solarrally_tui.findings.finding import Finding
from solarrally_tui.site.model import Site
from solarrally_tui.text.plain import Instead

_ANOTHER_REGION: Final = Instead("choose another Region", {"region": None})


def instead(site: Site, failing: Iterable[Finding]) -> Instead | None:
    """Return the answer that avoids what failed, where that is one thing and an answer does."""
    ids = {finding.id for finding in failing}
    if ids == {"plan"}:
        return account_plan.instead(site.size)
    return _ANOTHER_REGION if ids and ids <= {"region", "iot"} else None
