"""What deleting a site loses and what stays, known before it begins."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.blueprints import of_shape
from solarrally_tui.deployed import fleet_index, record
from solarrally_tui.deployed.dashboard.site_http import browsable
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.domains.hosted_zones import MONTHLY_USD
from solarrally_tui.pricing.advice.situations import Leftover, after_destroy, together
from solarrally_tui.provisioning.deployment.step_graph import title_of
from solarrally_tui.provisioning.teardown import leftovers
from solarrally_tui.site.model import Site
from solarrally_tui.text.enumeration import counted

_AUDIT_LOG: Final = "Audit log"
_MOST: Final = ", at most"
"""End of the name of what may cost less."""
_EMPTY: Final = " It holds nothing if the site was never up."
_NOT_KNOWN: Final = (
    "A final snapshot of the database, the audit log, and backups and archives where you chose "
    "them. What they cost is not known here."
)


@dataclass(frozen=True, slots=True)
class Losses:
    """What a site has that its deletion ends, and what costs money afterwards."""

    site: Site | None
    """The answers that it was deployed with; None where the account does not have them."""
    chargers: int | None = None
    """How many are registered and not revoked; None where AWS does not say."""
    address: str = ""
    """Of its page; empty where it has none, or AWS does not report it."""
    snapshots: tuple[Decimal | None, ...] = ()
    """USD a month of each snapshot that exists already, as of an earlier site of this name."""
    parts: Mapping[str, str] = field(default_factory=dict)
    """The stacks that exist, by their ids, with what people call each, of a site that is not
    complete; empty for a complete one, or where AWS does not report them."""

    def lines(self, money: Callable[[Decimal], str], *, delete_data: bool = False) -> list[str]:
        """Return it as headings and indented lines.

        money: writes an amount of USD. delete_data: as for destroy.
        """
        kept = [] if delete_data else [*self._kept(money), *self._earlier(money)]
        stays = [*kept, *self._domain(money)]
        return [
            "Deleted:",
            *_indented(self._deleted(delete_data=delete_data)),
            *(("Stays until you delete it:", *_indented(stays)) if stays else ()),
        ]

    def _deleted(self, *, delete_data: bool) -> list[str]:
        kept = ", its snapshots and backups, the audit log and the archive" if delete_data else ""
        if self.parts:
            titles = ", ".join(self.parts.values())
            return [*_certificates(self.chargers), f"What exists of it: {titles}."]
        return [
            *_certificates(self.chargers),
            f"The page {self.address} and its passwords." if self.address else "The site's page.",
            f"The database with its users{kept}.",
            "The application, its logs and its alarms.",
        ]

    def _kept(self, money: Callable[[Decimal], str]) -> list[str]:
        kept = tuple(left for left in self._after_destroy() if self._exists(left))
        if self.parts and not kept:
            return []
        total = together(left.monthly for left in kept)
        if not kept or total is None:
            return [_NOT_KNOWN]
        listed = [
            f"{left.what.removesuffix(_MOST)}: {money(left.monthly)} a month"
            f"{' at most' if left.what.endswith(_MOST) else ''}."
            f"{self._perhaps_empty(left)}"
            for left in kept
            if left.monthly is not None
        ]
        return [*listed, f"Together: {money(total)} a month at most."]

    def _after_destroy(self) -> tuple[Leftover, ...]:
        return after_destroy(self.site) if self.site else ()

    def _exists(self, left: Leftover) -> bool:
        """Whether the stack exists of which something would stay."""
        stack = "trail" if left.what.startswith(_AUDIT_LOG) else "data"
        return not self.parts or stack in self.parts

    def _perhaps_empty(self, left: Leftover) -> str:
        """Return that a snapshot may hold nothing: of a database without its application."""
        is_alone = bool(self.parts) and not {"app", "functions"} & set(self.parts)
        return _EMPTY if is_alone and left.what.endswith(_MOST) else ""

    def _earlier(self, money: Callable[[Decimal], str]) -> list[str]:
        if not self.snapshots:
            return []
        count = len(self.snapshots)
        named = counted(count, "snapshot that exists", "snapshots that exist")
        total = together(self.snapshots)
        if total is None:
            return [f"{named} already."]
        return [f"{named} already: {money(total)} a month at most."]

    def _domain(self, money: Callable[[Decimal], str]) -> list[str]:
        domain = self.site.domain if self.site else None
        if domain is None or not domain.name:
            return []
        if domain.is_external:
            return [f"DNS records of {domain.name} at its provider."]
        zone = f"The hosted zone of {domain.name}: {money(Decimal(MONTHLY_USD))} a month."
        return [zone, "The domain itself, if Route 53 registered it: it renews each year."]


def _indented(sentences: list[str]) -> list[str]:
    return [f"  {sentence}" for sentence in sentences]


def _certificates(chargers: int | None) -> list[str]:
    if chargers is None:
        return ["The registered chargers: their certificates stop working."]
    if chargers == 1:
        return ["1 registered charger: its certificate stops working."]
    return [f"{chargers} registered chargers: their certificates stop working."] if chargers else []


async def losses(door: Door, name: str) -> Losses:
    """Return what deleting a site loses. What AWS does not say is left open.

    Raises NewerRecordError and AwsError where the account cannot be read at all.
    """
    known = await record.find(door, name)
    if known is None:
        return Losses(None)
    deployed = DeployedSite.of(known, door)
    return Losses(
        deployed.site,
        *await asyncio.gather(
            _registered(deployed), _address(deployed), _snapshots(deployed), _parts(deployed)
        ),
    )


async def _parts(site: DeployedSite) -> dict[str, str]:
    try:
        found = await site.stacks.all()
    except AwsError:
        return {}
    own = [item.id for item in of_shape(site.site.size.shape)]
    there = {
        id_: title_of(id_, stack.status)
        for id_ in own
        if (stack := found[id_]) and stack.is_created
    }
    return there if len(there) < len(own) else {}


async def _registered(site: DeployedSite) -> int | None:
    try:
        return await fleet_index.count(site.door, fleet_index.in_service(site.name))
    except AwsError:
        return None


async def _snapshots(site: DeployedSite) -> tuple[Decimal | None, ...]:
    try:
        taken = await leftovers.snapshots(site.door, site.name)
    except AwsError:
        return ()
    sizes = [Decimal(one.get("AllocatedStorage") or 0) for one in taken]
    return tuple(leftovers.kept_price("snapshot", site.region, size) for size in sizes)


async def _address(site: DeployedSite) -> str:
    try:
        return browsable((await site.stacks.outputs("edge")).get("Url", ""))
    except AwsError:
        return ""
