"""The pictures of a quote in its language: the architecture and the cost over chargers."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from solarrally_tui.architecture import drawing
from solarrally_tui.architecture.diagram import Box, BoxId, Diagram
from solarrally_tui.architecture.layout import Caption
from solarrally_tui.pricing.advice.curve import Curve
from solarrally_tui.pricing.money import Money
from solarrally_tui.pricing.quotes.language.language import Language
from solarrally_tui.pricing.quotes.paper.chart import Series, Words, svg
from solarrally_tui.pricing.quotes.paper.content import Wanted

_MIB: Final = 1024
_AHEAD: Final = 10
"""The chart goes to so many times the customer's chargers."""
_FEW: Final = 50


def picture(
    shown: Diagram, amounts: Sequence[Decimal], language: Language, money: Money, region: str
) -> str:
    """Return the architecture as SVG. amounts: a month of each box, in the quote's currency."""
    captions = {
        box.id: _caption(box, amount, language, money)
        for box, amount in zip(shown.boxes, amounts, strict=True)
    }
    text = language.text
    account = text("picture.account", region=region)
    return drawing.svg(shown, captions, account, text("picture.support"), text("picture.alt"))


def chart(
    curve: Curve,
    wanted: Wanted,
    monthly: Callable[[Decimal, int], Decimal],
    language: Language,
) -> str:
    """Return the cost over chargers as SVG. monthly: what a customer pays, of USD and chargers."""
    most = max(_FEW, curve.chargers * _AHEAD)
    series = [
        Series(
            language.text(f"tiers.{tier.name}"),
            tuple(
                (point.chargers, monthly(point.expected, point.chargers))
                for point in tier.points
                if point.chargers <= most
            ),
            tier is curve.chosen,
        )
        for tier in curve.tiers
    ]
    currency = wanted.money.currency
    here = monthly(curve.chosen.mine.expected, curve.chargers)
    words = Words(
        language.text("chart.alt"),
        language.text("chart.chargers"),
        language.text("chart.amount", currency=currency),
        language.money(here, currency),
    )
    return svg(series, (curve.chargers, here), words, language.short)


def _caption(box: Box, amount: Decimal, language: Language, money: Money) -> Caption:
    price = ""
    if box.monthly is not None:
        price = language.money(amount, money.currency)
        if not box.complete:
            price = language.text("at_least", amount=price)
        elif not amount:
            price = language.text("picture.free")
    title = language.text(f"box.{box.id.value}")
    return Caption(title, _details(box, language), price)


def _details(box: Box, language: Language) -> tuple[str, ...]:
    """Return what describes a box: two lines at most, one for what serves all others."""
    describe = _DETAILS.get(box.id)
    return describe(box.facts, box.count, language) if describe else ()


_Facts = Mapping[str, str | int]


def _chargers(facts: _Facts, count: int, language: Language) -> tuple[str, ...]:
    every = language.counted("every", int(facts["seconds"]))
    return language.counted("chargers", count), every


def _tasks(facts: _Facts, count: int, language: Language) -> tuple[str, ...]:
    vcpu = language.number(Decimal(facts["cpu_units"]) / _MIB)
    memory = language.number(Decimal(facts["memory_mib"]) / _MIB)
    size = language.text("detail.size", vcpu=vcpu, memory=memory)
    return language.counted("tasks", count), size


def _functions(facts: _Facts, count: int, language: Language) -> tuple[str, ...]:
    memory = language.number(int(facts["memory_mib"]))
    return language.counted("functions", count), language.text("detail.memory", megabytes=memory)


def _database(facts: _Facts, _: int, language: Language) -> tuple[str, ...]:
    storage = language.text("detail.storage", gigabytes=language.number(int(facts["gigabytes"])))
    zones = language.text("detail.one_zone" if facts["zones"] == 1 else "detail.two_zones")
    return str(facts["class"]), f"{storage}, {zones}"


def _network(facts: _Facts, _: int, language: Language) -> tuple[str, ...]:
    if facts["nat_gateways"]:
        return (language.counted("nat_gateways", int(facts["nat_gateways"])),)
    if facts["nat_instances"]:
        return (language.text("detail.nat_instance"),)
    if facts["endpoints"]:
        return (language.counted("endpoints", int(facts["endpoints"])),)
    return (language.text("detail.addresses"),)


def _firewall(facts: _Facts, _: int, language: Language) -> tuple[str, ...]:
    return language.counted("rules", int(facts["rules"])), language.text(f"detail.{facts['mode']}")


def _of_fact(name: str) -> Callable[[_Facts, int, Language], tuple[str, ...]]:
    return lambda facts, _, language: (language.counted(name, int(facts[name])),)


_DETAILS: Final[Mapping[BoxId, Callable[[_Facts, int, Language], tuple[str, ...]]]] = {
    BoxId.CHARGERS: _chargers,
    BoxId.MESSAGES: lambda _, __, language: ("MQTT, TLS", language.text("detail.certificates")),
    BoxId.ARCHIVE: lambda _, __, language: (language.text("detail.telemetry"),),
    BoxId.TASKS: _tasks,
    BoxId.FUNCTIONS: _functions,
    BoxId.QUEUE: lambda _, __, language: (language.text("detail.queue"),),
    BoxId.API: lambda _, __, language: (language.text("detail.api"),),
    BoxId.DATABASE: _database,
    BoxId.BALANCER: lambda facts, _, language: (language.text(f"detail.{facts['scheme']}"),),
    BoxId.HUB: lambda _, count, language: (language.counted("tasks", count),),
    BoxId.DELIVERY: lambda facts, _, __: (str(facts["name"]) or "HTTPS",),
    BoxId.FIREWALL: _firewall,
    BoxId.PEOPLE: lambda _, __, language: (language.text("detail.dashboard"),),
    BoxId.NETWORK: _network,
    BoxId.MONITORING: _of_fact("alarms"),
    BoxId.SECRETS: _of_fact("secrets"),
    BoxId.FILES: _of_fact("buckets"),
}
