"""The usage behind a quote in the form of AWS's own Pricing Calculator (workload estimates).

With it, a customer can let AWS price the same usage. The form is that of the API operation
BatchCreateWorkloadEstimateUsage of bcm-pricing-calculator, whose batches have at most 25 entries.
"""

from collections import defaultdict
from decimal import Decimal
from typing import Any, Final

from solarrally_tui.architecture.diagram import box_of
from solarrally_tui.pricing.price_book.book import pack
from solarrally_tui.pricing.price_book.price_list_items import PriceListItem, price_list_items
from solarrally_tui.pricing.quotes.paper.content import Content

NO_ACCOUNT: Final = "0" * 12
"""In place of the account number, which the customer fills in."""
_BATCH: Final = 25
_WITHOUT_PREFIX: Final = "us-east-1"
_UNPREFIXED: Final = frozenset(
    {
        "AWSDataTransfer",
        "AWSELB",
        "AmazonCloudWatch",
        "AmazonEC2",
        "AmazonECR",
        "AmazonRDS",
        "AmazonS3",
    }
)
"""Services whose usage types have no prefix there: a dump of GetAttributeValues of 2022-09."""


def as_object(of: Content, account: str = NO_ACCOUNT) -> dict[str, Any]:
    """Return a month's usage in batches, and what the calculator cannot be given.

    What AWS always gives for free is not in it: the calculator knows that itself.
    """
    region = of.wanted.site.region
    amounts, missing = _usage(of, _listed(region))
    entries = [
        {
            "serviceCode": item.service,
            "usageType": _usage_type(item),
            "operation": item.operation or "",
            "key": f"line{number}",
            "group": box_of(item.service).value,
            "usageAccountId": account,
            "amount": float(amount),
        }
        for number, (item, amount) in enumerate(amounts.items(), 1)
    ]
    return {
        "schema": 1,
        "name": f"SolarRally {region} {of.wanted.site.tier.value}",
        "api": "bcm-pricing-calculator:BatchCreateWorkloadEstimateUsage",
        "batches": [entries[at : at + _BATCH] for at in range(0, len(entries), _BATCH)],
        "left_out": missing,
    }


def _listed(region: str) -> dict[tuple[str, str], PriceListItem]:
    try:
        return {(item.service, item.name): item for item in price_list_items(region)}
    except ValueError:
        return {}


def _usage(
    of: Content, listed: dict[tuple[str, str], PriceListItem]
) -> tuple[dict[PriceListItem, Decimal], list[dict[str, Any]]]:
    amounts: defaultdict[PriceListItem, Decimal] = defaultdict(Decimal)
    missing: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in of.cost.lines:
        if line.is_allowance:
            continue
        item = listed.get((line.service, line.item))
        if item:
            amounts[item] += line.quantity * pack(line.unit)
        else:
            missing[line.service, line.item] += line.monthly
    left_out = [
        {"service": service, "item": item, "monthly_usd": float(usd)}
        for (service, item), usd in missing.items()
    ]
    return amounts, left_out


def _usage_type(item: PriceListItem) -> str:
    """Return the usage type that a bill of this Region shows."""
    older, *newer = item.usage_types()
    if not newer or (item.place == _WITHOUT_PREFIX and item.service in _UNPREFIXED):
        return older
    return newer[-1] if item.place == _WITHOUT_PREFIX else older
