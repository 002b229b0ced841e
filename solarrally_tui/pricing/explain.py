"""What a line of the estimate is, in words for people who do not know AWS's bills."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from solarrally_tui.pricing.breakdown import EstimateRow, ServiceShare
from solarrally_tui.pricing.service_names import SERVICES

_ITEMS: Final[Mapping[str, str]] = {
    "RDS PostgreSQL": "The database instance, by the hour.",
    "RDS gp3 storage": "The disk of the database, full or empty.",
    "RDS backup": "Backups beyond the size of the database. Up to that size they are free.",
    "Fargate Linux": "Processors or memory of the tasks, by the hour.",
    "Fargate ephemeral": "Disk of the tasks above 20 GB.",
    "ALB hour": "The load balancer itself, by the hour.",
    "ALB LCU": "The work of the load balancer: connections, requests and bytes.",
    "Public IPv4": "A public address, by the hour.",
    "NAT gateway hour": "Outbound access for tasks without a public address, by the hour.",
    "NAT gateway data": "Data that passes through the NAT gateway.",
    "EC2 ": "A small NAT instance for outbound access, by the hour.",
    "EBS gp3": "The disk of the NAT instance.",
    "Messages": "A message counts once when it arrives, and once for each task that receives it.",
    "Connectivity": "Minutes for which chargers and the bridge are connected.",
    "Device Shadow": "Looking up who a charger is, noting whether it is connected, and settings.",
    "Remote actions": "Jobs that chargers get, such as firmware or a restart.",
    "Fleet index": "Noting in the index whether a charger is connected.",
    "Rules triggered": "Messages that an AWS IoT rule evaluates.",
    "Rule actions": "Messages that an AWS IoT rule forwards.",
    "Web ACL": "The firewall itself.",
    "Rule": "The firewall's rules. A managed rule group counts as one.",
    "Requests": "Requests that the firewall inspects.",
    "Secret": "One stored password or certificate.",
    "API requests": "How often secrets are read.",
    "Symmetric requests": "How often the key encrypts or decrypts something.",
    "Customer managed key": "The key itself, by the month.",
    "Logs ingestion": "Log data as it is written.",
    "Logs storage": "Log data as it is kept.",
    "Alarm, composite": "The alarm that reports whether the site is up.",
    "Alarm": "Alarms that each watch one metric.",
    "Custom": "Metrics of the site that alarms watch.",
    "Dashboard": "A CloudWatch dashboard. Three in an account are free.",
    "Vended logs": "Records of the network's connections, as they are written.",
    "Data ingested": "Messages for the archive. Each counts as 5 KB.",
    "S3 Standard": "Stored files, by size.",
    "S3 PUT": "Writing files.",
    "S3 GET": "Reading files.",
    "ECR": "Container images, compressed.",
    "Linux": "Minutes spent on building the application.",
    "Data transfer to another": "Copied backups on their way to another Region.",
    "Cross-AZ": "Data between zones, each way: to NAT in another one, or from the hub to tasks.",
    "AWS Backup": "Weekly backups in the vault.",
    "Hosted zone": "The DNS zone of the site's domain.",
    "Data transfer out": "Data sent to viewers and to the Internet.",
    "HTTPS requests": "Requests from browsers and scanners.",
    "CloudFront Functions": "The check of every request at the edge.",
    "CloudFront KeyValueStore": "What the check at the edge looks up.",
    "Health check": "Checks of the site from outside AWS.",
}
"""What a line counts, by how its item begins. The first that fits is used, so order matters."""


def what(row: EstimateRow) -> str:
    """Return what a line is, as one or two sentences."""
    if row.is_allowance:
        return "AWS takes this off every account's bill, always."
    for beginning, words in _ITEMS.items():
        if row.item.startswith(beginning):
            return words
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


def nature_of(share: ServiceShare) -> str:
    """Return how much of a service is fixed, in a few words."""
    if share.fixed == share.monthly:
        return "Fixed."
    if not share.fixed:
        return "By use."
    return f"{_amount(share.fixed)} is fixed, {_amount(share.monthly - share.fixed)} is by use."


def _amount(usd: Decimal) -> str:
    return f"{'-' if usd < 0 else ''}${abs(usd):,.2f}"


def _number(value: Decimal, digits: int) -> str:
    return f"{round(value, digits).normalize() + 0:,f}"
