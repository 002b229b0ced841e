"""A site's backend as functions of AWS Lambda, priced beside its tasks. It is not offered.

docs/lambda.md has the design that is priced here, and why no site has it.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from solarrally_tui.pricing.advice.breakeven import BreakEven
from solarrally_tui.pricing.estimate import metered
from solarrally_tui.pricing.metering.assumptions import Assumptions
from solarrally_tui.pricing.metering.charge import Allowance, Charge, Resource, fixed, used
from solarrally_tui.pricing.metering.estimate_lines import Estimate, Line
from solarrally_tui.pricing.metering.estimate_range import Range
from solarrally_tui.pricing.metering.usage import MONTH_DAYS, Usage, usage
from solarrally_tui.pricing.price_book.book import Book
from solarrally_tui.site.model import Site
from solarrally_tui.site.tiers import Architecture

_REPLACED: Final = frozenset(
    {
        "AWS::ECS::Service",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "AWS::EC2::NatGateway",
        "AWS::EC2::EIP",
        "AWS::EC2::Instance",
        "AWS::EC2::VPCEndpoint",
        "AWS::ServiceDiscovery::PrivateDnsNamespace",
    }
)
"""Types of resources that functions need none of."""
_MQTT_SECRETS: Final = frozenset({"BridgeSecret", "HubSecret"})
"""Functions hold no connection to AWS IoT, so nothing needs a certificate for one."""
_FREE_REQUESTS: Final = Allowance("1 million function calls", Decimal(10**6))
_FREE_SECONDS: Final = Allowance("400,000 GB-seconds of functions", Decimal(400_000))
_FREE_QUEUE: Final = Allowance("1 million queue requests", Decimal(10**6))
_MEMORY_GB: Final = Decimal("0.5")
"""The backend holds 100 MB. Lambda gives processor time by memory, and this much is 0.29 vCPU."""
_REQUEST_SECONDS: Final = Decimal("0.05")
_BATCH_SECONDS: Final = Decimal("0.02")
_FRAME_SECONDS: Final = Decimal("0.01")
"""Assumed durations of a request, of a batch of telemetry, and of sending one frame."""
_BATCH: Final = 10
"""Messages that a queue hands to a function at once, at most (a standard queue's default)."""
_WINDOW_SECONDS: Final = 1
"""How long messages may wait to become a batch. Longer would be seen in a live view."""
_QUEUE_REQUESTS: Final = 2
"""For each batch: receiving it, and deleting it."""
_NOT_OFFERED: Final = "Not offered: docs/lambda.md says why."


def functions(
    site: Site, cost: Estimate, assume: Assumptions, prices: Book
) -> tuple[BreakEven, ...]:
    """Return the tasks of a site against functions without and with a live view.

    Empty where the Region lacks a price. Not counted, cents: the list of open connections, and
    requests of idle queues.
    """
    if not cost.known:
        return ()
    month = usage(site, assume)
    tasks = sum((line.monthly for line in cost.lines if _is_replaced(line)), Decimal(0))
    silent = _monthly(site, prices, _charges(site, month))
    live = _monthly(site, prices, (*_charges(site, month), *_live_charges(site, month)))
    if silent is None or live is None:
        return ()
    own = "tasks, load balancer and delivery to the tasks of this site"
    return (
        BreakEven(
            own,
            tasks,
            "functions of AWS Lambda with the same API, and a queue for telemetry",
            silent,
            "Without a live view: the application keeps telemetry in the memory of the one process "
            f"that receives it, and functions have many. {_NOT_OFFERED}",
        ),
        BreakEven(
            own,
            tasks,
            "the same functions, and a live view over API Gateway",
            live,
            "It would send the frames of /ws/live, by a program that the application does not "
            f"have. It is billed by message and viewer. {_NOT_OFFERED}",
        ),
    )


def _is_replaced(line: Line) -> bool:
    return line.type in _REPLACED or line.resource in _MQTT_SECRETS


def _monthly(site: Site, prices: Book, charges: Iterable[Charge]) -> Decimal | None:
    """Return USD a month for charges, less what is always free; None without a price."""
    owner = Resource("functions", "Functions", "AWS::Lambda::Function", site.region, {}, {})
    lines = tuple(metered(((owner, charge) for charge in charges), prices))
    priced = [line.monthly for line in lines if isinstance(line, Line)]
    return sum(priced, Decimal(0)) if len(priced) == len(lines) else None


def _charges(site: Site, month: Usage) -> Iterator[Charge]:
    """Yield what the API and the way of telemetry into the application's code would cost."""
    batches = _batches(site, month)
    yield used("AWSIoT", "Rules triggered (5 KB metering)", month.messages, "chargers")
    yield used("AWSIoT", "Rule actions executed (5 KB metering)", month.messages, "chargers")
    queue = month.sent + batches * _QUEUE_REQUESTS
    item = "SQS standard requests (first 1M/month free)"
    yield used("AWSQueueService", item, queue, "chargers", _FREE_QUEUE)
    yield from _calls(site, month.requests + batches)
    seconds = month.requests * _REQUEST_SECONDS + batches * _BATCH_SECONDS
    yield from _running(site, seconds)
    yield used("AmazonApiGateway", "HTTP API requests", month.requests, "visits")
    # A function in the VPC reads its secrets through an endpoint, in as many zones as the database.
    zones = 2 if site.size.multi_az else 1
    hours = month.assume.hours * zones
    yield fixed("AmazonVPC", "Interface VPC endpoint hour (per AZ/ENI)", hours)


def _live_charges(site: Site, month: Usage) -> Iterator[Charge]:
    """Yield what sending every message to every open page would add."""
    assume = month.assume
    watched = assume.viewers * assume.viewer_hours * (MONTH_DAYS * 60)
    each_day = Decimal(1) / 24
    frames = month.sent * assume.viewers * assume.viewer_hours * each_day
    yield used("AmazonApiGateway", "WebSocket messages", frames, "open pages")
    yield used("AmazonApiGateway", "WebSocket connection minutes", watched, "open pages")
    yield from _running(site, frames * _FRAME_SECONDS)


def _batches(site: Site, month: Usage) -> Range:
    """Return how many batches a month's messages become.

    Up to one message in a window, each is a batch; then one a window, until batches are full.
    """
    in_window = site.messages_per_second * _WINDOW_SECONDS
    each = min(max(in_window, 1), _BATCH)
    return month.sent * (1 / Decimal(str(each)))


def _calls(site: Site, count: Range) -> Iterator[Charge]:
    yield used("AWSLambda", f"Requests, {_processor(site)}", count, "visits", _FREE_REQUESTS)


def _running(site: Site, seconds: Range) -> Iterator[Charge]:
    item = f"Duration, {_processor(site)}"
    yield used("AWSLambda", item, seconds * _MEMORY_GB, "visits", _FREE_SECONDS)


def _processor(site: Site) -> str:
    return "ARM" if site.size.architecture is Architecture.ARM64 else "x86"
