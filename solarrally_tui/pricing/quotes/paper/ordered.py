"""From what a quote file says and a site to what the quote is about."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from solarrally_tui.pricing.metering.assumptions import DEFAULTS, Assumptions
from solarrally_tui.pricing.money import Money
from solarrally_tui.pricing.quotes.language.language import known_currency, language
from solarrally_tui.pricing.quotes.paper import logo
from solarrally_tui.pricing.quotes.paper.answers import PartyAnswers, QuoteAnswers
from solarrally_tui.pricing.quotes.paper.content import Wanted
from solarrally_tui.pricing.quotes.paper.parties import Party, validity
from solarrally_tui.pricing.quotes.paper.terms import Biller, Discount, Item, Tax, Terms
from solarrally_tui.site.model import Site


def ordered(
    answers: QuoteAnswers,
    site: Site,
    today: date,
    money: Money | None = None,
    assume: Mapping[str, str] | None = None,
) -> Wanted:
    """Return what a quote is about.

    money and assume come from the command line and override the file. Raises ValueError in words
    for people, for what does not fit together or a logo that cannot be used.
    """
    if answers.customer is None:
        raise ValueError("a quote needs the customer's name")
    spoken = language(answers.language)
    if money and not known_currency(money.currency):
        raise ValueError(f"{money.currency} is not a currency code such as EUR")
    seller = answers.seller
    return Wanted(
        site=site,
        customer=_party(answers.customer),
        validity=validity(answers.date or today, answers.valid_days),
        seller=_party(seller) if seller else None,
        logo=logo.load(seller.logo) if seller and seller.logo else "",
        number=answers.number,
        terms=_terms(answers),
        money=money or _money(answers),
        assume=_assumptions(answers.assume, assume or {}),
        language=answers.language,
        paper=answers.paper or spoken.paper,
    )


def _party(answers: PartyAnswers) -> Party:
    return Party(
        answers.name,
        tuple(line for line in answers.address if line),
        answers.contact,
        answers.email,
        answers.phone,
        answers.website,
        answers.tax_id,
    )


def _terms(answers: QuoteAnswers) -> Terms:
    hosting, discount, tax = answers.hosting, answers.discount, answers.tax
    if hosting.margin_percent and hosting.billed_by is Biller.AWS:
        raise ValueError(
            "there is no margin on what AWS bills itself: remove hosting.margin_percent, or set "
            'hosting.billed_by = "seller"'
        )
    return Terms(
        items=tuple(
            Item(item.name, item.amount, item.every, item.per == "charger")
            for item in answers.items
        ),
        biller=hosting.billed_by,
        margin_percent=hosting.margin_percent,
        discount=Discount(discount.percent, discount.on) if discount else None,
        tax=Tax(tax.name, tax.percent) if tax else None,
    )


def _money(answers: QuoteAnswers) -> Money:
    code, exchange = answers.currency.upper(), answers.exchange
    if not known_currency(code):
        raise ValueError(f"{answers.currency} is not a currency code such as EUR")
    if code == "USD":
        if exchange:
            raise ValueError("exchange needs a currency other than USD, such as EUR")
        return Money()
    if exchange is None:
        raise ValueError(
            f"{code} needs exchange.rate, the units of {code} for one USD, and exchange.date. "
            "AWS's prices are in USD, and exchange rates are not looked up"
        )
    return Money(code, exchange.rate, exchange.date.isoformat())


def _assumptions(written: Mapping[str, Any], given: Mapping[str, str]) -> Assumptions:
    texts = {name: _as_text(value) for name, value in written.items()}
    return DEFAULTS.replaced({**texts, **given})


def _as_text(value: object) -> str:
    """Return an assumption of a file, a number or three in a list, as the command line takes it."""
    if isinstance(value, list):
        return ",".join(map(str, value))
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
