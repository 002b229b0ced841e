"""What a deployment refuses before it changes anything, and what it warns of."""

from collections.abc import Mapping
from dataclasses import dataclass

from solarrally_tui.aws.errors import Plain
from solarrally_tui.blueprints import blueprint, of_shape
from solarrally_tui.deployed import record
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.deployed.stack import Stack
from solarrally_tui.policy.scope import overlaps
from solarrally_tui.provisioning.deployment.builds import given_image
from solarrally_tui.provisioning.deployment.domain import domain_change
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.provisioning.identities.foreign import refuse_foreign_names
from solarrally_tui.site.model import Site
from solarrally_tui.site.regions import WITHOUT_IOT
from solarrally_tui.source.finding import SourceFinding


@dataclass(frozen=True, slots=True)
class Guarded:
    """A site that may be deployed."""

    warnings: tuple[str, ...]
    """What to know before, each a sentence or more."""
    there: Mapping[str, Stack | None]
    """Its stacks by their ids."""


async def check(site: Site, stacks: SiteStacks) -> Guarded:
    """Refuse what would harm what exists, and return what to know before a site is deployed.

    Changes nothing. Raises StepError with the status of a refusal, ForeignResourceError and
    AwsError.
    """
    if site.region in WITHOUT_IOT:
        raise StepError(_no_iot(site.region), Exit.REFUSED)
    there = await refuse_foreign_names(stacks)
    known = await record.find(stacks.door, site.name)
    # Without a valid record, the stacks show where the site is.
    has_stacks = any(one and one.is_created for one in there.values())
    region = (
        known.region
        if known
        else None
        if has_stacks
        else await record.region(stacks.door, site.name)
    )
    if region and region != site.region:
        raise StepError(_moved(site.name, region, site.region), Exit.REFUSED)
    if wrong := _other_shape(site, there):
        raise StepError(wrong, Exit.REFUSED)
    if known is None and not has_stacks:
        await _refuse_overlap(site.name, stacks)
    change = await domain_change.preview(site, stacks)
    if change.refused:
        raise StepError(change.refused, Exit.REFUSED)
    await _refuse_other_network(site, stacks)
    return Guarded((*change.warnings, *await _image_warnings(site, stacks)), there)


async def _refuse_overlap(name: str, stacks: SiteStacks) -> None:
    others = [other for other in await record.names(stacks.door) if overlaps(name, other)]
    if others:
        raise StepError(_named_alike(name, others[0]), Exit.REFUSED)


async def _refuse_other_network(site: Site, stacks: SiteStacks) -> None:
    """Refuse a change whose end AWS would refuse: subnets in use are not deleted."""
    network, size = await stacks.parameters("network"), site.size
    zones, range_ = network.get("ZoneCount", ""), network.get("VpcCidr", "")
    if zones and int(zones) > size.zones:
        raise StepError(_fewer_zones(site.name, zones, size.zones), Exit.REFUSED)
    if range_ and range_ != size.vpc_cidr:
        raise StepError(_other_range(site.name, range_, size.vpc_cidr), Exit.REFUSED)


async def _image_warnings(site: Site, stacks: SiteStacks) -> tuple[str, ...]:
    """Check an image that the operator gives.

    One that runs already is not checked again: public registries count such requests.
    """
    image, architecture = site.application.image, site.size.architecture
    running = await stacks.parameters("app") if image else {}
    if not image or (image, architecture.value) == (
        running.get("AppImage"),
        running.get("Architecture"),
    ):
        return ()
    checked = await given_image.check(image, architecture, stacks.door)
    if checked.blockers:
        raise StepError(_no_such_image(image, checked.blockers[0]), Exit.REFUSED)
    return tuple(finding.what for finding in checked.findings)


def _other_shape(site: Site, there: Mapping[str, Stack | None]) -> Plain | None:
    """Refuse another shape than the one whose stacks exist, whole or half."""
    kept = {item.id for item in of_shape(site.size.shape)}
    other = [id_ for id_, stack in there.items() if stack and id_ not in kept and stack.is_created]
    if not other:
        return None
    running = blueprint(other[0]).shape
    return Plain(
        what=f"The site {site.name} has the shape {running}; the site file says {site.size.shape}.",
        why="One cannot take over from the other while people use the site: the tasks, the load "
        "balancer and CloudFront's way to them would have to go first. Nothing was changed.",
        next=f'Set size.shape = "{running}". For {site.size.shape}, deploy a second site and bring '
        "the data there: its final snapshot in size.database_snapshot, or solarrally import.",
    )


def _no_iot(region: str) -> Plain:
    return Plain(
        what=f"AWS does not offer AWS IoT Core in {region}, so a site cannot run there.",
        why="Chargers send their telemetry to AWS IoT Core in the site's own Region.",
        next="Choose another Region near the chargers. The wizard lists those that have every "
        "service.",
    )


def _moved(site: str, there: str, wanted: str) -> Plain:
    return Plain(
        what=f"The site {site} is in {there}; the site file says {wanted}.",
        why="A site cannot move to another Region.",
        next=f"Set region to {there}, choose another name, or destroy the site there first.",
    )


def _named_alike(site: str, other: str) -> Plain:
    return Plain(
        what=f"The names {site} and {other} are too much alike. Nothing was changed.",
        why="CloudFormation names resources after site and stack, and IAM limits policies by these "
        f"names. Policies of {min(site, other, key=len)} would reach {max(site, other, key=len)}.",
        next="Choose a name that is not another site's name and the name of a stack.",
    )


def _fewer_zones(site: str, there: str, wanted: int) -> Plain:
    return Plain(
        what=f"The network of {site} has {there} Availability Zones; the site file says {wanted}.",
        why="AWS does not delete the subnets of a zone while the load balancer, tasks or the "
        "database use them. They would stay behind, in no stack. Nothing was changed.",
        next=f"Set size.zones to {there}. A third zone costs nothing, unless size.egress is "
        "nat-per-az.",
    )


def _other_range(site: str, there: str, wanted: str) -> Plain:
    return Plain(
        what=f"The network of {site} has the range {there}; the site file says {wanted}.",
        why="Another range needs another VPC, and neither the database nor the load balancer can "
        "move to it. AWS would keep the present one, in no stack. Nothing was changed.",
        next=f"Set size.vpc_cidr to {there}. For {wanted}, deploy a second site, and bring the "
        "data there: its final snapshot in size.database_snapshot, or solarrally import.",
    )


def _no_such_image(image: str, finding: SourceFinding) -> Plain:
    return Plain(
        what="The application's image cannot run in this site. Nothing was changed.",
        why=finding.what,
        next=f"{finding.remedy[:1].upper()}{finding.remedy[1:]}",
        detail=image,
    )
