"""The quote in words of one language: what every format shows, ready to be laid out."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from solarrally_tui.interview.regions import REGIONS
from solarrally_tui.pricing.advice.curve import ShapeCurve
from solarrally_tui.pricing.money import apportioned
from solarrally_tui.pricing.quotes.language.language import Language, language, places
from solarrally_tui.pricing.quotes.paper.annex import Annex, annex
from solarrally_tui.pricing.quotes.paper.content import Content
from solarrally_tui.pricing.quotes.paper.figures import chart, picture
from solarrally_tui.pricing.quotes.paper.parties import Party
from solarrally_tui.pricing.quotes.paper.terms import (
    Amounts,
    Biller,
    Totals,
    totals,
    with_margin,
)
from solarrally_tui.pricing.quotes.paper.wording import Wording
from solarrally_tui.site.tiers import Shape, WafMode

_HEADINGS: Final = (
    "for",
    "from",
    "price.heading",
    "price.position",
    "price.once",
    "price.monthly",
    "picture.heading",
    "chart.heading",
    "scope.included",
    "scope.excluded",
    "assumptions.heading",
    "assumptions.lead",
    "assumptions.name",
    "assumptions.expected",
    "assumptions.from_to",
    "assumptions.effect",
    "foot.page",
)

_FEW_ROWS: Final = 5
"""Rows of the price beside which the lists of what is included are much longer."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the large figures."""

    label: str
    amount: str
    note: str


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A row of the price. kind is item, sum or total."""

    kind: str
    name: str
    note: str
    once: str
    monthly: str


@dataclass(frozen=True, slots=True)
class TierCard:
    """One tier beside the others."""

    name: str
    chosen: bool
    amount: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartyLines:
    """A seller or a customer."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The page that a customer signs, and its annex. Every text is final."""

    language: str
    paper: str
    words: dict[str, str]
    """Headings and labels."""
    title: str
    subject: str
    site: str
    logo: str
    seller: PartyLines | None
    customer: PartyLines
    dates: tuple[tuple[str, str], ...]
    figures: tuple[Figure, ...]
    price: tuple[PriceRow, ...]
    has_once: bool
    """Whether anything is paid once."""
    chart_below: bool
    """Whether the price is so short that the chart has its place below it, and none stays empty."""
    price_note: str
    tiers: tuple[TierCard, ...]
    parts: tuple[tuple[str, str], ...]
    """What the picture shows, for formats without it."""
    picture: str
    chart: str
    chart_note: str
    included: tuple[str, ...]
    excluded: tuple[str, ...]
    assumptions: tuple[tuple[str, str, str, str], ...]
    sign: str
    signatures: tuple[str, ...]
    foot: str
    annex: Annex


def page(of: Content) -> Page:
    """Return the quote in its language. Raises ValueError for a language without texts."""
    return _Writer(of).page()


class _Writer:
    """Puts one quote into words."""

    def __init__(self, of: Content) -> None:
        self.of = of
        self.wanted = of.wanted
        self.language: Language = language(of.wanted.language)
        self.say = Wording(self.language, of.wanted.money)
        self.totals = self._totals(of.cost.expected, later=of.later)
        self.low, self.high = self._totals(of.cost.low), self._totals(of.cost.high)

    def page(self) -> Page:
        text, say, wanted = self.language.text, self.say, self.wanted
        chargers = self.language.counted("chargers", wanted.site.size.chargers)
        shares, price = self._shares(), tuple(self._price())
        return Page(
            language=self.language.tag,
            paper=wanted.paper,
            words=self._words(),
            title=text("title"),
            subject=text("subject", chargers=chargers),
            site=text(
                "site",
                region=self._region(),
                tier=text(f"tiers.{wanted.site.tier.value}"),
                chargers=chargers,
                every=self.language.counted("every", wanted.site.size.interval_seconds),
            ),
            logo=wanted.logo,
            seller=self._party(wanted.seller) if wanted.seller else None,
            customer=self._party(wanted.customer),
            dates=tuple(self._dates()),
            figures=tuple(self._figures()),
            price=price,
            has_once=any(row.once for row in price),
            chart_below=len(price) <= _FEW_ROWS,
            price_note=self._price_note(),
            tiers=tuple(map(self._tier, self.of.curve.tiers)),
            parts=tuple(self._parts(shares)),
            picture=picture(self.of.diagram, shares, self.language, wanted.money, self._region()),
            chart=chart(self.of.curve, wanted, self._monthly, self.language),
            chart_note=self._chart_note(),
            included=tuple(self._included()),
            excluded=tuple(self._excluded()),
            assumptions=tuple(self._assumptions()),
            sign=text("sign.text", until=self.language.day(wanted.validity.until)),
            signatures=tuple(self._signatures()),
            foot=text("foot.estimate", since=self.of.cost.prices_as_of),
            annex=annex(self.of, shares, self.language, say),
        )

    def _totals(self, usd: Decimal, chargers: int = 0, later: Decimal = Decimal(0)) -> Totals:
        money = self.wanted.money
        return totals(
            money.of(usd),
            self.wanted.terms,
            chargers or self.wanted.site.size.chargers,
            places(money.currency),
            money.of(later),
        )

    def _monthly(self, usd: Decimal, chargers: int) -> Decimal:
        """Return what a customer with so many chargers pays a month."""
        return self._totals(usd, chargers).total.monthly

    def _shares(self) -> tuple[Decimal, ...]:
        """Return what each box of the diagram costs, so that all add up to the operation."""
        money, terms = self.wanted.money, self.wanted.terms
        exact = [
            with_margin(money.of(box.monthly or Decimal(0)), terms) for box in self.of.diagram.boxes
        ]
        return apportioned(exact, self.totals.hosting, places(money.currency))

    def _money(self, amount: Decimal) -> str:
        return self.language.money(amount, self.wanted.money.currency)

    def _region(self) -> str:
        code = self.wanted.site.region
        name = REGIONS.get(code)
        return self.language.text("region", name=name, code=code) if name else code

    def _words(self) -> dict[str, str]:
        text = self.language.text
        currency = self.wanted.money.currency
        chosen = {"tiers_chosen": text("tiers.chosen"), "currency": currency}
        heading = self.language.counted("chargers", self.wanted.site.size.chargers)
        chosen["tiers_heading"] = text("tiers.heading", chargers=heading)
        plain = {
            name.replace(".", "_"): text(name, page="{page}", pages="{pages}") for name in _HEADINGS
        }
        return plain | chosen

    def _party(self, party: Party) -> PartyLines:
        text = self.language.text
        named = (
            (text("contact"), party.contact),
            (text("phone"), party.phone),
            ("", party.email),
            ("", party.website),
            (text("tax_id"), party.tax_id),
        )
        lines = (f"{label}: {value}" if label else value for label, value in named if value)
        return PartyLines(party.name, (*party.address, *lines))

    def _dates(self) -> Iterator[tuple[str, str]]:
        text, validity = self.language.text, self.wanted.validity
        if self.wanted.number:
            yield text("number"), self.wanted.number
        yield text("date"), self.language.day(validity.day)
        yield text("valid"), self.language.day(validity.until)

    def _figures(self) -> Iterator[Figure]:
        text, total = self.language.text, self.totals.total
        low, high = self._money(self.low.total.monthly), self._money(self.high.total.monthly)
        yield Figure(
            text("months.month"),
            self._at_least(self._money(total.monthly)),
            text("months.range", low=low, high=high),
        )
        once = bool(total.once)
        yield Figure(
            text("months.first_year"),
            self._at_least(self._money(self.totals.year)),
            text("months.first_year_note" if once else "months.year_note"),
        )
        yield Figure(
            text("months.three_years"),
            self._at_least(self._money(self.totals.three_years)),
            self._three_years_note(once=once),
        )
        chargers = self.wanted.site.size.chargers
        yield Figure(
            text("months.per_charger"),
            self._money(total.monthly / chargers),
            "" if self.totals.tax.monthly else text("net"),
        )

    def _three_years_note(self, *, once: bool) -> str:
        """Return what three years consist of: a customer multiplies a month by thirty-six."""
        note = "months.three_years_note" if once else "months.three_years_plain"
        if not self.totals.later:
            return self.language.text(note)
        return self.language.text(f"{note}_later", amount=self._money(self.totals.later))

    def _at_least(self, amount: str) -> str:
        if self.of.cost.complete:
            return amount
        return self.language.text("at_least", amount=amount)

    def _price(self) -> Iterator[PriceRow]:
        text, found, terms = self.language.text, self.totals, self.wanted.terms
        low, high = self._money(self.low.hosting), self._money(self.high.hosting)
        yield PriceRow(
            "item",
            text("price.hosting"),
            text("price.by_use", low=low, high=high),
            "",
            self.say.amount(found.hosting),
        )
        for position in found.positions:
            note = ""
            if position.item.per_charger:
                count = self.language.number(position.quantity)
                note = text(
                    "price.per_charger", count=count, amount=self._money(position.item.amount)
                )
            yield self._row("item", position.item.name, note, position.amounts)
        if terms.discount:
            percent = self.language.percent(terms.discount.percent / 100)
            yield self._row("item", text("price.discount", percent=percent), "", found.discount)
        if terms.tax:
            percent = self.language.percent(terms.tax.percent / 100)
            name = text("price.tax", name=terms.tax.name, percent=percent)
            part = found.taxed.monthly != found.net.monthly
            note = text("price.tax_note", amount=self._money(found.taxed.monthly)) if part else ""
            yield self._row("sum", text("price.net"), "", found.net)
            yield self._row("item", name, note, found.tax)
            yield self._row("total", text("price.total"), "", found.total)
        else:
            yield self._row("total", text("price.net"), "", found.total)

    def _row(self, kind: str, name: str, note: str, amounts: Amounts) -> PriceRow:
        once = self.say.amount(amounts.once) if amounts.once else ""
        monthly = self.say.amount(amounts.monthly) if amounts.monthly else ""
        return PriceRow(kind, name, note, once, monthly)

    def _price_note(self) -> str:
        money, text = self.wanted.money, self.language.text
        seller = self.wanted.seller
        billed = (
            text("price.billed_by_seller", seller=seller.name)
            if seller and self.wanted.terms.biller is Biller.SELLER
            else text("price.billed_by_aws")
        )
        note = f"{billed} {text('price.currency', currency=money.currency)}"
        if not money.foreign:
            return note
        rate = text(
            "price.rate",
            rate=self.language.number(money.rate),
            currency=money.currency,
            day=self.say.iso_day(money.rate_date),
        )
        return f"{note} {rate}"

    def _tier(self, tier: ShapeCurve) -> TierCard:
        text = self.language.text
        chargers = self.wanted.site.size.chargers
        fits = tier.suits(chargers)
        low, high = self.language.number(tier.lowest), self.language.number(tier.highest)
        meant = "meant" if fits else "too_small" if chargers > tier.highest else "too_large"
        size = tier.site.size
        lines = (
            text("tiers.functions")
            if size.shape is Shape.FUNCTIONS
            else self.language.counted("tasks", size.min_tasks),
            text("tiers.two_zones" if size.multi_az else "tiers.one_zone"),
            text(f"tiers.{meant}", low=low, high=high),
        )
        found = self._totals(tier.mine.expected)
        amount = self._money(found.total.monthly)
        return TierCard(
            text(f"tiers.{tier.name}"),
            tier.name == self.wanted.site.tier.value,
            amount if tier.complete else text("at_least", amount=amount),
            (text("tiers.year", amount=self._money(found.year)), *lines),
        )

    def _parts(self, shares: tuple[Decimal, ...]) -> Iterator[tuple[str, str]]:
        for box, share in zip(self.of.diagram.boxes, shares, strict=True):
            if box.monthly is not None:
                amount = self.say.amount(share)
                yield (
                    self.language.text(f"box.{box.id.value}"),
                    amount if box.complete else self.language.text("at_least", amount=amount),
                )

    def _chart_note(self) -> str:
        curve = self.of.curve
        if curve.chargers == curve.most:
            return ""
        expected = self.of.cost.expected + curve.chosen.marginal
        more = self._totals(expected, curve.chargers + 1).total.monthly
        amount = self._money(more - self.totals.total.monthly)
        return self.language.text("chart.next", amount=amount)

    def _included(self) -> Iterator[str]:
        text, site = self.language.text, self.wanted.site
        yield text("scope.messages")
        yield text("scope.application")
        yield text("scope.database", days=self.language.counted("days", site.size.backup_days))
        if site.size.multi_az:
            yield text("scope.standby")
        if site.size.waf is not WafMode.OFF:
            yield text("scope.firewall")
        yield text("scope.monitoring")
        yield text("scope.encryption")
        if site.devices.archive_days:
            days = self.language.counted("days", site.devices.archive_days)
            yield text("scope.archive", days=days)

    def _excluded(self) -> Iterator[str]:
        for line in dict.fromkeys(one.item for one in self.of.cost.gaps):
            yield self.language.text("scope.unpriced", item=line)
        yield self.language.text("scope.sessions")
        known = self.language.list_of("excluded")
        for words in self.of.cost.excluded:
            if words.startswith("Tax") and self.wanted.terms.tax:
                continue
            yield known.get(words, words)
        yield self.language.text("scope.hardware")

    def _assumptions(self) -> Iterator[tuple[str, str, str, str]]:
        for effect in self.of.effects:
            one = effect.assumption
            low, high = (
                self.say.signed(
                    self._totals(self.of.cost.expected + change).total.monthly
                    - self.totals.total.monthly
                )
                for change in (effect.low, effect.high)
            )
            ends = " / ".join(dict.fromkeys((low, high)))
            yield self.say.assumed(one.name), self.say.expected(one), self.say.ends(one), ends

    def _signatures(self) -> Iterator[str]:
        text = self.language.text
        yield text("sign.place")
        yield text("sign.customer", name=self.wanted.customer.name)
        if self.wanted.seller:
            yield text("sign.place")
            yield text("sign.seller", name=self.wanted.seller.name)
