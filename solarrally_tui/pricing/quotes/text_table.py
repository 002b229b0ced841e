"""A quote as plain text for a terminal."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from solarrally_tui.pricing.breakdown import rows
from solarrally_tui.pricing.metering.estimate_lines import Estimate
from solarrally_tui.pricing.money import Money
from solarrally_tui.pricing.quotes.quote import Comparison, Quote
from solarrally_tui.text.table import columns, terminal_width, wrap

_BAR: Final = 40
_CENT: Final = Decimal("0.01")


def to_table(quote: Quote) -> str:
    """Return the quote as lines as wide as the terminal."""
    parts = _compared(quote) if quote.comparison else _alone(quote)
    return "\n".join(parts)


def total(cost: Estimate, money: Money) -> str:
    """Return the monthly amount in words, with what is not known of it."""
    if not cost.known:
        return f"Unknown: the price book has no prices for {cost.region}."
    least = "" if cost.complete else "At least "
    return (
        f"{least}{money.show(cost.expected)} {money.currency} a month in {cost.region}, "
        f"between {money.show(cost.low)} and {money.show(cost.high)}."
    )


def _alone(quote: Quote) -> Iterator[str]:
    cost, money = quote.cost, quote.money
    if cost.known:
        yield from _by_line(quote)
        yield ""
        yield from _by_share(quote)
        yield ""
    yield from wrap(f"{total(cost, money)} {_dated(quote)}")
    yield from _beside(quote)


def _dated(quote: Quote) -> str:
    cost = quote.cost
    words = f"AWS list prices of {quote.oldest} to {cost.prices_as_of}, 730 hours a month."
    return f"{words} {quote.money.note}".strip()


def _by_line(quote: Quote) -> Iterator[str]:
    show = quote.money.show
    table = [("", "", "fixed", "usage")]
    stack = ""
    for row in rows(quote.cost.lines):
        if abs(row.fixed + row.usage) <= _CENT / 2:
            continue
        name = row.stack if row.stack != stack else ""
        stack = row.stack
        fixed, usage = (show(part) if part else "" for part in (row.fixed, row.usage))
        many = f"{row.resources} x " if row.resources > 1 else ""
        table.append((name, f"{many}{row.item}", fixed, usage))
    fixed, usage = (show(quote.cost.total(kind)) for kind in ("fixed", "usage"))
    table.append(("", "All, with what is below a cent", fixed, usage))
    yield from columns(table, align="<<>>", flexible=1)


def _by_share(quote: Quote) -> Iterator[str]:
    longest = min(_BAR, max(terminal_width() - _BAR, 8))
    yield from columns(
        [
            (
                share.words,
                quote.money.show(share.monthly),
                "█" * round(float(share.part) * longest),
            )
            for share in quote.shares
            if share.monthly > _CENT / 2
        ],
        align="<><",
        flexible=0,
    )


def _beside(quote: Quote) -> Iterator[str]:
    cost, money = quote.cost, quote.money
    if cost.known:
        yield ""
        yield from wrap(f"What moves it most: {cost.driver}.")
        yield from wrap(
            f"List price {money.show(cost.list_price)}, always free for every account "
            f"{money.show(cost.always_free)}."
        )
        yield from _situations(quote)
        yield ""
        yield "Beside the total, each by itself:"
        for saving in quote.savings:
            yield from wrap(
                f"{saving.name}: {money.show(saving.monthly)}. {saving.terms}", "  ", "    "
            )
    yield ""
    yield "Not in the total:"
    for words in cost.left_out():
        yield from wrap(words, "  ", "    ")


def _situations(quote: Quote) -> Iterator[str]:
    money, year = quote.money, quote.archive[-1]
    app = next(each for each in quote.half_built if each.after == "app")
    kept = [
        f"{each.what.lower()} {money.show(each.monthly)} ({each.gigabytes:.0f} GB)"
        for each in quote.after_destroy
    ]
    yield from wrap(
        f"One charger: {money.show(quote.per_charger)} a month. One day with one build: "
        f"{money.show(quote.demo_day)}. Stopped half built, after the stack app: "
        f"{money.show(app.monthly)} a month."
    )
    yield from wrap(f"After destroy: {', '.join(kept)}. Deleting the data ends that too.")
    yield from wrap(
        f"{kept_telemetry(quote)} {year.gigabytes:,.1f} GB and {money.show(year.monthly)} a month "
        f"more after {year.month} months, besides what carries the messages there."
    )


def kept_telemetry(quote: Quote) -> str:
    """Say whether the site keeps its telemetry, as the start of a sentence."""
    days = quote.site.devices.archive_days
    if days:
        return f"The archive of {days} days in S3 will be"
    return "No telemetry is kept. Keeping all of it in S3 would be"


def _compared(quote: Quote) -> Iterator[str]:
    comparison = quote.comparison
    if comparison:
        yield from _variants(quote, comparison)
        yield ""
        yield from _cheapest(quote, comparison)
        yield ""
        yield from _break_evens(quote, comparison)
    yield from _beside(quote)


def _variants(quote: Quote, comparison: Comparison) -> Iterator[str]:
    money, base = quote.money, quote.cost
    table = [("", "low", "expected", "high", "change")]
    for each in (*comparison.tiers, *comparison.what_ifs):
        name = f"{each.group} {each.name}"
        if not each.cost.known:
            table.append((name, "", "unknown", "", ""))
            continue
        cost = each.cost
        low, expected, high = (money.show(a) for a in (cost.low, cost.expected, cost.high))
        change = f"{money.of(each.more_than(base)):+,.2f}" if base.known else "unknown"
        table.append((name, low, expected, high, change))
    yield from columns(table, align="<>>>>", flexible=0)
    yield from wrap(f"{money.currency} a month. {_dated(quote)}")


def _cheapest(quote: Quote, comparison: Comparison) -> Iterator[str]:
    cost = comparison.cheapest.cost
    yield from wrap(
        f"Cheapest honest variant for {quote.site.size.chargers} chargers: "
        f"{total(cost, quote.money)} It keeps the private database with backups, TLS, the "
        "firewall and the alarms. It gives up:"
    )
    for words in comparison.given_up or ("Nothing.",):
        yield from wrap(words, "  ", "    ")


def _break_evens(quote: Quote, comparison: Comparison) -> Iterator[str]:
    yield "Break-even:"
    for each in comparison.break_evens:
        first, second = quote.money.show(each.first_monthly), quote.money.show(each.second_monthly)
        yield from wrap(
            f"{each.first}: {first}; {each.second}: {second} a month. {each.answer}", "  ", "    "
        )
