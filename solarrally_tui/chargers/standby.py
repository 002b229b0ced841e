"""The chargers of a site in a second Region, in case the first is lost.

AWS IoT registers a certificate in each Region where it is to count, and a device's private key
stays where it is ("The registration of a client certificate in one account or Region is not
automatically recognized by another", developer guide, "Register a client certificate"). Until the
site is recovered there, the certificates are inactive and have no policy, so they open nothing.
"""

import asyncio
import base64
import json
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.patience import Say
from solarrally_tui.aws.rates import Rates
from solarrally_tui.chargers import certificates
from solarrally_tui.chargers.certificates import certificates_of
from solarrally_tui.chargers.intake.adding import Failure
from solarrally_tui.chargers.intake.api_limits import calls_a_second
from solarrally_tui.chargers.onboarding import Details, create_type_group, join_groups
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.deployed.device_certificates import id_of
from solarrally_tui.deployed.fleet_index import LOCATION, REVOKED, TYPE
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.site import names
from solarrally_tui.site.names import STANDBY_OF

_ATTRIBUTES: Final = "attributes"
"""Attribute of a standby thing: those that the charger had. A thing without a type has three at
most (AWS IoT Device Management quotas), so they are in one, as JSON in base64, whose characters a
value may have."""

_LONGEST: Final = 800
"""Characters of an attribute's value (AWS IoT API reference, AttributePayload)."""

_AT_ONCE: Final = 10


@dataclass(frozen=True, slots=True)
class Standby:
    """A charger as the second Region knows it before a recovery."""

    name: str
    attributes: Mapping[str, str]
    """Those of the charger, without the site."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the chargers."""

    done: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    """Were on standby, and the site has them no more."""
    failed: tuple[Failure, ...] = ()


async def on_standby(site: str, door: Door) -> list[Standby]:
    """Return a site's chargers that are on standby in the door's Region. Raises AwsError.

    Some of them may be deleted, so what is listed is looked at once more, as in iot_identities.
    """
    things = await door.pages(
        "iot", "list_things", "things", attributeName=STANDBY_OF, attributeValue=site
    )
    found = [
        Standby(str(t["thingName"]), _unpacked(t["attributes"].get(_ATTRIBUTES, "")))
        for t in things
        if t["attributes"].get(STANDBY_OF) == site
    ]
    return sorted(found, key=lambda standby: standby.name)


async def prepare(
    site: DeployedSite, region: str, say: Say, only: Iterable[str] | None = None
) -> Outcome:
    """Register the chargers of a site in a second Region, as they are now.

    What changed since the last time follows: other certificates, revoked and removed chargers.
    only: names, where not all are meant; then nothing is removed. Running it again continues.
    Raises AwsError for what concerns all of them.
    """
    here = site.door.paced(Rates(await calls_a_second(site.door)), say)
    there = site.door.with_region(region)
    there = there.paced(Rates(await calls_a_second(there)), say)
    listed = await here.pages(
        "iot", "list_things", "things", attributeName="site", attributeValue=site.name
    )
    chargers = {
        str(t["thingName"]): dict(t["attributes"])
        for t in listed
        if t.get("thingTypeName") == names.thing_type(site.name)
    }
    before = {standby.name for standby in await on_standby(site.name, there)}
    wanted = sorted(chargers if only is None else chargers.keys() & set(only))
    gone = sorted(before - chargers.keys()) if only is None else []

    async def register(name: str) -> None:
        await _register(name, chargers[name], site.name, here, there)

    async def remove(name: str) -> None:
        await _remove(name, there)

    done, failed = await _each(wanted, register, there)
    removed, not_removed = await _each(gone, remove, there)
    return Outcome(done, removed, (*failed, *not_removed))


async def adopt(old: str, site: DeployedSite, say: Say) -> Outcome:
    """Make the chargers that are on standby those of a site that was recovered in this Region.

    old: the name of the site that is lost. A charger that was adopted is on standby no more, so
    running it again continues. Raises AwsError for what concerns all of them.
    """
    door = site.door.paced(Rates(await calls_a_second(site.door)), say)
    site = replace(site, door=door)
    waiting = {standby.name: standby for standby in await on_standby(old, door)}
    kinds = {standby.attributes.get(TYPE, "") for standby in waiting.values()} - {""}
    for kind in sorted(kinds):
        await create_type_group(site, kind)

    async def one(name: str) -> None:
        await _adopt(waiting[name], site)

    done, failed = await _each(sorted(waiting), one, door)
    return Outcome(done, failed=failed)


async def _register(
    name: str, attributes: Mapping[str, str], site: str, here: Door, there: Door
) -> None:
    pems = []
    for arn in await certificates_of(name, here):
        described = await here.call(
            "iot", "describe_certificate", certificateId=arn.rpartition("/")[2]
        )
        if described["certificateDescription"]["status"] == "ACTIVE":
            pems.append(str(described["certificateDescription"]["certificatePem"]))
    own = {key: value for key, value in attributes.items() if key != "site"}
    await _thing(name, {STANDBY_OF: site, _ATTRIBUTES: _packed(own)}, there)
    present = {arn.rpartition("/")[2]: arn for arn in await certificates_of(name, there)}
    for pem in pems:
        if id_of(pem) not in present:
            arn = await _certificate(pem, there)
            await there.call("iot", "attach_thing_principal", thingName=name, principal=arn)
    for id_, arn in present.items():
        if id_ not in set(map(id_of, pems)):
            await certificates.let_go(arn, name, there)


async def _thing(name: str, attributes: Mapping[str, str], door: Door) -> None:
    payload = {"attributes": dict(attributes)}
    known = await door.find("iot", "describe_thing", thingName=name)
    if known is None:
        await door.call("iot", "create_thing", thingName=name, attributePayload=payload)
        return
    had = known.get("attributes") or {}
    if had.get(STANDBY_OF) != attributes[STANDBY_OF]:
        raise _taken(name, door.region)
    if had != attributes:
        await door.call("iot", "update_thing", thingName=name, attributePayload=payload)


async def _certificate(pem: str, door: Door) -> str:
    """Register a certificate, inactive, unless that is done; return its ARN."""
    known = await door.find("iot", "describe_certificate", certificateId=id_of(pem))
    if known is not None:
        return str(known["certificateDescription"]["certificateArn"])
    registered = await door.call(
        "iot", "register_certificate_without_ca", certificatePem=pem, status="INACTIVE"
    )
    return str(registered["certificateArn"])


async def _remove(name: str, door: Door) -> None:
    for arn in await certificates_of(name, door):
        await certificates.let_go(arn, name, door)
    await certificates.delete_thing(name, door)


async def _adopt(standby: Standby, site: DeployedSite) -> None:
    """The thing leaves the standby last, so that a run that was cut off is continued."""
    name, door = standby.name, site.door
    await join_groups(name, site, Details(standby.attributes.get(TYPE, "")))
    for arn in await certificates_of(name, door):
        policy = names.device_policy(site.name)
        await door.call("iot", "attach_policy", policyName=policy, target=arn)
        if not standby.attributes.get(REVOKED):
            id_ = arn.rpartition("/")[2]
            await door.call("iot", "update_certificate", certificateId=id_, newStatus="ACTIVE")
    await door.call(
        "iot",
        "update_thing",
        thingName=name,
        thingTypeName=names.thing_type(site.name),
        attributePayload={"attributes": {**standby.attributes, "site": site.name}},
    )


async def _each(
    given: Iterable[str], work: Callable[[str], Coroutine[Any, Any, None]], door: Door
) -> tuple[tuple[str, ...], tuple[Failure, ...]]:
    """Do something for each charger; what one fails with stops no other."""
    turns = asyncio.Semaphore(_AT_ONCE)
    done: list[str] = []
    failed: list[Failure] = []

    async def one(name: str) -> None:
        async with turns:
            try:
                await door.to_its_end(work(name))
                done.append(name)
            except (ChargerError, AwsError) as error:
                failed.append(Failure(name, error.plain))

    await asyncio.gather(*map(one, given))
    return tuple(sorted(done)), tuple(sorted(failed, key=lambda failure: failure.name))


def _packed(attributes: Mapping[str, str]) -> str:
    text = json.dumps(attributes, sort_keys=True, separators=(",", ":"))
    packed = base64.urlsafe_b64encode(text.encode()).decode()
    if len(packed) > _LONGEST:
        return _packed({k: v for k, v in attributes.items() if k != LOCATION})
    return packed


def _unpacked(packed: str) -> dict[str, str]:
    try:
        read = json.loads(base64.urlsafe_b64decode(packed))
        return {str(key): str(value) for key, value in read.items()}
    except (ValueError, AttributeError):
        return {}


def _taken(name: str, region: str) -> ChargerError:
    return ChargerError(
        what=f"{name} cannot be on standby in {region}.",
        why="Thing names are unique in a Region, and there it belongs to something else.",
        next=f"Rename one of them: solarrally chargers rename {name} NEW",
    )
