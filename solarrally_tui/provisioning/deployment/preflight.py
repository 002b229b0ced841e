"""What would stop a deployment, looked up before anything is created, and the refusal for it."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from solarrally_tui.account.preflight import inspection, ways_out
from solarrally_tui.account.preflight.inspection import Lookups
from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.deployed.stack import ROLLED_BACK, Stack
from solarrally_tui.domains import name_obstacles
from solarrally_tui.findings.finding import NOT_KNOWN, Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.site.model import Site

_ABOUT: Final = {
    "region": "region",
    "hosted-zone": "domain.dns",
    "dns-record": "domain.name",
    "distribution": "domain.name",
}
"""The answer that a finding is about, by its id."""

SKIP: Final = "--skip-preflight"
CHECK: Final = "preflight"
"""What events call a check."""


async def obstacles(
    site: Site,
    stacks: SiteStacks,
    account: str,
    there: Mapping[str, Stack | None],
    lookups: Lookups | AwsError,
) -> tuple[Finding, ...]:
    """Check the account and the domain for a deployment. Changes nothing. Raises no AwsError.

    account: twelve digits. there: the site's stacks by their ids. lookups: why they could not be
    read, where they could not.
    """
    of_account, of_domain = await asyncio.gather(
        inspection.obstacles(stacks.door, account, site, there, lookups),
        name_obstacles.obstacles(stacks.door, site, _serving(there.get("edge"))),
    )
    return (*of_account, *of_domain)


def not_read(found: Iterable[Finding]) -> Iterator[tuple[str, str]]:
    """Yield what could not be checked, as titles, with the reason that they share.

    A deployment continues without it, and nobody may take it for well.
    """
    by_reason: dict[str, list[str]] = {}
    for finding in found:
        if finding.severity is Severity.UNKNOWN and finding.wants_attention:
            by_reason.setdefault(finding.line.removeprefix(NOT_KNOWN), []).append(finding.title)
    for why, titles in by_reason.items():
        yield ", ".join(titles), f"Not read: {why} AWS may still refuse it."


async def domain_findings(site: Site, stacks: SiteStacks) -> tuple[Finding, ...]:
    """Check a site's domain alone. Raises no AwsError."""
    if not site.has_domain:
        return ()
    try:
        edge = await stacks.find("edge")
    except AwsError:
        edge = None
    return await name_obstacles.obstacles(stacks.door, site, _serving(edge))


def _serving(edge: Stack | None) -> Stack | None:
    """Return the stack with the name's record; one that was rolled back has left none."""
    return None if edge is None or edge.status == ROLLED_BACK else edge


async def refuse_disabled_region(site: Site, stacks: SiteStacks) -> None:
    """Raise StepError where the account has not enabled the Region: AWS knows nobody there."""
    found = await inspection.region_enabled(stacks.door)
    refuse(site, (found,))


def refuse(site: Site, found: Iterable[Finding]) -> None:
    """Raise StepError with everything that would stop the deployment, and how to fix it."""
    failing = tuple(finding for finding in found if finding.severity is Severity.FAIL)
    if failing:
        raise StepError(_refusal(site, failing), Exit.REFUSED)


def _refusal(site: Site, failing: tuple[Finding, ...]) -> Plain:
    return Plain(
        what=f"The account is not ready for {site.name}. Nothing was created or changed.",
        why=" ".join(f"{finding.title}: {finding.line}" for finding in failing),
        next=" ".join(dict.fromkeys(finding.fix for finding in failing)),
        about=next((_ABOUT[each.id] for each in failing if each.id in _ABOUT), ""),
        detail=f"solarrally deploy {SKIP} deploys without these checks; AWS then decides.",
        instead=ways_out.instead(site, failing),
    )
