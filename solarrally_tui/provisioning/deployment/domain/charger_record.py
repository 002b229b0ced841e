"""Leading the chargers' host to the site's Region, once AWS IoT serves it there."""

from solarrally_tui.account.lookups import Endpoint
from solarrally_tui.aws.errors import Plain
from solarrally_tui.domains import charger_host
from solarrally_tui.domains.dns_lookup import Dns
from solarrally_tui.domains.dns_records import in_words
from solarrally_tui.findings.severity import Severity
from solarrally_tui.provisioning.deployment.context import Deployment


async def follow(deployment: Deployment, before: str) -> tuple[bool, tuple[Plain, ...]]:
    """Bring the record to the answers; return whether it changed, and what is left to do.

    before: the host that the site had. A record that leads elsewhere is left: a recovery or a
    person has set it. Raises AwsError.
    """
    host, door, facts = deployment.site.domain.charger_host, deployment.door, deployment.facts
    target = Endpoint(facts.iot_host, facts.iot_port).address
    # A recovery leads chargers here at its end, once they may connect.
    is_recovery = bool(deployment.site.size.database_backup) and not before
    gone = before not in {"", host} and await charger_host.withdraw(door, before, target)
    if not host or is_recovery:
        return gone, ()
    if deployment.site.domain.is_external:
        found = await charger_host.check(Dns.of_environment(), host, target)
        return gone, () if found.severity is Severity.OK else (_to_create(host, target),)
    zone = facts.hosted_zone_id
    leads = await charger_host.leads_to(door, zone, host)
    if leads:
        return gone, () if leads == target.lower() else (_elsewhere(host, leads, target),)
    await charger_host.lead(door, zone, host, target)
    return True, ()


def _to_create(host: str, target: str) -> Plain:
    return Plain(
        what=f"{host} does not lead chargers to the site yet.",
        why="Its DNS is managed elsewhere. Chargers that connect to AWS's own host are served.",
        next="Create this DNS record where the domain is managed: "
        f"{in_words([charger_host.record(host, target)])}",
    )


def _elsewhere(host: str, leads: str, target: str) -> Plain:
    return Plain(
        what=f"{host} leads to {leads}. Its record was not changed.",
        why="Somebody has set it: a recovery in another Region, or a person.",
        next=f"If its chargers belong here, let it lead to {target} in Route 53.",
    )
