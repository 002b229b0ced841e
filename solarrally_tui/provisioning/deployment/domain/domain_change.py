"""What a changed domain does to a running site, in words, and which change is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from solarrally_tui.aws.errors import Plain
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.site.model import Site

PUBLIC: Final = "public-alb"

_MINUTES: Final = {"add": 25, "change": 50, "remove": 25, "dns": 15, "": 0}
"""Our estimate: CloudFront creates a VPC origin in up to 15 minutes and moves in 5 to 10."""


@dataclass(frozen=True, slots=True)
class DomainChange:
    """A change of the domain of a running site."""

    kind: str
    """add, change, remove, dns (the same name, hosted by another provider), or empty."""
    refused: Plain | None = None
    """Why it is not done at all."""
    warnings: tuple[str, ...] = ()
    """What to know before, one sentence or more each."""

    @property
    def minutes(self) -> int:
        """About how long it takes, in minutes, once every DNS record exists."""
        return _MINUTES[self.kind]


async def preview(site: Site, stacks: SiteStacks) -> DomainChange:
    """Compare a site's domain with the one that runs. Raises AwsError."""
    balancer, edge = [await stacks.parameters(stack_id) for stack_id in ("balancer", "edge")]
    return judge(balancer, edge, site)


def judge(balancer: Mapping[str, str], edge: Mapping[str, str], site: Site) -> DomainChange:
    """Return what a site's domain means for stacks that run with these parameters.

    balancer, edge: no parameters mean that the stack does not exist yet.
    """
    domain = site.domain
    origin = balancer.get("OriginMode", domain.origin)
    if origin != domain.origin:
        return DomainChange("", _other_origin(origin, domain.origin))
    before = edge.get("DomainName", "")
    # Without a load balancer or functions it serves the page alone: the first deployment has not
    # ended.
    functions = bool(edge.get("ApiHost"))
    serves = functions or (bool(edge) and edge.get("LoadBalancerArn") != "")
    if not serves or (not before and not domain.name):
        return DomainChange("")
    if before != domain.name:
        return _renamed(before, domain.name, "" if functions else domain.origin)
    was_external = not edge.get("HostedZoneId")
    if was_external == domain.is_external:
        return DomainChange("")
    return DomainChange("dns", warnings=(_moved_dns(domain.name, external=domain.is_external),))


def _renamed(before: str, after: str, origin: str) -> DomainChange:
    if not before:
        return DomainChange("add", warnings=(_added(after),))
    if not after:
        return DomainChange("remove", warnings=(_removed(before),))
    meanwhile = _INTERRUPTED if origin == PUBLIC else _UNINTERRUPTED
    way = (meanwhile,) if origin else ()  # to a load balancer; functions have none
    return DomainChange("change", warnings=(_changed(before, after), *way))


def _added(name: str) -> str:
    return (
        f"The site stays at its present address until https://{name} is up. From then on only "
        f"https://{name} reaches the application: CloudFront's own address shows an error for "
        "/api and the live view."
    )


def _changed(before: str, after: str) -> str:
    return (
        f"https://{before} keeps working until https://{after} takes over, then stops. There is no "
        "time when both work. Bookmarks and links need the new name."
    )


def _removed(name: str) -> str:
    return (
        f"https://{name} stops working; viewers need CloudFront's own address. Remove the records "
        "of the name that you created by hand."
    )


_UNINTERRUPTED: Final = (
    "Meanwhile CloudFront reaches the load balancer over HTTP through its VPC origin, so nothing "
    "is interrupted. CloudFront therefore moves twice instead of once."
)

_INTERRUPTED: Final = (
    "With domain.origin public-alb the load balancer gets its new certificate before CloudFront "
    "moves: /api and the live view do not answer for about ten minutes."
)


def _moved_dns(name: str, *, external: bool) -> str:
    if external:
        return (
            f"The records of {name} in the hosted zone are deleted. Before you continue, create "
            "the records that you are shown where the domain is managed now, or the name is not "
            "found."
        )
    return (
        f"The records of {name} are created in the hosted zone. They take effect once the domain "
        "is delegated to it; leave the present records until then."
    )


def _other_origin(there: str, wanted: str) -> Plain:
    return Plain(
        what=f"The site runs with domain.origin = {there}; the answers say {wanted}.",
        why="The load balancer would have to be replaced, but its target group can belong to only "
        "one at a time: the site would go down, or AWS would refuse half way. Nothing was changed.",
        next=f"Set domain.origin to {there}. For {wanted}, create a second site beside this one, "
        "or destroy this one (its last snapshot is kept) and deploy it again.",
    )
