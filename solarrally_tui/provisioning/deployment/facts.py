"""What only the account can tell, looked up before the first stack is deployed."""

import asyncio
from collections.abc import Mapping

from solarrally_tui.account import cost_tags, lookups
from solarrally_tui.account.availability_zones import usable_zones
from solarrally_tui.account.iot_endpoints import iot_endpoint
from solarrally_tui.aws.errors import Plain
from solarrally_tui.deployed import record
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.deployed.stack import Stack
from solarrally_tui.domains import standby_host
from solarrally_tui.domains.hosted_zones import public_zones
from solarrally_tui.domains.name_obstacles import missing_zone, refused_twins, same_named
from solarrally_tui.findings.finding import Finding
from solarrally_tui.provisioning.deployment import database, kept_names
from solarrally_tui.provisioning.deployment.budget import monthly_budget, what_it_counts
from solarrally_tui.provisioning.deployment.builds import build_source
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.site.model import Site
from solarrally_tui.stacks.facts import Facts


async def look_up(site: Site, stacks: SiteStacks, there: Mapping[str, Stack | None]) -> Facts:
    """Return every fact that the parameters of the stacks need. Changes nothing.

    there: every stack of the site by its id, as it is now.
    Raises StepError where a site cannot be deployed with what the account has, and AwsError.
    """
    door, app = stacks.door, there.get("app")
    running = app.parameters if app and app.is_created else {}
    iot = there.get("iot")
    hosted = iot.parameters if iot and iot.is_created else {}
    others, only_site = await asyncio.gather(
        record.names(door), cost_tags.is_active(door) if site.alerts.budget else _no()
    )
    beside = [name for name in others if name != site.name]
    counts = what_it_counts(site, beside, only_site=only_site)
    keeps_host = hosted.get("DomainName") == site.domain.charger_host
    prepared = await _prepared_certificate(site, stacks)
    identity, zones, chosen, prefix_list, endpoint, hosted_zone = await asyncio.gather(
        door.identity(),
        _zones(site, stacks),
        database.look_up(site, stacks),
        lookups.cloudfront_prefix_list(door),
        iot_endpoint(door),
        _hosted_zone(site, stacks),
    )
    return Facts(
        account_id=identity.account,
        partition=identity.partition,
        availability_zones=zones,
        engine_version=chosen.engine_version,
        volume=chosen.volume,
        name_suffixes=kept_names.suffixes(site, there),
        warnings=(*chosen.warnings, counts) if counts else chosen.warnings,
        cloudfront_prefix_list_id=prefix_list,
        iot_host=endpoint.host,
        iot_port=endpoint.port,
        hosted_zone_id=hosted_zone,
        charger_host_zone_id=hosted.get("HostedZoneId", "") if keeps_host else hosted_zone,
        charger_certificate_arn=hosted.get("CertificateArn", "") if keeps_host else prepared,
        running_image=running.get("AppImage", ""),
        rollout_alarm=running.get("RolloutAlarm") == "true",
        build_source_key=build_source.source_key(),
        monthly_budget_usd=monthly_budget(site),
        budget_of_site=only_site,
    )


async def _prepared_certificate(site: Site, stacks: SiteStacks) -> str:
    """Return the certificate of the host that stands ready where a site is being recovered."""
    if not (site.domain.charger_host and site.size.database_backup):
        return ""
    return await standby_host.ready(stacks.door, site.topic_name, site.domain.charger_host)


async def _no() -> bool:
    return False


async def _zones(site: Site, stacks: SiteStacks) -> tuple[str, ...]:
    """Keep the zones of a network that exists: other ones would replace its subnets.

    A third one is added behind them.
    """
    wanted = site.size.zones
    names = (await stacks.parameters("network")).get("AvailabilityZones", "")
    kept = tuple(zone for zone in names.split(",") if zone)
    if len(kept) >= wanted:
        return kept
    usable = await usable_zones(stacks.door, wanted, site.network.avoid_zones)
    return (*kept, *(zone for zone in usable if zone not in kept))[:wanted]


async def _hosted_zone(site: Site, stacks: SiteStacks) -> str:
    """Return the id of the zone for the site's records; keep the one that has them already."""
    domain, door = site.domain, stacks.door
    if not domain.names or domain.is_external:
        return ""
    if domain.hosted_zone_id:
        return domain.hosted_zone_id
    name, stack = domain.names[0], "edge" if domain.name else "iot"
    known, zones = await asyncio.gather(stacks.parameters(stack), public_zones(door))
    if known.get("DomainName") == name and known.get("HostedZoneId"):
        return known["HostedZoneId"]
    fitting = same_named(name, zones)
    if not fitting:
        raise StepError(_refused(missing_zone(name)), Exit.REFUSED)
    if len(fitting) > 1:
        raise StepError(_refused(await refused_twins(door, fitting)), Exit.REFUSED)
    return fitting[0].id


def _refused(zone: Finding) -> Plain:
    return Plain(what=zone.line, why="", next=zone.fix, about="domain.dns")
