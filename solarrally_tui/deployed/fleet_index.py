"""How the chargers of a site are, by AWS IoT's fleet index.

Each question is one call, whatever the number of chargers: AWS counts. The index lags behind by
some seconds, and AWS bills each query.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
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

    @property
    def failing(self) -> int:
        """How many were disconnected for something that they or AWS did wrong."""
        return sum(count for reason, count in self.gone.items() if reason in FAILING)


async def fleet(door: Door, site: str) -> Fleet:
    """Count a site's chargers with three queries. Raises AwsError; NOT_FOUND without an index."""
    own = in_service(site)
    connected, reasons, expiring = await asyncio.gather(
        _buckets(door, own, "connectivity.connected"),
        _buckets(door, f"{own} AND connectivity.connected:false", "connectivity.disconnectReason"),
        count(door, f"{own} AND ({ending(datetime.now(UTC))})"),
    )
    counts = _counts(connected)
    return Fleet(
        connected["totalCount"],
        counts.get("true", 0),
        _counts(reasons),
        expiring,
    )


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
