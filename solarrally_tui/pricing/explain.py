"""What a line of the estimate is, in words for people who do not know AWS's bills."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Final, NamedTuple

from solarrally_tui.pricing.breakdown import EstimateRow, PartShare
from solarrally_tui.pricing.metering.estimate_lines import LaterCost, UnpricedLine
from solarrally_tui.pricing.service_names import SERVICES


class Item(NamedTuple):
    """A charge in words for people who do not know AWS's bills."""

    name: str
    words: str
    """What it counts, as one or two sentences."""


_PROCESSORS: Final = Item("Tasks: processors", "Processors of the tasks, by the hour.")
_MEMORY: Final = Item("Tasks: memory", "Memory of the tasks, by the hour.")
_INSPECTED: Final = Item("Firewall, its work", "Requests that the firewall inspects.")
_ITEMS: Final[Mapping[str, Item]] = {
    "RDS PostgreSQL": Item("Database computer", "The database instance, by the hour."),
    "RDS gp3 storage": Item("Database disk", "The disk of the database, full or empty."),
    "RDS backup": Item(
        "Database backups",
        "Backups beyond the size of the database. Up to that size they are free.",
    ),
    "Fargate Linux * vCPU": _PROCESSORS,
    "Fargate Linux * GB": _MEMORY,
    "Fargate Spot Linux * vCPU": _PROCESSORS._replace(name="Spot tasks: processors"),
    "Fargate Spot Linux * GB": _MEMORY._replace(name="Spot tasks: memory"),
    "Fargate ephemeral": Item("Tasks: disk", "Disk of the tasks above 20 GB."),
    "ALB hour": Item("Load balancer itself", "The load balancer itself, by the hour."),
    "ALB LCU": Item(
        "Load balancer, its work",
        "The work of the load balancer: connections, requests and bytes.",
    ),
    "Public IPv4": Item("Public addresses", "A public address, by the hour."),
    "NAT gateway hour": Item(
        "Outbound access itself",
        "Outbound access for tasks without a public address, by the hour.",
    ),
    "NAT gateway data": Item("Outbound data", "Data that passes through the NAT gateway."),
    "EC2 ": Item(
        "Outbound access itself", "A small NAT instance for outbound access, by the hour."
    ),
    "EBS gp3": Item("Outbound access, its disk", "The disk of the NAT instance."),
    "Interface VPC endpoint hour": Item(
        "Private ways to AWS", "Ways from the tasks to AWS's services, each by the hour."
    ),
    "Interface VPC endpoint data": Item(
        "Private ways to AWS, data", "Data between the tasks and AWS's services."
    ),
    "Messages": Item(
        "Messages",
        "A message counts once when it arrives, and once for each task that receives it.",
    ),
    "Connectivity": Item(
        "Connected minutes", "Minutes for which chargers and the bridge are connected."
    ),
    "Device Shadow": Item(
        "Charger records",
        "Looking up who a charger is, noting whether it is connected, and settings.",
    ),
    "Remote actions": Item(
        "Jobs for chargers", "Jobs that chargers get, such as firmware or a restart."
    ),
    "Fleet index queries": Item("Fleet index, asked", "Looking up chargers in the index."),
    "Fleet index": Item("Fleet index, kept", "Noting in the index whether a charger is connected."),
    "Rules triggered": Item("Messages sorted", "Messages that an AWS IoT rule evaluates."),
    "Rule actions": Item("Messages forwarded", "Messages that an AWS IoT rule forwards."),
    "Web ACL": Item("Firewall itself", "The firewall itself."),
    "Rule": Item("Firewall rules", "The firewall's rules. A managed rule group counts as one."),
    "Requests, * scope": _INSPECTED,
    "Requests, ": Item("Function calls", "How often functions are called."),
    "Duration, ": Item("Functions, running", "Memory of the functions, for as long as they run."),
    "SQS ": Item("Queue of messages", "Messages that the queue takes, hands out and deletes."),
    "HTTP API": Item("Requests to the API", "Requests that API Gateway passes to a function."),
    "WebSocket messages": Item(
        "Live view, messages", "Each message of a charger to each open page."
    ),
    "WebSocket connection": Item("Live view, minutes", "Minutes for which pages are open."),
    "On-demand write": Item(
        "Last messages, written", "The last message of each charger, whenever one arrives."
    ),
    "On-demand read": Item(
        "Last messages, read", "Looking up who is connected, and last messages."
    ),
    "Requests": _INSPECTED,
    "Secret": Item("Stored passwords", "One stored password or certificate."),
    "API requests": Item("Passwords read", "How often secrets are read."),
    "Symmetric requests": Item("Key uses", "How often the key encrypts or decrypts something."),
    "Customer managed key": Item("Encryption key itself", "The key itself, by the month."),
    "Logs ingestion": Item("Logs, written", "Log data as it is written."),
    "Logs storage": Item("Logs, kept", "Log data as it is kept."),
    "Alarm, composite": Item("Alarm: site is up", "The alarm that reports whether the site is up."),
    "Alarm": Item("Alarms", "Alarms that each watch one metric."),
    "Custom": Item("Figures for alarms", "Metrics of the site that alarms watch."),
    "Dashboard": Item("Dashboard of AWS", "A CloudWatch dashboard. Three in an account are free."),
    "Vended logs": Item(
        "Network log", "Records of the network's connections, as they are written."
    ),
    "Data ingested": Item("Archive of messages", "Messages for the archive. Each counts as 5 KB."),
    "S3 Standard": Item("Files, kept", "Stored files, by size."),
    "S3 PUT": Item("Files, written", "Writing files."),
    "S3 GET": Item("Files, read", "Reading files."),
    "ECR": Item("Container images", "Container images, compressed."),
    "Linux arm": Item("Build minutes, ARM", "Minutes spent on building the application."),
    "Linux": Item("Build minutes, x86", "Minutes spent on building the application."),
    "Data transfer to another": Item(
        "Backups to another Region", "Copied backups on their way to another Region."
    ),
    "Cross-AZ": Item(
        "Data between zones",
        "Data between zones, each way: to NAT in another one, or from the hub to tasks.",
    ),
    "AWS Backup": Item("Backup vault", "Weekly backups in the vault."),
    "Hosted zone": Item("Domain's DNS", "The DNS zone of the site's domain."),
    "Data transfer out": Item("Data to viewers", "Data sent to viewers and to the Internet."),
    "HTTPS requests": Item("Requests to the page", "Requests from browsers and scanners."),
    "CloudFront Functions": Item("Sign-in check", "The check of every request at the edge."),
    "CloudFront KeyValueStore": Item(
        "Sign-in check, look-ups", "What the check at the edge looks up."
    ),
    "Health check, optional": Item(
        "Checks from outside, extra", "What the checks from outside AWS do beyond the usual."
    ),
    "Health check": Item("Checks from outside", "Checks of the site from outside AWS."),
}
"""By a pattern of how an item begins; the first that fits is used, so order matters."""

LONGEST_NAME: Final = 26
"""Letters of a name: the list of costs of a narrow terminal has no more room."""
_LATER: Final = {"awskms": ", as AWS renews it yearly and keeps the earlier ones"}
"""By service, why AWS bills a charge more often later."""


def _item(name: str) -> Item | None:
    return next((item for begin, item in _ITEMS.items() if fnmatchcase(name, f"{begin}*")), None)


def name(row: EstimateRow | UnpricedLine) -> str:
    """Return what a line is called for people who do not know AWS's bills."""
    # An allowance is named for people already: "5 GB of log storage".
    item = None if isinstance(row, EstimateRow) and row.is_allowance else _item(row.item)
    return item.name if item else row.item


def what(row: EstimateRow) -> str:
    """Return what a line is, as one or two sentences."""
    if row.is_allowance:
        return "AWS takes this off every account's bill, always."
    item = _item(row.item)
    if item is not None:
        return item.words
    return SERVICES[row.service].purpose if row.service in SERVICES else ""


def product(row: EstimateRow) -> str:
    """Return quantity times unit price, such as "730 x $0.016 per hour = $11.68"."""
    count, amount = _number(row.quantity, 4), _amount(row.monthly)
    if abs(row.quantity * row.unit_price - row.monthly) > Decimal("0.005"):
        return f"{count} x {row.unit}, at tiered prices = {amount}"
    return f"{count} x ${_number(row.unit_price, 8)} per {row.unit} = {amount}"


def nature(row: EstimateRow) -> str:
    """Return whether a line is fixed or by use, and what changes it."""
    ends = sorted((row.low, row.high), key=abs)
    span = " to ".join(map(_amount, ends))
    moved = f" {span}, depending on {row.driver}." if row.driver and row.low != row.high else ""
    if row.fixed:
        return f"Fixed: billed whether or not the site is used.{moved}"
    return f"By use.{moved}"


def nature_of(share: PartShare) -> str:
    """Return how much of a part is fixed, in a few words."""
    if share.fixed == share.monthly:
        return "Fixed."
    if not share.fixed:
        return "By use."
    return f"{_amount(share.fixed)} is fixed, {_amount(share.monthly - share.fixed)} is by use."


def later_words(later: Iterable[LaterCost], show: Callable[[Decimal], str]) -> Iterator[str]:
    """Yield what comes on top of the monthly cost after some months, a sentence a charge.

    show: returns USD in the currency that is shown.
    """
    months: dict[tuple[str, Decimal], list[int]] = {}
    for cost in later:
        months.setdefault((cost.line.service, cost.monthly), []).append(cost.after_months)
    for (service, monthly), after in months.items():
        when = " and again after ".join(map(str, after))
        why = _LATER.get(service, "")
        yield f"{SERVICES[service].name}: {show(monthly)} a month more after {when} months{why}."


def _amount(usd: Decimal) -> str:
    return f"{'-' if usd < 0 else ''}${abs(usd):,.2f}"


def _number(value: Decimal, digits: int) -> str:
    return f"{round(value, digits).normalize() + 0:,f}"
