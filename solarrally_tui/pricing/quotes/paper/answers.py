"""What a quote file says: seller, customer, items, tax, language and currency."""

from datetime import date as Day  # noqa: N812 fields are called date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
)

from solarrally_tui.pricing.money import LEAST_RATE
from solarrally_tui.pricing.quotes.paper.parties import LONGEST, MOST_DAYS, VALID_DAYS, readable
from solarrally_tui.pricing.quotes.paper.terms import Biller, DiscountOn, Every

MOST_ITEMS: Final = 12
"""More do not fit on one page."""


def _line(text: str) -> str:
    shown = readable(text)
    if len(shown) > LONGEST:
        raise ValueError(f"has {len(shown)} characters, at most {LONGEST} are allowed.")
    return shown


def _name(text: str) -> str:
    shown = _line(text)
    if not any(letter.isalnum() for letter in shown):
        raise ValueError("must be a name.")
    return shown


def _exact(value: object) -> object:
    # A float of Python would bring digits that nobody typed.
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


_Line = Annotated[str, AfterValidator(_line)]
_Name = Annotated[str, AfterValidator(_name)]
_Percent = Annotated[
    Decimal, BeforeValidator(_exact), Field(ge=0, le=100, decimal_places=4, allow_inf_nan=False)
]
_Margin = Annotated[
    Decimal, BeforeValidator(_exact), Field(ge=0, le=1000, decimal_places=4, allow_inf_nan=False)
]
_Amount = Annotated[
    Decimal,
    BeforeValidator(_exact),
    Field(ge=0, le=100_000_000, decimal_places=4, allow_inf_nan=False),
]
_Rate = Annotated[
    Decimal,
    BeforeValidator(_exact),
    Field(ge=float(LEAST_RATE), le=float(1 / LEAST_RATE), max_digits=30, allow_inf_nan=False),
]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PartyAnswers(_Table):
    """A seller or a customer."""

    name: _Name
    address: list[_Line] = Field(default=[], max_length=5)
    contact: _Line = ""
    email: _Line = ""
    phone: _Line = ""
    website: _Line = ""
    tax_id: _Line = ""


class SellerAnswers(PartyAnswers):
    """The seller, with a logo: a PNG or SVG beside the quote file."""

    logo: Path | None = None


class ItemAnswers(_Table):
    """One of the seller's own items."""

    name: _Name
    amount: _Amount
    every: Every = Every.MONTH
    per: Literal["site", "charger"] = "site"


class DiscountAnswers(_Table):
    """A discount on everything that the seller bills, or on a part of it."""

    percent: _Percent
    on: DiscountOn = DiscountOn.ALL


class TaxAnswers(_Table):
    """A tax on everything that the seller bills."""

    name: _Name
    percent: _Percent


class HostingAnswers(_Table):
    """Who bills the operation on AWS, and what is added to it."""

    billed_by: Biller = Biller.SELLER
    margin_percent: _Margin = Decimal(0)
    account: str = Field(default="", pattern=r"^(\d{12})?$")
    """Number of the AWS account, for AWS's Pricing Calculator only."""


class ExchangeAnswers(_Table):
    """The rate of the quote's currency: units of it for one USD, and its date."""

    rate: _Rate
    date: Day


class QuoteAnswers(_Table):
    """A whole quote file."""

    customer: PartyAnswers | None = None
    seller: SellerAnswers | None = None
    number: _Line = ""
    date: Day | None = None
    valid_days: int = Field(default=VALID_DAYS, ge=1, le=MOST_DAYS)
    language: str = "en"
    currency: str = "USD"
    paper: Literal["a4", "letter"] | None = None
    exchange: ExchangeAnswers | None = None
    hosting: HostingAnswers = HostingAnswers()
    items: list[ItemAnswers] = Field(default=[], max_length=MOST_ITEMS)
    discount: DiscountAnswers | None = None
    tax: TaxAnswers | None = None
    assume: dict[str, Any] = {}
