"""What a line of the estimate is, in words for people who do not know AWS's bills."""

from decimal import Decimal
from types import MappingProxyType
from typing import Final

from solarrally_tui.pricing.breakdown import EstimateRow, ServiceShare

SERVICES: Final = MappingProxyType(
    {
        "AWSBackup": "Copies of the database in a vault that nobody can empty early.",
        "AWSDataTransfer": "What servers send to the Internet.",
        "AWSELB": "Receives every visit and hands it to a server that is well.",
        "AWSIoT": "Carries what chargers report to the servers.",
        "AWSSecretsManager": "Keeps passwords and the bridge's certificate.",
        "AmazonCloudFront": "Delivers the pages over HTTPS from near the viewer.",
        "AmazonCloudWatch": "Keeps logs and sends alarms.",
        "AmazonEC2": "Lets servers without a public address reach the Internet.",
        "AmazonECR": "Keeps the built versions of the application.",
        "AmazonECS": "The application and the bridge to the chargers run on it.",
        "AmazonRDS": "Keeps users, chargers and sessions, encrypted and backed up.",
        "AmazonRoute53": "Visits the site from several places and tells when it is away.",
        "AmazonS3": "Keeps web files, build sources and the audit log.",
        "AmazonVPC": "Public addresses. AWS bills each by the hour.",
        "CodeBuild": "Builds the application inside your account.",
        "awskms": "A key of your own that encrypts what is kept.",
        "awswaf": "Turns away known attacks and addresses that ask too often.",
    }
)
"""What each service does here."""

_ITEMS: Final = MappingProxyType(
    {
        "RDS PostgreSQL": "The database server, by the hour.",
        "RDS gp3 storage": "The disk of the database, full or empty.",
        "RDS backup": "Backups beyond the size of the database; up to it they are free.",
        "Fargate Linux": "A part of the servers: processors or memory, by the hour.",
        "Fargate ephemeral": "Disk of the servers above 20 GB.",
        "ALB hour": "The load balancer itself, by the hour.",
        "ALB LCU": "The load balancer's work: connections, requests and bytes.",
        "Public IPv4": "A public address, by the hour.",
        "NAT gateway hour": "A way out for servers without a public address, by the hour.",
        "NAT gateway data": "What goes through the way out.",
        "EC2 ": "A small server as the way out, by the hour.",
        "EBS gp3": "The disk of that small server.",
        "Messages": "One count for every message in, and one for each server that hears it.",
        "Connectivity": "Minutes that chargers and the bridge are connected.",
        "Rules triggered": "Messages that an AWS IoT rule looks at.",
        "Rule actions": "Messages that an AWS IoT rule passes on.",
        "Web ACL": "The firewall itself.",
        "Rule": "The firewall's rules; a group that AWS keeps counts as one.",
        "Requests": "Visits that the firewall looks at.",
        "Secret": "A place for one password or certificate.",
        "API requests": "How often secrets are read.",
        "Customer managed key": "The key itself, by the month.",
        "Logs ingestion": "Logs that are taken in.",
        "Logs storage": "Logs that are kept.",
        "Alarm, composite": "The alarm that says whether the site serves.",
        "Alarm": "Alarms that watch one figure each.",
        "Custom": "Figures of our own that alarms watch.",
        "Dashboard": "A dashboard of CloudWatch; three of an account are free.",
        "S3 Standard": "Files, by their size.",
        "S3 PUT": "Files that are written.",
        "S3 GET": "Files that are read.",
        "ECR": "Built images, compressed.",
        "Linux": "Minutes in which the application is built.",
        "Data transfer out": "Bytes to viewers and to the Internet.",
        "HTTPS requests": "Requests of browsers and scanners.",
        "CloudFront Functions": "A check of every visit at the edge.",
        "CloudFront KeyValueStore": "What that check looks up.",
        "Health check": "Checks of the site from other places.",
    }
)
"""What a line counts, by how its item starts; the first that fits counts."""


def what(row: EstimateRow) -> str:
    """Return what a line is, as one or two sentences."""
    if row.is_allowance:
        return "AWS takes this off every account's bill, always."
    words = next((text for start, text in _ITEMS.items() if row.item.startswith(start)), "")
    return words or SERVICES.get(row.service, "")


def product(row: EstimateRow) -> str:
    """Return quantity times unit price, such as "730 x $0.016 per hour = $11.68"."""
    count, amount = _number(row.quantity, 4), _amount(row.monthly)
    if abs(row.quantity * row.unit_price - row.monthly) > Decimal("0.005"):
        return f"{count} x {row.unit}, whose price has steps = {amount}"
    return f"{count} x ${_number(row.unit_price, 8)} per {row.unit} = {amount}"


def nature(row: EstimateRow) -> str:
    """Return whether a line is fixed or by use, and what moves it."""
    ends = sorted((row.low, row.high), key=abs)
    spread = " to ".join(map(_amount, ends))
    moved = f" {spread}, by {row.driver}." if row.driver and row.low != row.high else ""
    if row.fixed:
        return f"Fixed: billed whether the site is used or not.{moved}"
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
