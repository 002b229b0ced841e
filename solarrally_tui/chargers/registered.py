"""A charger that is registered: its thing, which shows whose it is."""

from collections.abc import Mapping
from dataclasses import dataclass

from solarrally_tui.chargers.files import check_name
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.deployed.fleet_index import REVOKED
from solarrally_tui.deployed.site import DeployedSite


@dataclass(frozen=True, slots=True)
class Registered:
    """The thing of a charger."""

    name: str
    thing_arn: str
    attributes: Mapping[str, str]

    @property
    def revoked(self) -> str:
        """Since when it is revoked, as YYYYMMDD; empty for a charger that is not."""
        return self.attributes.get(REVOKED, "")


async def find(name: str, site: DeployedSite) -> Registered | None:
    """Return a charger of a site; None where nothing has this name.

    Raises ChargerError where the name belongs to something else, and AwsError.
    """
    known = await site.door.find("iot", "describe_thing", thingName=name)
    if known is None:
        return None
    attributes = known.get("attributes") or {}
    owner = attributes.get("site")
    if owner != site.name:
        raise ChargerError(
            what=f"The name {name} is taken.",
            why=f"Thing names are unique in a Region. In {site.region} it belongs to "
            + (f"the site {owner}." if owner else "something that is not a SolarRally site."),
            next=f"Choose another name, for example {site.name}-{name}.",
        )
    return Registered(name, str(known["thingArn"]), attributes)


async def own(name: str, site: DeployedSite) -> Registered:
    """Return a charger of a site. Raises ChargerError where the site has none of this name."""
    check_name(name)
    known = await site.door.find("iot", "describe_thing", thingName=name)
    attributes = (known or {}).get("attributes") or {}
    if known is None or attributes.get("site") != site.name:
        raise ChargerError(
            what=f"{site.name} has no charger {name}.",
            why=f"AWS IoT has no thing of this name in {site.region}."
            if known is None
            else "The thing of this name belongs to something else. It was not changed.",
            next=f"List the chargers: solarrally chargers list --site {site.name}",
        )
    return Registered(name, str(known["thingArn"]), attributes)
