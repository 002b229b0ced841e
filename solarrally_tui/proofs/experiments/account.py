"""What an account, a quota or a name is. These experiments only read."""

import asyncio
import socket
from typing import Final

from solarrally_tui.account.iot_endpoints import iot_endpoint
from solarrally_tui.account.preflight import quotas as preflight
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.chargers.fleet.search import Among, Search, queries
from solarrally_tui.chargers.fleet.sight import Sight
from solarrally_tui.deployed.fleet_index import INDEX, count, of_site, search
from solarrally_tui.proofs.bench import Bench
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.names import GLOBAL_REGION

_PLANS: Final = frozenset({"FREE", "PAID"})


async def plan(bench: Bench) -> None:
    """Ask for the account's plan."""
    expected = "FREE or PAID; preflight shows every other answer as unknown"
    try:
        state = await bench.door.call("freetier", "get_account_plan_state", GLOBAL_REGION)
    except AwsError as error:
        bench.note(expected, str(error), holds=error.kind is Kind.NOT_FOUND)
        return
    kind = str(state.get("accountPlanType"))
    bench.note(expected, f"{kind}, {state.get('accountPlanStatus')}", holds=kind in _PLANS)


async def organization(bench: Bench) -> None:
    """Ask for the account's organization."""
    expected = "the management account, or that the account is in no organization"
    try:
        found = await bench.door.call("organizations", "describe_organization", GLOBAL_REGION)
    except AwsError as error:
        alone = error.code == "AWSOrganizationsNotInUseException"
        bench.note(expected, str(error), holds=alone)
        return
    who = str(found["Organization"].get("MasterAccountId", ""))
    is_own = "this account" if who == bench.identity.account else f"another account ({who[:4]}...)"
    bench.note(expected, f"{is_own} pays", holds=bool(who))


async def quotas(bench: Bench) -> None:
    """Read every quota that preflight reads."""
    answers = {"name": "proof", "region": bench.door.region, "tier": "small"}
    site = from_answers(answers | {"alerts": {"email": "nobody@example.com"}})
    for need in preflight.needs(site, exists=False):
        codes = {"ServiceCode": need.service, "QuotaCode": need.code}
        expected = f"a figure for {need.title} ({need.service} {need.code})"
        try:
            found = await bench.door.call("service-quotas", "get_service_quota", **codes)
        except AwsError as error:
            # An account that has none of its own has AWS's default, which preflight reads then.
            bench.note(expected, str(error), holds=error.code == "NoSuchResourceException")
        else:
            value = found["Quota"]["Value"]
            words = " AWS has not released it." if not value else ""
            bench.note(expected, f"{found['Quota']['QuotaName']}: {value:g}.{words}", holds=True)


async def vpc_origins(bench: Bench) -> None:
    """Read the quota of VPC origins, and count them."""
    listed = await bench.door.pages(
        "service-quotas", "list_service_quotas", "Quotas", GLOBAL_REGION, ServiceCode="cloudfront"
    )
    found = [one for one in listed if "vpc origin" in str(one["QuotaName"]).lower()]
    limits = [one for one in found if "account" in str(one["QuotaName"]).lower()] or found
    names = ", ".join(f"{one['QuotaName']} ({one['QuotaCode']}): {one['Value']:g}" for one in found)
    bench.note(
        "a quota with `VPC origins` in its name",
        names or f"none among {len(listed)} quotas of CloudFront",
        holds=bool(found),
    )
    answer = await bench.door.call("cloudfront", "list_vpc_origins")
    used = len(answer["VpcOriginList"].get("Items", ()))
    most = min((float(one["Value"]) for one in limits), default=None)
    bench.note(
        "room for the VPC origin of another site",
        f"{used} of {most:g} in use" if most is not None else f"{used} in use, of a number unknown",
        holds=used < most if most is not None else None,
    )


async def copy_pairs(bench: Bench) -> None:
    """Ask which Regions can copy automated backups to this one."""
    listed = await bench.door.pages("rds", "describe_source_regions", "SourceRegions")
    yes = [
        str(one["RegionName"])
        for one in listed
        if one.get("SupportsDBInstanceAutomatedBackupsReplication")
    ]
    said = [one for one in listed if "SupportsDBInstanceAutomatedBackupsReplication" in one]
    bench.note(
        f"Regions from which RDS copies automated backups to {bench.door.region}",
        ", ".join(sorted(yes)) or f"none of {len(listed)}",
        holds=bool(yes),
    )
    bench.note(
        "RDS says of every Region whether it can",
        f"{len(said)} of {len(listed)}",
        holds=len(said) == len(listed),
    )


async def device_name(bench: Bench) -> None:
    """Look up the IPv6 addresses of the account's device name."""
    endpoint = await iot_endpoint(bench.door)

    def addresses() -> list[str]:
        found = socket.getaddrinfo(endpoint.host, None, socket.AF_INET6, socket.SOCK_STREAM)
        return sorted({str(one[4][0]) for one in found})

    expected = "an IPv6 address of the device name"
    try:
        seen = await asyncio.to_thread(addresses)
    except socket.gaierror as error:
        # Without an address of a name that exists, the resolver says so; else it says nothing.
        known = error.errno in {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", None)}
        bench.note(expected, f"{endpoint.host}: {error.strerror}", holds=False if known else None)
        return
    bench.note(expected, ", ".join(seen), holds=True)


async def index_queries(bench: Bench) -> None:
    """Ask the fleet index everything that `chargers list` asks it."""
    site = bench.site or "proof-of-no-site"
    try:
        await bench.door.call("iot", "describe_index", indexName=INDEX)
    except AwsError as error:
        if error.kind is not Kind.NOT_FOUND:
            raise
        saw = "The account has no fleet index here. A site switches it on."
        bench.note("the index answers", saw, holds=None)
        return
    sight = Sight(1.0, silent=frozenset({f"{site}-1"}))
    asked = [Search(among=among) for among in Among] + [Search.of("garage-left")]
    found: set[str] = set()
    for query in dict.fromkeys(one for s in asked for one in queries(site, s, sight)):
        try:
            things, _ = await search(bench.door, query)
        except AwsError as error:
            if error.kind is not Kind.INVALID:
                raise
            bench.note(f"`{query}` is read", str(error), holds=False)
        else:
            found |= {str(thing["thingName"]) for thing in things}
            bench.note(f"`{query}` is read", f"{len(things)} found", holds=True)
    if bench.site:
        listed = await bench.door.pages(
            "iot", "list_things", "things", attributeName="site", attributeValue=site
        )
        counted = await count(bench.door, of_site(site))
        bench.note(
            f"the index counts the {len(listed)} chargers that `list-things` lists",
            f"{counted}",
            holds=counted == len(listed),
        )
