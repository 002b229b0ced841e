"""How the chargers of a site are, by AWS IoT's fleet index.

Each question is one call, whatever the number of chargers: AWS counts. The index lags behind by
some seconds, and AWS bills each query.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from solarrally_tui.aws.door import Door

INDEX: Final = "AWS_Things"
END: Final = "certificateEnds"
"""Attribute of a charger's thing: when its certificate expires, as YYYYMMDD. `chargers add` writes
it, because the index knows things and not their certificates."""

REVOKED: Final = "revoked"
"""Attribute of a charger's thing that was revoked: the day, as YYYYMMDD. The index does not know
that its certificate is inactive, and without this it looks like a charger that fails."""

PAGE: Final = 100
"""Things in one answer of the index at most (AWS IoT API reference, SearchIndex, maxResults)."""

PROVED: Final = "proved"
"""Attribute of a charger's thing: until when its connections were those of a proof and not its own,
in UTC, as 20261130T091500Z. `chargers prove` writes it for a charger that had none of its own."""

_PROVED_UNTIL: Final = "%Y%m%dT%H%M%SZ"

TYPE: Final = "type"
MAXIMAL_KW: Final = "maximalKw"
LOCATION: Final = "location"
"""Attributes of a charger's thing that `chargers add --from` writes."""

SOON_DAYS: Final = 60
"""A certificate is counted as about to expire in the months that these days from now touch."""

FAILING: Final = frozenset(
    {
        "AUTH_ERROR",
        "CLIENT_ERROR",
        "DUPLICATE_CLIENTID",
        "FORBIDDEN_ACCESS",
        "SERVER_ERROR",
        "SERVER_INITIATED_DISCONNECT",
        "THROTTLED",
    }
)
"""Reasons of a disconnection that are not simply a charger or a network that went away (AWS IoT
developer guide, Lifecycle events, disconnectReason)."""

_REASONS: Final = 20
"""More than AWS has reasons of disconnections."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """How many chargers a site has, and how they are connected to AWS IoT. Without revoked ones."""

    registered: int
    connected: int
    gone: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """How many are not connected, by AWS's reason of the disconnection. Who was never connected has
    none."""
    expiring: int = 0
    """How many have a certificate that is about to expire."""
    proved: int = 0
    """How many of those that are not connected have connected for a proof alone, among the first
    hundred that were proved."""

    @property
    def never(self) -> int:
        """How many were never connected."""
        return max(self.registered - self.connected - sum(self.gone.values()), 0)

    @property
    def waiting(self) -> int:
        """How many are not switched on yet: they never connected, or for a proof alone."""
        return self.never + self.proved

    @property
    def offline(self) -> int:
        """How many went away."""
        return max(sum(self.gone.values()) - self.failing - self.proved, 0)

    @property
    def failing(self) -> int:
        """How many were disconnected for something that they or AWS did wrong."""
        return sum(count for reason, count in self.gone.items() if reason in FAILING)


async def fleet(door: Door, site: str) -> Fleet:
    """Count a site's chargers with three queries, or four where some went away.

    Raises AwsError; NOT_FOUND without an index.
    """
    own = in_service(site)
    connected, reasons, expiring = await asyncio.gather(
        _buckets(door, own, "connectivity.connected"),
        _buckets(door, f"{own} AND connectivity.connected:false", "connectivity.disconnectReason"),
        count(door, f"{own} AND ({ending(datetime.now(UTC))})"),
    )
    registered, online = int(connected["totalCount"]), _counts(connected).get("true", 0)
    seen = Fleet(registered, online, _counts(reasons), expiring)
    return replace(seen, proved=await _only_proved(door, own)) if seen.offline else seen


async def _only_proved(door: Door, own: str) -> int:
    """Count the chargers that are not connected and have connected for a proof alone.

    One query, so of many it sees the first hundred. Who is not among them counts as gone.
    """
    query = f"{own} AND connectivity.connected:false AND attributes.{PROVED}:2*"
    things, _ = await search(door, query)
    return sum(is_only_proved(thing) and not _fails(thing) for thing in things)


def _fails(thing: Mapping[str, Any]) -> bool:
    return (thing.get("connectivity") or {}).get("disconnectReason") in FAILING


def is_only_proved(thing: Mapping[str, Any]) -> bool:
    """Whether a thing, as the index returns it, has connected, and for a proof alone."""
    moment = (thing.get("connectivity") or {}).get("timestamp") or 0
    end = proved_until(thing.get("attributes") or {})
    return bool(moment) and end is not None and moment <= end.timestamp() * 1000


def proved_until(attributes: Mapping[str, str]) -> datetime | None:
    """Return the value of the attribute PROVED; None without a valid one."""
    try:
        return datetime.strptime(attributes.get(PROVED, ""), _PROVED_UNTIL).replace(tzinfo=UTC)
    except ValueError:
        return None


def until(moment: datetime) -> str:
    """Return the value of the attribute PROVED for a moment, which it does not precede."""
    return (moment.astimezone(UTC) + timedelta(seconds=1)).strftime(_PROVED_UNTIL)


async def not_connected(door: Door, site: str, most: int) -> list[str]:
    """Return the names of a few chargers that are not connected, with one query. Raises AwsError.

    most: at most PAGE.
    """
    response = await door.call(
        "iot",
        "search_index",
        indexName=INDEX,
        queryString=f"{in_service(site)} AND connectivity.connected:false",
        maxResults=most,
    )
    return [str(thing["thingName"]) for thing in response["things"]]


def of_site(site: str) -> str:
    """Return the query that finds the chargers of a site."""
    return f'attributes.site:"{site}"'


def in_service(site: str) -> str:
    """Return the query that finds the chargers of a site that were not revoked."""
    # The century: a value of * alone would be a leading wildcard, which the index restricts.
    return f"{of_site(site)} AND NOT attributes.{REVOKED}:2*"


async def search(
    door: Door, query: str, token: str | None = None
) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of the things that a query finds, and the token of the next; None at the end.

    Raises AwsError; NOT_FOUND without an index, INVALID for a query that the index does not read.
    """
    response = await door.call(
        "iot",
        "search_index",
        indexName=INDEX,
        queryString=query,
        maxResults=PAGE,
        **({"nextToken": token} if token else {}),
    )
    return response.get("things", []), response.get("nextToken")


async def count(door: Door, query: str) -> int:
    """Count the things that a query finds, with one call. Raises AwsError."""
    response = await door.call("iot", "get_statistics", indexName=INDEX, queryString=query)
    return int(response["statistics"].get("count", 0))


def end_of(expiry: datetime) -> str:
    """Return the value of the attribute END for a certificate's last moment."""
    return expiry.astimezone(UTC).strftime("%Y%m%d")


def ending(now: datetime) -> str:
    """Return the query for certificates that end soon, by the month of their end.

    Attributes are texts to the index: it compares their beginning, not their order. By months,
    because AWS allows few terms in a query.
    """
    months = {(now + timedelta(days=day)).strftime("%Y%m") for day in range(SOON_DAYS + 1)}
    return " OR ".join(f"attributes.{END}:{month}*" for month in sorted(months))


async def _buckets(door: Door, query: str, field_: str) -> dict[str, Any]:
    return await door.call(
        "iot",
        "get_buckets_aggregation",
        indexName=INDEX,
        queryString=query,
        aggregationField=field_,
        bucketsAggregationType={"termsAggregation": {"maxBuckets": _REASONS}},
    )


def _counts(response: Mapping[str, Any]) -> dict[str, int]:
    return {bucket["keyValue"]: bucket["count"] for bucket in response.get("buckets", ())}
