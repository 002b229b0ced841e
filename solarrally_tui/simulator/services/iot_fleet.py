"""AWS IoT's fleet index: searches and counts, and a way to fill it with thousands of chargers.

The registry is the index, so there is no lag. MiniStack knows who is connected.
"""

import base64
import hashlib
import json
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from ministack.core.responses import request_scope
from ministack.services import iot

from solarrally_tui.simulator.iot.fleet_query import QueryError, in_words, parse, reader_of
from solarrally_tui.simulator.pins import private, scoped
from solarrally_tui.simulator.services.registry import Caller, Parameters, Result, operation
from solarrally_tui.simulator.wire.responses import ApiError

_things = private(iot, "_things")
_thing_groups = private(iot, "_thing_groups")
_thing_connectivity = private(iot, "_thing_connectivity")
_indexing_configuration = private(iot, "_indexing_configuration")
_classic_shadow_state = private(iot, "_classic_shadow_state")

_INDEX: Final = "AWS_Things"
_MOST_RESULTS: Final = 100
_MOST_BUCKETS: Final = 10_000
_MANAGED: Final = frozenset(
    {
        "connectivity.connected",
        "connectivity.disconnectReason",
        "connectivity.timestamp",
        "registry.thingGroupNames",
        "registry.thingTypeName",
        "registry.version",
        "thingName",
    }
)
"""Fields that may be aggregated without being declared (developer guide, Managed fields)."""

_filled: dict[tuple[str, str, str], dict[str, Any]] = {}
"""How things are connected that only fill the index, by account, Region and name."""


@operation("iot", "SearchIndex")
def search(caller: Caller, given: Parameters) -> Result:
    """Return the things that match, page by page.

    At most 100 (API reference, SearchIndex). A token belongs to its query.
    """
    most = given.get("maxResults", _MOST_RESULTS)
    if not 1 <= most <= _MOST_RESULTS:
        message = f"maxResults must be between 1 and {_MOST_RESULTS}."
        raise ApiError("InvalidRequestException", message)
    start = _offset(given.get("nextToken"), given["queryString"])
    found = list(_matching(caller, given))
    page = [_document(record) for record in found[start : start + most]]
    end = start + most
    more = {"nextToken": _token(end, given["queryString"])} if end < len(found) else {}
    return {"things": page, **more}


@operation("iot", "GetStatistics")
def statistics(caller: Caller, given: Parameters) -> Result:
    """Count the things that match and have the field; figures for numbers and booleans too."""
    values = _values(caller, given)
    numbers = [float(value) for value in values if isinstance(value, int | float)]
    count: Result = {"count": len(values)}
    if not numbers or len(numbers) < len(values):
        return {"statistics": count}
    total, squares = sum(numbers), sum(number**2 for number in numbers)
    mean = total / len(numbers)
    variance = max(0.0, squares / len(numbers) - mean**2)
    return {
        "statistics": {
            **count,
            "sum": total,
            "average": mean,
            "minimum": min(numbers),
            "maximum": max(numbers),
            "sumOfSquares": squares,
            "variance": variance,
            "stdDeviation": variance**0.5,
        }
    }


@operation("iot", "GetCardinality")
def cardinality(caller: Caller, given: Parameters) -> Result:
    """Count the different values. AWS returns an approximation; this is exact."""
    return {"cardinality": len(set(map(in_words, _values(caller, given))))}


@operation("iot", "GetBucketsAggregation")
def buckets(caller: Caller, given: Parameters) -> Result:
    """Count the things that match, and how many have each value, the most frequent first."""
    terms = given["bucketsAggregationType"].get("termsAggregation") or {}
    most = terms.get("maxBuckets", 10)
    if not 1 <= most <= _MOST_BUCKETS:
        message = f"maxBuckets must be between 1 and {_MOST_BUCKETS}."
        raise ApiError("InvalidRequestException", message)
    read = reader_of(_aggregated(given))
    values = [read(record) for record in _matching(caller, given)]
    counts = Counter(in_words(value) for value in values if value is not None)
    return {
        "totalCount": len(values),
        "buckets": [
            {"keyValue": value, "count": count} for value, count in counts.most_common(most)
        ],
    }


def fill(
    site: str,
    chargers: int,
    connected: int,
    attributes: dict[str, str],
    disconnected: dict[str, int] | None = None,
) -> Result:
    """Let a deployed site have chargers that exist in the registry and its index only.

    The first of them count as connected. disconnected: how many of the next were disconnected for a
    reason of AWS's, or were never connected where that is NEVER; the rest lost their connection.
    Those of an earlier call are gone. Raises ValueError without such a site.
    """
    reasons = [reason for reason, count in (disconnected or {}).items() for _ in range(count)]
    group = f"solarrally-{site}"
    place = next((key[:2] for key, _ in scoped(_thing_groups) if key[2] == group), None)
    if place is None:
        raise ValueError(f"No site {site} is deployed.")
    account, region = place
    with request_scope(account, region):
        for key in [key for key in _filled if key[:2] == place]:
            _things.pop(key[2], None)
            del _filled[key]
        for number in range(chargers):
            name = f"{site}-filled-{number}"
            _things[name] = {
                "thingName": name,
                "thingId": name,
                "thingArn": f"arn:aws:iot:{region}:{account}:thing/{name}",
                "thingTypeName": f"{group}-charger",
                "attributes": {"site": site, **attributes},
                "version": 1,
                "creationDate": time.time(),
                "principals": [],
                "thingGroupNames": [group],
            }
            known: dict[str, Any] = {"connected": number < connected}
            after = number - connected
            reason = reasons[after] if 0 <= after < len(reasons) else "CONNECTION_LOST"
            if after < 0 or reason != "NEVER":
                known["timestamp"] = int(time.time() * 1000)
            if after >= 0 and reason != "NEVER":
                known["disconnectReason"] = reason
            _filled[account, region, name] = known
    return {"chargers": chargers, "connected": connected}


def _values(caller: Caller, given: Parameters) -> list[Any]:
    """Return the values of the aggregation field of the things that match and have one."""
    found = map(reader_of(_aggregated(given)), _matching(caller, given))
    return [value for value in found if value is not None]


def _aggregated(given: Parameters) -> str:
    """Return the field to aggregate. Raises ApiError for one that may not be."""
    field: str = given.get("aggregationField", "registry.version")
    if field not in _MANAGED and field not in _custom_fields():
        message = f"Aggregation field {field} is neither a managed nor a custom field."
        raise ApiError("InvalidAggregationException", message)
    return field


def _custom_fields() -> set[str]:
    things = _indexing_configuration().get("thingIndexingConfiguration", {})
    return {field["name"] for field in things.get("customFields") or ()}


def _matching(caller: Caller, given: Parameters) -> Iterator[dict[str, Any]]:
    """Yield the indexed things that a query matches, by name."""
    things = _indexing_configuration().get("thingIndexingConfiguration", {})
    if given.get("indexName", _INDEX) != _INDEX or things.get("thingIndexingMode", "OFF") == "OFF":
        name = given.get("indexName", _INDEX)
        raise ApiError("ResourceNotFoundException", f"Index {name} does not exist.", 404)
    try:
        query = parse(given["queryString"])
    except QueryError as error:
        raise ApiError("InvalidQueryException", str(error)) from error
    has_connectivity = things.get("thingConnectivityIndexingMode") == "STATUS"
    has_shadows = things.get("thingIndexingMode") == "REGISTRY_AND_SHADOW"
    for name, thing in sorted(_things.items()):
        connectivity = _connectivity(caller, name) if has_connectivity else {}
        record = _record(thing, connectivity, _classic_shadow_state(name) if has_shadows else None)
        if query.matches(record):
            yield record


def _connectivity(caller: Caller, name: str) -> dict[str, Any]:
    key = (caller.account, caller.region, name)
    return _filled.get(key) or dict(_thing_connectivity(*key))


def _record(
    thing: dict[str, Any], connectivity: dict[str, Any], shadow: dict[str, Any] | None
) -> dict[str, Any]:
    groups, kind = list(thing.get("thingGroupNames") or ()), thing.get("thingTypeName")
    return {
        "thingName": thing["thingName"],
        "thingId": thing["thingId"],
        "thingTypeName": kind,
        "thingGroupNames": groups,
        "attributes": dict(thing.get("attributes") or {}),
        "registry": {
            "version": thing.get("version", 1),
            "thingTypeName": kind,
            "thingGroupNames": groups,
        },
        "connectivity": connectivity,
        "shadow": shadow or {},
    }


def _document(record: dict[str, Any]) -> dict[str, Any]:
    """Return a thing as SearchIndex returns it: its shadow as a text of JSON."""
    shown = {key: value for key, value in record.items() if key != "registry" and value}
    return shown | ({"shadow": json.dumps(record["shadow"])} if record["shadow"] else {})


def _token(offset: int, query: str) -> str:
    """Return what continues a search: opaque, and of no use with another query."""
    mark = hashlib.sha256(query.encode()).hexdigest()[:16]
    return base64.urlsafe_b64encode(f"{offset}/{mark}".encode()).decode()


def _offset(token: str | None, query: str) -> int:
    if token is None:
        return 0
    try:
        offset = int(base64.urlsafe_b64decode(token).partition(b"/")[0])
    except ValueError:
        offset = -1
    if token != _token(offset, query):
        raise ApiError("InvalidRequestException", "Invalid nextToken.")
    return offset
