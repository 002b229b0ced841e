"""The first step: who we are, whether this may be done, and what only the account can tell."""

import asyncio
from math import ceil

from solarrally_tui.account import lookups
from solarrally_tui.account.availability_zones import WITHOUT_IOT, usable_zones
from solarrally_tui.aws.errors import Plain
from solarrally_tui.deployed import record, stack
from solarrally_tui.domains.hosted_zones import most_specific, public_zones
from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.provisioning.deployment.builds import build_source, given_image
from solarrally_tui.provisioning.deployment.context import Run
from solarrally_tui.provisioning.deployment.domain import domain_change
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import End, StepError
from solarrally_tui.site.model import Site
from solarrally_tui.site.names import stack_name
from solarrally_tui.source.finding import SourceFinding


async def look(run: Run) -> End:
    """Check the guards and gather every fact that the stacks' parameters need.

    Raises StepError (refused by a guard) and AwsError. Changes nothing in the account.
    """
    if run.site.region in WITHOUT_IOT:
        raise StepError(_no_iot(run.site.region), Exit.REFUSED)
    identity = await run.door.identity()
    known = await record.find(run.door, run.site.name)
    if known and known.region != run.site.region:
        raise StepError(_moved(run.site.name, known.region, run.site.region), Exit.REFUSED)
    change = await domain_change.preview(run.door, run.site)
    if change.refused:
        raise StepError(change.refused, Exit.REFUSED)
    for warning in change.warnings:
        run.voice.step("account", State.RUNNING, warning)
    zones, version, prefixes, endpoint, zone = await asyncio.gather(
        _zones(run),
        _engine_version(run),
        lookups.cloudfront_prefix_list(run.door),
        lookups.iot_endpoint(run.door),
        _hosted_zone(run),
    )
    await _given_image(run)
    run.facts |= {
        "AccountId": identity.account,
        "Partition": identity.partition,
        "AvailabilityZones": zones,
        "EngineVersion": version,
        "CloudFrontPrefixListId": prefixes,
        "IotEndpoint": endpoint.host,
        "IotPort": endpoint.port,
        "HostedZoneId": zone,
        "BuildSourceKey": build_source.source_key(),
        "BudgetAmount": budget(run.site),
    }
    return End(False, f"Account {identity.account}, {run.site.region}.")


async def _given_image(run: Run) -> None:
    """Look at an image that somebody gives, before anything is made for it.

    One that runs already is not looked at again: public registries count such questions.
    """
    given, architecture = run.site.application.image, run.site.size.architecture
    if not given or (given, architecture.value) == (
        await _parameter(run, "app", "AppImage"),
        await _parameter(run, "app", "Architecture"),
    ):
        return
    checked = await given_image.check(given, architecture, run.door)
    if checked.blockers:
        raise StepError(_no_such_image(given, checked.blockers[0]), Exit.REFUSED)
    for finding in checked.findings:
        run.voice.step("account", State.RUNNING, finding.what)


def budget(site: Site) -> str:
    """Return the site's budget in USD a month, by default its high estimate.

    Raises StepError where nobody said one and prices are missing: a budget guessed too low or too
    high would warn of nothing.
    """
    if site.alerts.monthly_budget_usd:
        return str(site.alerts.monthly_budget_usd)
    expected = estimate(site)
    if not expected.complete:
        raise StepError(_no_budget(site.region), Exit.REFUSED)
    return str(ceil(expected.high))


async def _zones(run: Run) -> str:
    """Keep the zones of a network that exists: other ones would replace its subnets.

    A third one is added behind them.
    """
    wanted = run.site.size.zones
    kept = (await _parameter(run, "network", "AvailabilityZones")).split(",")
    if len(kept) >= wanted:
        return ",".join(kept)
    usable = await usable_zones(run.door, wanted)
    known = [zone for zone in kept if zone]
    return ",".join([*known, *(zone for zone in usable if zone not in known)][:wanted])


async def _engine_version(run: Run) -> str:
    """Keep the version of a database that exists: an upgrade is somebody's decision."""
    kept, wanted = await _parameter(run, "data", "EngineVersion"), run.site.size.database_major
    if kept and kept.partition(".")[0] != str(wanted):
        raise StepError(_other_major(run.site.name, kept, wanted), Exit.REFUSED)
    return kept or await lookups.newest_postgres(run.door, wanted)


async def _parameter(run: Run, which: str, parameter: str) -> str:
    found = await stack.find(run.door, stack_name(run.site.name, which), run.site.region)
    if found is None or found.is_shell or found.status in stack.DEAD:
        return ""
    return found.parameters.get(parameter, "")


async def _hosted_zone(run: Run) -> str:
    domain = run.site.domain
    if not domain.name or domain.is_external:
        return ""
    if domain.hosted_zone_id:
        return domain.hosted_zone_id
    zone = most_specific(domain.name, await public_zones(run.door))
    if zone is None:
        raise StepError(_no_zone(domain.name), Exit.REFUSED)
    return zone.id


def _no_such_image(image: str, finding: SourceFinding) -> Plain:
    return Plain(
        what="The application's image cannot run in this site. Nothing was changed.",
        why=finding.what,
        next=f"{finding.remedy[:1].upper()}{finding.remedy[1:]}",
        detail=image,
    )


def _no_budget(region: str) -> Plain:
    return Plain(
        what=f"There is no budget, and what this site costs in {region} is not fully known.",
        why="The price book lacks prices that matter here, so the budget cannot be worked out.",
        next="Set alerts.monthly_budget_usd in the site file to the amount in USD from which on "
        "you want to be told.",
    )


def _other_major(site: str, kept: str, wanted: int) -> Plain:
    return Plain(
        what=f"The database of {site} is PostgreSQL {kept}; the site file says {wanted}.",
        why="A major version is not changed by a deployment: it stops the database for minutes and "
        "cannot be taken back.",
        next=f"Set size.database_major to {kept.partition('.')[0]}. To change it, make a new site "
        "with the other major version from a snapshot (size.database_snapshot).",
    )


def _no_iot(region: str) -> Plain:
    return Plain(
        what=f"AWS does not offer AWS IoT Core in {region}, so a site cannot run there.",
        why="Chargers send their telemetry to AWS IoT Core in the site's own Region.",
        next="Choose another Region near the chargers; the wizard lists those where everything is.",
    )


def _no_zone(domain: str) -> Plain:
    return Plain(
        what=f"This account has no public Route 53 hosted zone for {domain}.",
        why='With domain.dns = "route53" the records are made in a zone of the same account.',
        next="Create the hosted zone in Route 53 and delegate the domain to it; or, where its DNS "
        'is elsewhere, set domain.dns = "external" and you are told which records to set.',
    )


def _moved(site: str, there: str, wanted: str) -> Plain:
    return Plain(
        what=f"The site {site} is in {there}; the site file says {wanted}.",
        why="A site cannot move to another Region.",
        next=f"Set region to {there}, choose another name, or destroy the site there first.",
    )
