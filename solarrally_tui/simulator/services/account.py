"""The account itself: which Regions it has enabled, their zones, its plan, its organization."""

import datetime as dt
from typing import Final

from ministack.services import ec2

from solarrally_tui.simulator.pins import private
from solarrally_tui.simulator.scenarios.current import CURRENT
from solarrally_tui.simulator.scenarios.regions import ALWAYS_ON, OPT_IN, zone_names
from solarrally_tui.simulator.services.registry import Caller, Parameters, Result, operation
from solarrally_tui.simulator.wire.responses import ApiError

_zone_id = private(ec2, "_az_id_for_zone_name")

_MANAGEMENT: Final = "999999999999"
_FREE_DAYS: Final = 180
"""Days of the free plan (AWS Billing user guide, "Choosing an AWS Free Tier plan")."""
_FREE_CREDITS: Final = 100.0


def _status(region: str) -> str:
    if region in ALWAYS_ON:
        return "ENABLED_BY_DEFAULT"
    if region not in OPT_IN:
        raise ApiError("ValidationException", f"Region {region} is not valid.")
    return "DISABLED" if region in CURRENT.scenario.regions_off else "ENABLED"


@operation("account", "GetRegionOptStatus")
def get_region_opt_status(_caller: Caller, given: Parameters) -> Result:
    """Report whether a Region is enabled."""
    region = given["RegionName"]
    return {"RegionName": region, "RegionOptStatus": _status(region)}


@operation("account", "ListRegions")
def list_regions(_caller: Caller, given: Parameters) -> Result:
    """List every Region, or those with the wanted statuses."""
    wanted = given.get("RegionOptStatusContains")
    regions = [
        {"RegionName": region, "RegionOptStatus": _status(region)}
        for region in sorted(ALWAYS_ON | OPT_IN)
    ]
    return {"Regions": [r for r in regions if not wanted or r["RegionOptStatus"] in wanted]}


@operation("ec2", "DescribeRegions")
def describe_regions(_caller: Caller, given: Parameters) -> Result:
    """List the Regions that are enabled, or with AllRegions every one."""
    named = given.get("RegionNames")
    off = frozenset() if given.get("AllRegions") else CURRENT.scenario.regions_off
    return {
        "Regions": [
            {
                "RegionName": region,
                "Endpoint": f"ec2.{region}.amazonaws.com",
                "OptInStatus": _opt_in(region),
            }
            for region in sorted((ALWAYS_ON | OPT_IN) - off)
            if not named or region in named
        ]
    }


def _opt_in(region: str) -> str:
    if region in ALWAYS_ON:
        return "opt-in-not-required"
    return "not-opted-in" if region in CURRENT.scenario.regions_off else "opted-in"


@operation("ec2", "DescribeAvailabilityZones")
def describe_zones(caller: Caller, given: Parameters) -> Result:
    """List the zones of the Region. Local zones and Wavelength zones are not simulated."""
    kinds = [f["Values"] for f in given.get("Filters", ()) if f["Name"] == "zone-type"]
    if any("availability-zone" not in values for values in kinds):
        return {"AvailabilityZones": []}
    names = given.get("ZoneNames") or zone_names(caller.region)
    return {
        "AvailabilityZones": [
            {
                "State": "available",
                "OptInStatus": "opt-in-not-required",
                "RegionName": caller.region,
                "ZoneName": name,
                "ZoneId": _zone_id(name),
                "GroupName": f"{caller.region}-zg-1",
                "NetworkBorderGroup": caller.region,
                "ZoneType": "availability-zone",
            }
            for name in names
        ]
    }


@operation("freetier", "GetAccountPlanState")
def get_account_plan_state(caller: Caller, _given: Parameters) -> Result:
    """Report the plan. A member of an organization has none (Free Tier API reference)."""
    if CURRENT.scenario.member:
        message = "The account plan state was not found for this account."
        raise ApiError("ResourceNotFoundException", message, 404)
    free = CURRENT.scenario.free_plan
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(days=_FREE_DAYS)
    return {
        "accountId": caller.account,
        "accountPlanType": "FREE" if free else "PAID",
        "accountPlanStatus": "ACTIVE",
        "accountPlanRemainingCredits": {"amount": _FREE_CREDITS if free else 0.0, "unit": "USD"},
    } | ({"accountPlanExpirationDate": ends} if free else {})


@operation("organizations", "DescribeOrganization")
def describe_organization(_caller: Caller, _given: Parameters) -> Result:
    """Report the organization of a member. Other accounts are in none."""
    if not CURRENT.scenario.member:
        message = "Your account is not a member of an organization."
        raise ApiError("AWSOrganizationsNotInUseException", message)
    return {
        "Organization": {
            "Id": "o-exampleorgid",
            "Arn": f"arn:aws:organizations::{_MANAGEMENT}:organization/o-exampleorgid",
            "FeatureSet": "ALL",
            "MasterAccountArn": f"arn:aws:organizations::{_MANAGEMENT}:account/o-exampleorgid/"
            f"{_MANAGEMENT}",
            "MasterAccountId": _MANAGEMENT,
            "MasterAccountEmail": "payer@example.com",
        }
    }
