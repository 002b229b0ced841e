"""Which audit trails the account has: AWS gives the first one away and bills every further one."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.findings.finding import Finding, unknown
from solarrally_tui.findings.severity import Severity
from solarrally_tui.site.model import Site

USD_FOR_100K_EVENTS: Final = 2
"""Of every trail but the first, the same in all Regions. A test holds it to the price book."""

_TITLE: Final = "Audit trail"


async def others(door: Door, site: str) -> tuple[str, ...]:
    """Return the names of trails that record management events here, without the site's own.

    Trails of other Regions and of the organization count, where they record this Region too. Raises
    AwsError.
    """
    told = await door.call("cloudtrail", "describe_trails", includeShadowTrails=True)
    found = [each for each in told["trailList"] if each["Name"] != f"solarrally-{site}"]
    return tuple(sorted([str(t["Name"]) for t in found if await _records_management(door, t)]))


async def _records_management(door: Door, trail: Mapping[str, Any]) -> bool:
    try:
        told = await door.call(
            "cloudtrail",
            "get_event_selectors",
            str(trail["HomeRegion"]),
            TrailName=trail["TrailARN"],
        )
    except AwsError:
        # A trail of the organization may be somebody else's to read. It records all the same.
        return True
    plain = (each.get("IncludeManagementEvents") for each in told.get("EventSelectors") or ())
    return any(plain) or any(map(_is_management, told.get("AdvancedEventSelectors") or ()))


def _is_management(selector: Mapping[str, Any]) -> bool:
    fields: Iterable[Mapping[str, Any]] = selector["FieldSelectors"]
    return any(
        field["Field"] == "eventCategory" and "Management" in (field.get("Equals") or ())
        for field in fields
    )


def judge(site: Site, names: tuple[str, ...]) -> Finding:
    """Judge whether the site's trail is the account's first, and who records if it has none."""
    if site.governance.trail and names:
        return Finding(
            "trail",
            _TITLE,
            Severity.WARN,
            f"A second one: the account has {names[0]} already.",
            f"AWS bills the site's own, {USD_FOR_100K_EVENTS} USD for 100,000 events. Set "
            "governance.trail = false unless you want an audit log that is this site's.",
        )
    if site.governance.trail:
        return Finding(
            "trail", _TITLE, Severity.OK, "The account's first, which AWS does not bill."
        )
    if names:
        return Finding("trail", _TITLE, Severity.OK, f"The account has {names[0]}.")
    return Finding(
        "trail",
        _TITLE,
        Severity.WARN,
        "None: nothing keeps who changed what in this account.",
        "Set governance.trail = true. AWS does not bill the first trail of an account, only the "
        "few megabytes that it stores.",
    )


def not_known(why: str) -> Finding:
    """Say that the trails could not be looked at."""
    fix = (
        "AWS bills every trail of an account but the first. Look in CloudTrail whether there is "
        "one, and set governance.trail = false if so."
    )
    return unknown("trail", _TITLE, why, fix)
