"""Leading the chargers' host to the site's Region, once AWS IoT serves it there."""

from collections.abc import Mapping

from solarrally_tui.account.iot_endpoints import Endpoint
from solarrally_tui.aws.errors import Plain
from solarrally_tui.domains import charger_host, replaced_certificates, standby_host
from solarrally_tui.domains.dns_lookup import Dns
from solarrally_tui.domains.dns_records import in_words
from solarrally_tui.findings.severity import Severity
from solarrally_tui.provisioning.deployment.context import Deployment


async def make_room(deployment: Deployment, before: Mapping[str, str]) -> None:
    """Let a recovered site have the host that was on standby in its Region. Raises AwsError.

    before: the parameters that the stack had.
    """
    if _is_recovery(deployment, before):
        site = deployment.site
        await standby_host.release(deployment.door, site.topic_name, site.domain.charger_host)


async def follow(
    deployment: Deployment, before: Mapping[str, str]
) -> tuple[bool, tuple[Plain, ...]]:
    """Bring the record to the answers; return whether it changed, and what is left to do.

    before: the parameters that the stack had. A record that leads elsewhere is left: a recovery or
    a person has set it. Raises AwsError.
    """
    host, door, facts = deployment.site.domain.charger_host, deployment.door, deployment.facts
    target = Endpoint(facts.iot_host, facts.iot_port).address
    gone = False
    if (old := before.get("DomainName", "")) not in {"", host}:
        gone = await charger_host.withdraw(door, old, target)
        if arn := before.get("CertificateArn"):
            await replaced_certificates.delete(door, arn)
    # A recovery leads chargers here at its end, once they may connect.
    if not host or _is_recovery(deployment, before):
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


def _is_recovery(deployment: Deployment, before: Mapping[str, str]) -> bool:
    """Whether this deployment makes a lost site again, of which nothing is there yet."""
    site = deployment.site
    return bool(site.domain.charger_host and site.size.database_backup) and not before


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
