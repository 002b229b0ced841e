"""The record that leads a name to CloudFront, where somebody else answers for the name."""

from collections.abc import Awaitable, Callable

from solarrally_tui.aws.errors import Plain
from solarrally_tui.aws.poll import StillWaitingError, poll
from solarrally_tui.domains.dns_lookup import Dns
from solarrally_tui.domains.dns_records import address_record, in_words
from solarrally_tui.domains.proof_check import points
from solarrally_tui.findings.severity import Severity
from solarrally_tui.provisioning.deployment.context import Run
from solarrally_tui.provisioning.deployment.domain import certificate_wait
from solarrally_tui.provisioning.deployment.step_graph import VERIFY
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError

Ask = Callable[[], Awaitable[str]]
"""Returns what is wrong with the site at its own name; empty where it answers as it should."""


async def pointed(run: Run, ask: Ask) -> None:
    """Wait until the site's name leads to CloudFront; say at once which record does that.

    Raises StepError (waiting for you) when nobody has set it after patience.GIVE_UP_SECONDS.
    """
    dns, told = Dns.of_environment(), [""]
    plain = _not_pointed(run)

    async def look() -> bool | None:
        found = await points(dns, run.site.domain.name, _target(run))
        if found.severity is Severity.OK or not await ask():
            return True
        if not told[0]:
            told[0] = f"{plain.what} {plain.next}"
            run.voice.step(VERIFY, State.WAITING_FOR_YOU, told[0])
        return None

    try:
        await poll(look, every=1.0, slowest=10.0, limit=certificate_wait.GIVE_UP_SECONDS)
    except StillWaitingError as error:
        raise StepError(plain, Exit.WAITING_FOR_YOU) from error


def _target(run: Run) -> str:
    return run.outputs["edge"]["DistributionDomainName"]


def _not_pointed(run: Run) -> Plain:
    domain = run.site.domain.name
    return Plain(
        what=f"The site serves, but {domain} does not lead to it yet.",
        why=f"The DNS of {domain} has no record that leads to CloudFront.",
        next=f"Where the DNS of the domain is, set this record: "
        f"{in_words([address_record(domain, _target(run))])} It is seen by itself; run the same "
        "command again if this one has ended.",
    )
