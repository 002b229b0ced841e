"""All that is known of one charger: the index, its certificates, and what was seen of it."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.why_unknown import why_unknown
from solarrally_tui.chargers.fleet import words
from solarrally_tui.chargers.fleet.charger import Charger, State
from solarrally_tui.chargers.fleet.reading import find
from solarrally_tui.chargers.fleet.records import record
from solarrally_tui.chargers.fleet.sight import Sight
from solarrally_tui.chargers.management import shadow
from solarrally_tui.chargers.management.shadow import Shadow
from solarrally_tui.deployed import fleet_index
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.site.names import telemetry_topic

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class DeviceCertificate:
    """A certificate of a charger, as AWS IoT describes it."""

    id: str
    status: str
    """AWS's word, such as ACTIVE."""
    ends: str
    """The day, as 2049-12-31; empty where AWS does not report it."""

    @property
    def words(self) -> str:
        """How it is, and until when, for people."""
        return f"{self.status.lower()}, ends {self.ends}" if self.ends else self.status.lower()


@dataclass(frozen=True, slots=True)
class Detail:
    """A charger, and its certificates."""

    charger: Charger
    topic_name: str = ""
    """The name in the topics of its site's chargers."""
    certificates: tuple[DeviceCertificate, ...] | None = None
    """None where AWS IoT was not asked for them, or did not answer."""
    unknown: str = ""
    """Why its certificates are not known, although AWS IoT was asked."""
    settings: Shadow = field(default_factory=Shadow)
    """Its settings and firmware as its shadow has them; the fleet index does not."""
    unseen: str = ""
    """Why they are not known, although AWS IoT was asked."""

    @property
    def is_asked(self) -> bool:
        """Whether AWS IoT was asked for more of it than the fleet index has."""
        return bool(self.topic_name) and not self.unseen

    @property
    def topic(self) -> str:
        """Where it publishes."""
        return telemetry_topic(self.topic_name, self.charger.name)

    def record(self, sight: Sight) -> dict[str, Any]:
        """Return it for scripts."""
        listed = None if self.certificates is None else [*map(_as_object, self.certificates)]
        mine = {"topic": self.topic, "attributes": dict(self.charger.attributes)}
        return record(self.charger, sight) | mine | {"certificates": listed}

    def facts(self, sight: Sight) -> list[tuple[str, str]]:
        """Return what an owner asks of it, as names and values."""
        charger = self.charger
        name, state, seen, power, status, firmware, ends = words.cells(charger, sight)
        since = "Connected since" if charger.is_connected else "Connected until"
        unseen = "not seen now" if charger.name in sight.last else "not seen"
        drawn = f"{power} kW" if power else unseen
        told = charger.state(sight).line(state)
        if charger.is_only_proved and charger.state(sight) is State.NEVER:
            told = f"{told}. Only its proof has sent."
        others = {k: v for k, v in charger.attributes.items() if k not in _SHOWN}
        return [
            ("Charger", name),
            ("State", told),
            *([("Revoked on", f"{charger.revoked:%Y-%m-%d}")] if charger.revoked else []),
            ("Power", f"{drawn}, {status}" if status else drawn),
            ("Last message" if charger.name in sight.last else "Last seen", _ago(seen)),
            (since, _moment(charger.since)) if charger.since else ("Connected", "never"),
            ("Certificate ends", ends),
            *([("Firmware", firmware)] if charger.firmware or self.is_asked else []),
            *sorted(others.items()),
        ]

    @property
    def technical(self) -> list[tuple[str, str]]:
        """What an engineer asks of it, with AWS's words and ids."""
        why = words.reason(self.charger)
        shown = [("Its connection", why)] if why else []
        if self.unknown:
            shown.append(("Certificates", f"not known: {self.unknown}"))
        elif self.certificates == ():
            shown.append(("Certificates", "none: it cannot connect"))
        ends = self.charger.certificate_ends
        shown += [
            (
                "Certificate",
                f"{one.id[:12]}, {one.status.lower() if one.ends == f'{ends}' else one.words}",
            )
            for one in self.certificates or ()
        ]
        if self.topic_name:
            shown.append(("Topic", self.topic))
        if proved := fleet_index.proved_until(self.charger.attributes):
            shown.append(("Last proved", _moment(proved)))
        return shown

    def lines(self, sight: Sight) -> list[tuple[str, str]]:
        """Return names and values for people."""
        return [*self.facts(sight), *self.technical]


def _as_object(one: DeviceCertificate) -> dict[str, Any]:
    return {"id": one.id, "status": one.status, "ends": one.ends or None}


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _ago(seen: str) -> str:
    return f"{seen} ago" if seen[0].isdigit() else seen


_SHOWN = frozenset({"site", "certificateEnds", "firmware", "revoked", fleet_index.PROVED})


async def detail(site: DeployedSite, name: str) -> Detail | None:
    """Read one charger; None where the site has none of this name.

    Raises AwsError, and ChargerError without an index.
    """
    charger = await find(site, name)
    if charger is None:
        return None
    (certificates, unknown), (settings, unseen) = await asyncio.gather(
        _or_why(_certificates(site, name)), _or_why(shadow.read(site, name))
    )
    known = settings or Shadow()
    return Detail(
        replace(charger, firmware=charger.firmware or known.firmware or None),
        site.site.topic_name,
        certificates,
        unknown,
        known,
        unseen,
    )


async def _or_why(asked: Awaitable[_Answer]) -> tuple[_Answer | None, str]:
    """Return what AWS IoT answers, or why that is not known."""
    try:
        return await asked, ""
    except AwsError as error:
        return None, why_unknown(error)


async def _certificates(site: DeployedSite, name: str) -> tuple[DeviceCertificate, ...]:
    response = await site.door.find("iot", "list_thing_principals", thingName=name)
    ids = [
        arn.rpartition("/")[2] for arn in (response or {}).get("principals", ()) if ":cert/" in arn
    ]
    found = await asyncio.gather(
        *(site.door.find("iot", "describe_certificate", certificateId=one) for one in ids)
    )
    return tuple(_certificate(one["certificateDescription"]) for one in found if one)


def _certificate(described: dict[str, Any]) -> DeviceCertificate:
    end = (described.get("validity") or {}).get("notAfter")
    return DeviceCertificate(
        described["certificateId"], described["status"], f"{end:%Y-%m-%d}" if end else ""
    )
