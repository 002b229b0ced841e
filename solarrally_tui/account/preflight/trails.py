"""Which audit trails the account has: AWS charges for every trail but the first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.findings.finding import Finding, unknown
from solarrally_tui.findings.severity import Severity
from solarrally_tui.site.model import Site

USD_FOR_100K_EVENTS: Final = 2
"""For every trail but the first, the same in all Regions. A test compares the price book."""

_TITLE: Final = "Audit trail"


@dataclass(frozen=True, slots=True)
class OtherTrails:
    """The account's trails that record here, by name, without the site's own."""

    recording: tuple[str, ...] = ()
    """Those of management events."""
    unclear: tuple[str, ...] = ()
    """Those of which AWS does not let these credentials read what they record."""


async def others(door: Door, site: str) -> OtherTrails:
    """Return the trails that record in this Region, without the site's own.

    Trails of other Regions and of the organization count, where they record this Region too. Raises
    AwsError.
    """
    response = await door.call("cloudtrail", "describe_trails", includeShadowTrails=True)
    trails = [trail for trail in response["trailList"] if trail["Name"] != f"solarrally-{site}"]
    records = {str(trail["Name"]): await _records_management(door, trail) for trail in trails}
    return OtherTrails(
        tuple(sorted(name for name, known in records.items() if known)),
        tuple(sorted(name for name, known in records.items() if known is None)),
    )


async def _records_management(door: Door, trail: Mapping[str, Any]) -> bool | None:
    """Whether a trail records management events; None where AWS does not let us read that."""
    try:
        response = await door.call(
            "cloudtrail",
            "get_event_selectors",
            str(trail["HomeRegion"]),
            TrailName=trail["TrailARN"],
        )
    except AwsError as error:
        # The trail of an organization belongs to another account.
        if error.kind not in {Kind.DENIED, Kind.NOT_FOUND}:
            raise
        return None
    basic = response.get("EventSelectors") or ()
    if any(selector.get("IncludeManagementEvents") for selector in basic):
        return True
    return any(map(_is_management, response.get("AdvancedEventSelectors") or ()))


def _is_management(selector: Mapping[str, Any]) -> bool:
    fields: Iterable[Mapping[str, Any]] = selector["FieldSelectors"]
    return any(
        field["Field"] == "eventCategory" and "Management" in (field.get("Equals") or ())
        for field in fields
    )


def judge(site: Site, trails: OtherTrails) -> Finding:
    """Judge whether the site's trail is the account's first, or else which one records."""
    names = trails.recording
    if trails.unclear and not names:
        return not_known(f"these credentials may not read what {trails.unclear[0]} records.")
    if site.governance.trail and names:
        return Finding(
            "trail",
            _TITLE,
            Severity.WARN,
            f"A second trail: the account already has {names[0]}.",
            f"AWS charges {USD_FOR_100K_EVENTS} USD per 100,000 events for this site's trail. Set "
            "governance.trail = false unless you want a separate audit log for this site.",
        )
    if site.governance.trail:
        return Finding(
            "trail", _TITLE, Severity.OK, "The account's first trail, which is free of charge."
        )
    if names:
        return Finding("trail", _TITLE, Severity.OK, f"The account has the trail {names[0]}.")
    return Finding(
        "trail",
        _TITLE,
        Severity.WARN,
        "None: nothing records who changes what in this account.",
        "Set governance.trail = true. The first trail of an account is free of charge, apart from "
        "the few megabytes that it stores.",
    )


def not_known(why: str) -> Finding:
    """Return the finding where the trails could not be read."""
    fix = (
        "AWS charges for every trail of an account but the first. If CloudTrail in the console "
        "shows one, set governance.trail = false."
    )
    return unknown("trail", _TITLE, why, fix)
