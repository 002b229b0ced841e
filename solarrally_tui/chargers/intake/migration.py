"""The move of existing chargers: an old broker forwards, until each charger connects itself."""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Final

from solarrally_tui.account.iot_endpoints import charger_endpoint
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Kind, tolerate
from solarrally_tui.aws.patience import Say
from solarrally_tui.aws.rates import Rates
from solarrally_tui.chargers import certificates, files
from solarrally_tui.chargers.files import write_together
from solarrally_tui.chargers.fleet.reading import index_is_needed
from solarrally_tui.chargers.intake import old_broker
from solarrally_tui.chargers.intake.api_limits import calls_a_second
from solarrally_tui.chargers.intake.old_broker import Link, Move, Place
from solarrally_tui.chargers.intake.roster import Entry
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.deployed import device_certificates, fleet_index, migration_policies
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.deployed.trusted_authority import iot_root_ca
from solarrally_tui.site import names

CONFIGURATION: Final = "solarrally-bridge.conf"


class State(StrEnum):
    """How far a charger is. The values are what a person reads."""

    MOVED = "moved"
    """It is connected itself, and does not speak to the old broker."""
    TWICE = "speaks to both"
    BRIDGED = "through the bridge"
    SILENT = "silent"
    WAITING = "not moved"
    """It is not connected itself, and nobody listened at the old broker."""


@dataclass(frozen=True, slots=True)
class Charger:
    """A charger that moves in."""

    name: str
    state: State
    is_registered: bool
    old_messages: int = 0
    """How many the old broker had of it while we listened."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What was written for the old broker."""

    links: tuple[Link, ...]
    folder: Path


async def begin(
    entries: Iterable[Entry],
    pattern: str,
    site: DeployedSite,
    folder: Path,
    on_broker: PurePosixPath,
) -> Begun:
    """Let an old broker forward for chargers: policies and certificates, its configuration, a plan.

    A run that was cut off is continued. Raises ChargerError, also where another move is under way,
    and AwsError.
    """
    all_moves = old_broker.moves(entries, pattern, site.site.topic_name)
    identity = await site.door.identity()
    place = Place(site.name, identity.partition, site.region, identity.account)
    links = old_broker.links(all_moves, site.site.size.interval_seconds, place)
    wanted = _policies(links, place)
    present = await migration_policies.find(site.door, site.name)
    if any(json.loads(text) != json.loads(wanted.get(name, "0")) for name, text in present.items()):
        raise ChargerError(
            what=f"Other chargers of {site.name} move in from an old broker already.",
            why="What their broker may forward differs from this list.",
            next="Use the same list and pattern to continue that move, or end it first: "
            f"solarrally chargers migrate end --site {site.name}",
        )
    for name, document in wanted.items():
        if name not in present:
            with tolerate(Kind.EXISTS):
                await site.door.call(
                    "iot", "create_policy", policyName=name, policyDocument=document
                )
    for link in links:
        await _certify(link, site, folder / link.folder)
    endpoint = await charger_endpoint(site.site, site.door)
    text = old_broker.configuration(links, endpoint.host, endpoint.port, on_broker)
    contents = {CONFIGURATION: text, old_broker.PLAN: old_broker.plan(links)}
    await asyncio.to_thread(
        write_together, {folder / name: one.encode() for name, one in contents.items()}
    )
    return Begun(links, folder)


def _policies(links: Iterable[Link], place: Place) -> dict[str, str]:
    """Return the policies that links need, in the order in which they are created."""
    return {
        names.migration_policy(place.site, link.number, number): old_broker.policy(
            part, link.client_id if number == 1 else "", place
        )
        for link in links
        for number, part in enumerate(link.parts, 1)
    }


async def _certify(link: Link, site: DeployedSite, folder: Path) -> None:
    """Give a connection its key and certificate, and the certificate its policies."""
    door, client = site.door, link.client_id
    key, certificate = folder / f"{client}.key.pem", folder / f"{client}.cert.pem"
    if key.exists() and certificate.exists():
        return
    await asyncio.to_thread(files.prepare, folder, client)
    begun = await asyncio.to_thread(files.begin_key, folder, client, site.name)
    issued = await device_certificates.issue(begun.request.signing_request, door, begun.since)
    for number in range(1, len(link.parts) + 1):
        policy = names.migration_policy(site.name, link.number, number)
        await door.call("iot", "attach_policy", policyName=policy, target=issued.arn)
    contents = {certificate: issued.pem.encode(), folder / "root-ca.pem": iot_root_ca().encode()}
    await asyncio.to_thread(write_together, contents)
    await asyncio.to_thread(files.name_key, folder, client)


async def progress(
    all_moves: Sequence[Move], site: DeployedSite, heard: Mapping[str, int] | None
) -> tuple[Charger, ...]:
    """Return how far each charger is.

    heard: messages at the old broker by their topics; None where nobody listened.
    Raises AwsError, and ChargerError without a fleet index.
    """
    registered, connected = await asyncio.gather(
        _found(site.door, fleet_index.of_site(site.name)),
        _found(site.door, f"{fleet_index.of_site(site.name)} AND connectivity.connected:true"),
    )

    def state(move: Move) -> State:
        is_heard = bool(heard and heard.get(move.old_topic))
        if move.name in connected:
            return State.TWICE if is_heard else State.MOVED
        if heard is None:
            return State.WAITING
        return State.BRIDGED if is_heard else State.SILENT

    return tuple(
        Charger(
            move.name,
            state(move),
            move.name in registered,
            (heard or {}).get(move.old_topic, 0),
        )
        for move in all_moves
    )


async def _found(door: Door, query: str) -> set[str]:
    found: set[str] = set()
    with index_is_needed():
        things, token = await fleet_index.search(door, query)
        found.update(str(thing["thingName"]) for thing in things)
        while token is not None:
            things, token = await fleet_index.search(door, query, token)
            found.update(str(thing["thingName"]) for thing in things)
    return found


async def forwarded(site: DeployedSite) -> tuple[str, ...]:
    """Return the chargers that an old broker may forward for. Raises AwsError."""
    found: list[str] = []
    for document in (await migration_policies.find(site.door, site.name)).values():
        for statement in json.loads(document)["Statement"]:
            if statement["Action"] == "iot:Publish":
                found += [topic.split("/")[-2] for topic in statement["Resource"]]
    return tuple(found)


async def not_moved(site: DeployedSite) -> tuple[str, ...]:
    """Return which of them are not connected themselves.

    Raises AwsError, and ChargerError without a fleet index.
    """
    connected = await _found(
        site.door, f"{fleet_index.of_site(site.name)} AND connectivity.connected:true"
    )
    return tuple(name for name in await forwarded(site) if name not in connected)


async def end(site: DeployedSite) -> int:
    """Delete the old broker's certificates and policies; return how many certificates there were.

    From then on AWS IoT takes nothing of it any more. A run that was cut off is continued. Raises
    AwsError and StillWaitingError.
    """
    policies = list(await migration_policies.find(site.door, site.name))
    arns = await migration_policies.certificates(site.door, policies)
    for arn in sorted(arns):
        await certificates.delete(arn, site.door)
    await migration_policies.delete(site.door, policies)
    return len(arns)


async def paced(site: DeployedSite, say: Say) -> DeployedSite:
    """Return the site with a door whose calls take turns: a long list needs many."""
    limits = await calls_a_second(site.door)
    return replace(site, door=site.door.paced(Rates(limits), say))
