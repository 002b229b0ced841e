"""Price rules for the shape "functions": functions, their queue, tables and APIs."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from solarrally_tui.pricing.metering.charge import (
    Allowance,
    Charges,
    Free,
    PriceRule,
    Resource,
    UnpricedCharge,
    used,
)
from solarrally_tui.pricing.metering.estimate_range import Range
from solarrally_tui.pricing.metering.usage import Usage

_FREE_REQUESTS: Final = Allowance("1 million function calls", Decimal(10**6))
_FREE_SECONDS: Final = Allowance("400,000 GB-seconds of functions", Decimal(400_000))
_FREE_QUEUE: Final = Allowance("1 million queue requests", Decimal(10**6))
_API, _TELEMETRY, _VIEWERS = "ApiFunction", "TelemetryFunction", "ViewersFunction"
"""Logical ids in blueprints/functions."""
_QUEUE_ITEM: Final = "SQS standard requests (first 1M/month free)"
_MIB: Final = Decimal(1024)
_POLLERS: Final = 5
_POLL_SECONDS: Final = 20
"""Lambda reads a queue with five long polls at once, each of at most 20 s (Lambda developer guide,
Amazon SQS event source mappings)."""
_BATCH: Final = 10
"""Messages of a batch, where a mapping does not say (the same)."""
_SCAN: Final = Decimal("0.5")
"""Read units of a query of up to 4 KB that need not be consistent (DynamoDB developer guide)."""
_UNIT_BYTES: Final = Decimal(8192)
"""Bytes that one such unit reads."""
_ITEM_BYTES: Final = 150
"""Of a row of Latest besides the message: its key and the time at which it came."""
_RECONNECTS: Final = Decimal(1) / 2
"""An hour: API Gateway ends a connection after two hours (its quotas), and the page connects again.
"""
_CHARGERS: Final = "chargers and their interval"
_PAGES: Final = "open pages and chargers"
_VISITS: Final = "visits, scanners and health checks"


def _function(resource: Resource, month: Usage) -> Charges | Free:
    """A function is billed by the call, and by its memory for as long as each takes."""
    if resource.id == "ProvisioningCheck":
        return Free("It runs once for each charger, far within what Lambda gives free.")
    count = calls(resource.id, resource, month)
    if count is None:
        reason = f"It is not known how often the function {resource.id} runs."
        return (UnpricedCharge("AWSLambda", "Calls and duration", reason),)
    assume = month.assume
    each = assume.request_seconds if resource.id == _API else assume.batch_seconds
    seconds = count * each
    if resource.id == _TELEMETRY:
        seconds += month.frames * assume.frame_seconds
    kind = "ARM" if resource.properties.get("Architectures") == ["arm64"] else "x86"
    memory = Decimal(str(resource.properties.get("MemorySize", 128))) / _MIB
    driver = _VISITS if resource.id == _API else _PAGES
    return (
        used("AWSLambda", f"Requests, {kind}", count, driver, _FREE_REQUESTS),
        used("AWSLambda", f"Duration, {kind}", seconds * memory, driver, _FREE_SECONDS),
    )


def calls(function: str, beside: Resource, month: Usage) -> Range | None:
    """Return how often a function runs in a month, by its logical id; None where nobody knows.

    beside: a resource of the same template.
    """
    if function == _API:
        return month.requests
    if function == _TELEMETRY:
        return _batches(beside, month)
    return _connections(month) * 2 if function == _VIEWERS else None


def _connections(month: Usage) -> Range:
    """Return how often pages connect: each visit, and again every two hours."""
    return month.assume.page_loads + month.viewer_hours * _RECONNECTS


def _batches(resource: Resource, month: Usage) -> Range:
    """Return how many batches a month's messages become.

    Up to one message in a window, each is a batch; then one a window, until batches are full. High:
    each of the pollers waits for a batch of its own.
    """
    mapping = _sibling(resource, "AWS::Lambda::EventSourceMapping")
    most = Decimal(str(mapping.get("BatchSize", _BATCH)))
    window = Decimal(str(mapping.get("MaximumBatchingWindowInSeconds", 0)))
    in_window = month.messages_per_second * window

    def batches(sent: Decimal, gathered: Decimal) -> Decimal:
        return sent / min(max(gathered, Decimal(1)), most)

    return Range(
        batches(month.sent.low, in_window),
        batches(month.sent.expected, in_window),
        batches(month.sent.high, in_window / _POLLERS),
    )


def _sibling(resource: Resource, type_: str) -> Mapping[str, Any]:
    """Return the properties of the one resource of a type in the same template; empty without."""
    found = (one for one in resource.siblings.values() if one["Type"] == type_)
    properties: Mapping[str, Any] = next(found, {}).get("Properties") or {}
    return properties


def _queue(resource: Resource, month: Usage) -> Charges | Free:
    """A message is sent one by one, and received and deleted in batches.

    An empty queue is asked as well: pollers wait 20 s for a message.
    """
    if not resource.properties.get("RedrivePolicy"):
        return Free("Only messages that failed are in it, and nobody polls it.")
    batches = _batches(resource, month)
    polls = month.assume.hours * (Decimal(3600) / _POLL_SECONDS * _POLLERS)
    requests = month.sent + batches.at_least(polls) + batches
    return (used("AWSQueueService", _QUEUE_ITEM, requests, _CHARGERS, _FREE_QUEUE),)


def _table(resource: Resource, month: Usage) -> Charges:
    """On demand, a table is billed by units: a write of up to 1 KB, a read of up to 8 KB.

    What it stores is a MB at most, and 25 GB are always free.
    """
    if resource.properties.get("BillingMode") != "PAY_PER_REQUEST":
        reason = f"The price book has no price of the capacity of the table {resource.id}."
        return (UnpricedCharge("AmazonDynamoDB", "Capacity", reason),)
    assume = month.assume
    if resource.id == "Latest":
        writes, driver = month.sent, _CHARGERS
        row = (assume.message_bytes + Range.exactly(_ITEM_BYTES)) * month.chargers
        reads = assume.page_loads * (row * (1 / _UNIT_BYTES))
    else:
        writes, driver = _connections(month) * 2, _PAGES
        reads = _batches(resource, month) * _SCAN
    return (
        used("AmazonDynamoDB", "On-demand write request units", writes, driver),
        used("AmazonDynamoDB", "On-demand read request units", reads, driver),
    )


def _api(resource: Resource, month: Usage) -> Charges:
    if resource.properties.get("ProtocolType") == "WEBSOCKET":
        minutes = month.viewer_hours * 60
        return (
            used("AmazonApiGateway", "WebSocket messages", month.frames, _PAGES),
            used("AmazonApiGateway", "WebSocket connection minutes", minutes, "open pages"),
        )
    return (used("AmazonApiGateway", "HTTP API requests", month.requests, _VISITS),)


FUNCTIONS: Final[Mapping[str, PriceRule]] = {
    "AWS::Lambda::Function": _function,
    "AWS::SQS::Queue": _queue,
    "AWS::DynamoDB::Table": _table,
    "AWS::ApiGatewayV2::Api": _api,
}
