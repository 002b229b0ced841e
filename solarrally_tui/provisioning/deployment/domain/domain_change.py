"""What a changed domain does to a site that runs, in words; and what is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Plain
from solarrally_tui.deployed import stack
from solarrally_tui.site.model import Site
from solarrally_tui.site.names import stack_name

PUBLIC: Final = "public-alb"

_MINUTES: Final = {"add": 25, "change": 50, "remove": 25, "dns": 15, "": 0}
"""Our estimate: CloudFront makes a VPC origin in up to 15 minutes and moves in 5 to 10."""


@dataclass(frozen=True, slots=True)
class DomainChange:
    """A change of the domain of a running site.

    kind: add, change, remove, dns (the same name, answered for by somebody else), or empty.
    refused: why it is not done at all. warnings: what to know before, one sentence or more each.
    """

    kind: str
    refused: Plain | None = None
    warnings: tuple[str, ...] = ()

    @property
    def minutes(self) -> int:
        """About how long it takes, in minutes, once every DNS record is there."""
        return _MINUTES[self.kind]


async def preview(door: Door, site: Site) -> DomainChange:
    """Compare a site's domain with what runs. The door is in its Region. Raises AwsError."""
    app, edge = [
        await stack.find(door, stack_name(site.name, id_), site.region) for id_ in ("app", "edge")
    ]
    return judge(_parameters(app), _parameters(edge), site)


def _parameters(found: stack.Stack | None) -> Mapping[str, str]:
    if found is None or found.is_shell or found.status in stack.DEAD:
        return {}
    return found.parameters


def judge(app: Mapping[str, str], edge: Mapping[str, str], site: Site) -> DomainChange:
    """Say what a site's domain means for stacks with these parameters; none means no stack yet."""
    domain = site.domain
    origin = app.get("OriginMode", domain.origin)
    if origin != domain.origin:
        return DomainChange("", _other_origin(origin, domain.origin))
    before = edge.get("DomainName", "")
    if not edge or (not before and not domain.name):
        return DomainChange("")
    if before != domain.name:
        return _renamed(before, domain.name, domain.origin)
    was_external = not edge.get("HostedZoneId")
    if was_external == domain.is_external:
        return DomainChange("")
    return DomainChange("dns", warnings=(_moved_dns(domain.name, external=domain.is_external),))


def _renamed(before: str, after: str, origin: str) -> DomainChange:
    if not before:
        return DomainChange("add", warnings=(_added(after),))
    if not after:
        return DomainChange("remove", warnings=(_removed(before),))
    told = (_changed(before, after), _interrupted() if origin == PUBLIC else _by_the_plain_way())
    return DomainChange("change", warnings=told)


def _added(name: str) -> str:
    return (
        f"The site goes on at its present address until https://{name} serves. From then on only "
        f"https://{name} reaches the application: CloudFront's own address shows an error for "
        "/api and the live view."
    )


def _changed(before: str, after: str) -> str:
    return (
        f"https://{before} goes on until https://{after} takes over, and does not answer from then "
        "on. There is no time when both do. Bookmarks and links need the new name."
    )


def _removed(name: str) -> str:
    return (
        f"https://{name} does not answer any more; viewers need CloudFront's own address. Remove "
        "the records of the name where you made them by hand."
    )


def _by_the_plain_way() -> str:
    return (
        "CloudFront takes the way without a name to the load balancer meanwhile, so nothing is "
        "interrupted. That takes two moves of CloudFront in place of one."
    )


def _interrupted() -> str:
    return (
        "With domain.origin public-alb the load balancer gets its new certificate before "
        "CloudFront moves: /api and the live view do not answer for about ten minutes."
    )


def _moved_dns(name: str, *, external: bool) -> str:
    if external:
        return (
            f"The records of {name} in the hosted zone are removed. Where its DNS is now, set the "
            "records that are told before you go on, or the name is not found."
        )
    return (
        f"The records of {name} are made in the hosted zone. They count once the domain is "
        "delegated to it; leave the records where they are now until then."
    )


def _other_origin(there: str, wanted: str) -> Plain:
    return Plain(
        what=f"The site runs with domain.origin = {there}; the answers say {wanted}.",
        why="The load balancer would have to be replaced, and its target group can belong to only "
        "one at a time: the site would be away, or AWS would refuse half way. Nothing was changed.",
        next=f"Set domain.origin to {there}. For {wanted}, make a second site beside this one, or "
        "destroy this one (its last snapshot is kept) and deploy it again.",
    )
