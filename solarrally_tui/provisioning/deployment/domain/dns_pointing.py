"""The record that leads a name to CloudFront, where another provider hosts the domain's DNS."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from solarrally_tui.aws.errors import Plain
from solarrally_tui.aws.poll import StillWaitingError, poll
from solarrally_tui.domains.dns_lookup import Dns
from solarrally_tui.domains.dns_records import address_record, in_words
from solarrally_tui.domains.proof_check import check_address
from solarrally_tui.findings.severity import Severity
from solarrally_tui.provisioning.deployment.context import Deployment
from solarrally_tui.provisioning.deployment.domain import certificate_wait
from solarrally_tui.provisioning.deployment.step_graph import VERIFY
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError

Health = Callable[[], Awaitable[str]]
"""Returns what is wrong with the site at its own name; empty where it answers as it should."""


async def wait_until_pointed(deployment: Deployment, health: Health) -> None:
    """Wait until the site's name leads to CloudFront; ask at once for the record that does that.

    Raises StepError (waiting for you) when it is still missing after GIVE_UP_SECONDS.
    """
    dns, domain = Dns.of_environment(), deployment.site.domain.name
    target = deployment.outputs["edge"]["DistributionDomainName"]
    plain = _not_pointed(domain, target)
    asked = False

    async def leads_here() -> bool | None:
        nonlocal asked
        finding = await check_address(dns, domain, target)
        if finding.severity is Severity.OK or not await health():
            return True
        if not asked:
            asked = True
            text = f"{plain.what} {plain.next}"
            deployment.narrator.step(VERIFY, State.WAITING_FOR_YOU, text)
        return None

    try:
        await poll(leads_here, every=1.0, slowest=10.0, limit=certificate_wait.GIVE_UP_SECONDS)
    except StillWaitingError as error:
        ended = replace(plain, next=f"{plain.next} {certificate_wait.ENDED}")
        raise StepError(ended, Exit.WAITING_FOR_YOU) from error


def _not_pointed(domain: str, target: str) -> Plain:
    record = in_words([address_record(domain, target)])
    return Plain(
        what=f"The site is up, but {domain} does not lead to it yet.",
        why=f"The DNS of {domain} has no record that leads to CloudFront.",
        next=f"Create this DNS record where the domain is managed: {record} It is noticed "
        "automatically.",
    )
