"""What the wizard writes into the boxes of the picture. Pure."""

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Final

from solarrally_tui.architecture.diagram import Box, BoxId, Diagram
from solarrally_tui.architecture.layout import Caption
from solarrally_tui.pricing.money import Money
from solarrally_tui.screens.common.money import converted, with_cents
from solarrally_tui.screens.picture.endings import UNPRICED
from solarrally_tui.text.enumeration import counted

TITLES: Final[Mapping[BoxId, tuple[str, str]]] = {
    BoxId.CHARGERS: ("Chargers", ""),
    BoxId.MESSAGES: ("AWS IoT Core", "AWS IoT"),
    BoxId.HUB: ("Hub", ""),
    BoxId.QUEUE: ("Queue", ""),
    BoxId.ARCHIVE: ("Archive", ""),
    BoxId.TASKS: ("Application", "Tasks"),
    BoxId.FUNCTIONS: ("Application", "Lambda"),
    BoxId.DATABASE: ("Database", ""),
    BoxId.BALANCER: ("Load balancer", "Balancer"),
    BoxId.API: ("API Gateway", "API"),
    BoxId.DELIVERY: ("CloudFront", "CDN"),
    BoxId.FIREWALL: ("Firewall", ""),
    BoxId.PEOPLE: ("People", ""),
    BoxId.NETWORK: ("Network", ""),
    BoxId.MONITORING: ("Monitoring", "Alarms"),
    BoxId.SECRETS: ("Secrets, keys", "Secrets"),
    BoxId.FILES: ("Files, builds", "Files"),
    BoxId.OTHER: ("Other", ""),
}
"""The title of each box, and a shorter one where that is too long for little room."""

_DNS: Final = "AmazonRoute53"

_NARROWEST: Final = 9
"""Columns of a price in the smallest box, beside the glyph of a state."""
_UNITS: Final = 1024
"""CPU units of a vCPU, and MiB of a GiB."""


def captions(shown: Diagram, money: Money) -> Mapping[BoxId, Caption]:
    """Return what is written in each box, amounts in the currency that is shown."""
    costs = [box for box in shown.boxes if box.state not in UNPRICED]
    # Of all boxes, so that none changes its price when another one is deleted.
    parts = money.parts([box.monthly or Decimal(0) for box in shown.boxes])
    cents = {box.id: part for box, part in zip(shown.boxes, parts, strict=True)}
    prices = {box.id: _price(box, with_cents(cents[box.id], money)) for box in costs}
    # A price that is cut would be another one.
    if any(len(price) > _NARROWEST for price in prices.values()):
        prices = {box.id: _price(box, converted(cents[box.id], money)) for box in costs}
    return {box.id: _caption(box, prices.get(box.id, "")) for box in shown.boxes}


def title_with(part: BoxId, title: str, services: Collection[str]) -> str:
    """Return what a part is called, with the DNS where its hosted zone is billed with it."""
    has_zone = part is BoxId.DELIVERY and _DNS in services
    return f"{title}, DNS" if has_zone else title


def _caption(box: Box, price: str) -> Caption:
    title, short = (title_with(box.id, words, box.services) for words in TITLES[box.id])
    describe = _DETAILS.get(box.id)
    details = describe(box.facts, box.count) if describe else ()
    return Caption(title, details, price, short)


def _price(box: Box, shown: str) -> str:
    if box.monthly is None:
        return ""
    if not box.complete:
        return f"from {shown}" if box.monthly else "no price"
    return shown if box.monthly else "free"


_Facts = Mapping[str, str | int]


def _chargers(facts: _Facts, count: int) -> tuple[str, ...]:
    registered = int(facts.get("registered", count))
    online = facts.get("online")
    chargers = counted(registered, "charger") if online is None else f"{online} of {registered:,}"
    return chargers, f"every {facts['seconds']} s"


def _tasks(facts: _Facts, count: int) -> tuple[str, ...]:
    running, most = facts.get("running"), int(facts["most"])
    if running is not None:
        tasks = counted(int(running), "task")
    else:
        tasks = counted(count, "task") if most == count else f"{count} to {most} tasks"
    vcpu, memory = (Decimal(facts[name]) / _UNITS for name in ("cpu_units", "memory_mib"))
    return tasks, f"{vcpu.normalize():f} vCPU {memory.normalize():f} GB"


def _functions(facts: _Facts, count: int) -> tuple[str, ...]:
    return counted(count, "function"), f"{facts['memory_mib']} MB each"


def _database(facts: _Facts, _: int) -> tuple[str, ...]:
    storage = f"{facts['gigabytes']} GB" if facts["zones"] == 1 else "with standby"
    return str(facts["class"]).removeprefix("db."), storage


def _delivery(facts: _Facts, _: int) -> tuple[str, ...]:
    return str(facts["name"]) or "AWS address", "HTTPS"


def _network(facts: _Facts, _: int) -> tuple[str, ...]:
    if facts["nat_gateways"]:
        return (counted(int(facts["nat_gateways"]), "NAT gateway"),)
    if facts["nat_instances"]:
        return ("NAT instance",)
    endpoints = int(facts["endpoints"])
    return (counted(endpoints, "endpoint"),) if endpoints else ("public IPs",)


def _firewall(facts: _Facts, _: int) -> tuple[str, ...]:
    does = "blocks" if facts["mode"] == "block" else "only counts"
    return counted(int(facts["rules"]), "rule"), does


_DETAILS: Final[Mapping[BoxId, Callable[[_Facts, int], tuple[str, ...]]]] = {
    BoxId.CHARGERS: _chargers,
    BoxId.MESSAGES: lambda _, __: ("MQTT, TLS", "certificates"),
    BoxId.HUB: lambda _, count: (counted(count, "task"), "MQTT broker"),
    BoxId.QUEUE: lambda _, __: ("SQS", "of messages"),
    BoxId.TASKS: _tasks,
    BoxId.FUNCTIONS: _functions,
    BoxId.DATABASE: _database,
    BoxId.BALANCER: lambda facts, _: (
        "not public" if facts["scheme"] == "internal" else "public",
        "health checks",
    ),
    BoxId.API: lambda _, __: ("requests", "live view"),
    BoxId.DELIVERY: _delivery,
    BoxId.FIREWALL: _firewall,
    BoxId.PEOPLE: lambda _, __: ("dashboard", "in a browser"),
    BoxId.NETWORK: _network,
    BoxId.MONITORING: lambda facts, _: (counted(int(facts["alarms"]), "alarm"),),
    BoxId.SECRETS: lambda facts, _: (counted(int(facts["secrets"]), "secret"),),
    BoxId.FILES: lambda facts, _: (counted(int(facts["buckets"]), "bucket"),),
}
"""What describes a box, the most telling first."""
