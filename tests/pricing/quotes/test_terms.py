"""What a quote adds up to, computed by hand."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solarrally_tui.pricing.money import apportioned, rounded
from solarrally_tui.pricing.quotes.paper.terms import (
    Amounts,
    Biller,
    Discount,
    DiscountOn,
    Every,
    Item,
    Tax,
    Terms,
    totals,
)

SETUP = Item("Set-up", Decimal(900), Every.ONCE)
SERVICE = Item("Service", Decimal("49.90"))
EACH = Item("Each", Decimal("2.50"), per_charger=True)


def test_operation_alone_is_the_total() -> None:
    found = totals(Decimal("67.194"), Terms(), 10, 2)
    assert found.total == Amounts(Decimal(0), Decimal("67.19"))
    assert found.year == Decimal("806.28")
    assert found.three_years == Decimal("2418.84")


def test_items_discount_and_tax() -> None:
    terms = Terms(
        (SETUP, SERVICE, EACH), discount=Discount(Decimal(10)), tax=Tax("VAT", Decimal(19))
    )
    found = totals(Decimal(100), terms, 6, 2)
    # 100 + 49.90 + 6 x 2.50 = 164.90, less 16.49 = 148.41, and 28.20 tax; 900 - 90 + 153.90.
    assert found.net == Amounts(Decimal(810), Decimal("148.41"))
    assert found.tax == Amounts(Decimal("153.90"), Decimal("28.20"))
    assert found.total == Amounts(Decimal("963.90"), Decimal("176.61"))
    assert found.year == Decimal("963.90") + 12 * Decimal("176.61")


@pytest.mark.parametrize(
    ("on", "once", "monthly"),
    [
        (DiscountOn.ONCE, "-90", "0"),
        (DiscountOn.MONTH, "0", "-14.99"),
        (DiscountOn.ALL, "-90", "-14.99"),
    ],
)
def test_a_discount_is_on_what_it_says(on: DiscountOn, once: str, monthly: str) -> None:
    found = totals(Decimal(100), Terms((SETUP, SERVICE), discount=Discount(Decimal(10), on)), 1, 2)
    assert (found.discount.once, found.discount.monthly) == (Decimal(once), Decimal(monthly))


def test_what_aws_bills_is_neither_taxed_nor_discounted() -> None:
    terms = Terms(
        (SERVICE,), Biller.AWS, discount=Discount(Decimal(50)), tax=Tax("VAT", Decimal(20))
    )
    found = totals(Decimal(100), terms, 1, 2)
    assert found.taxed.monthly == Decimal("24.95")
    assert found.tax.monthly == Decimal("4.99")
    assert found.total.monthly == Decimal("129.94")


def test_what_aws_adds_later_is_in_three_years_only() -> None:
    terms = Terms(
        margin_percent=Decimal(10), discount=Discount(Decimal(50)), tax=Tax("VAT", Decimal(20))
    )
    later, plain = (totals(Decimal(100), terms, 1, 2, Decimal(added)) for added in (36, 0))
    # 36 x 1.10 x 0.50 x 1.20 = 23.76
    assert later.three_years - plain.three_years == Decimal("23.76")
    assert (later.total, later.year) == (plain.total, plain.year)


def test_a_margin_is_on_the_operation_only() -> None:
    found = totals(Decimal(100), Terms((SERVICE,), margin_percent=Decimal("12.5")), 1, 2)
    assert found.hosting == Decimal("112.50")
    assert found.total.monthly == Decimal("162.40")


def test_a_currency_without_cents_has_none() -> None:
    found = totals(Decimal("10123.5"), Terms(tax=Tax("JCT", Decimal(10))), 1, 0)
    assert (found.hosting, found.tax.monthly) == (Decimal(10124), Decimal(1012))


@given(
    st.lists(st.decimals(-1000, 1000, places=6), min_size=1, max_size=30),
    st.sampled_from([0, 2, 3]),
)
@settings(max_examples=100)
def test_shares_add_up_and_none_moves_by_more_than_its_rounding(
    amounts: list[Decimal], digits: int
) -> None:
    total = rounded(sum(amounts, Decimal(0)), digits)
    shares = apportioned(amounts, total, digits)
    assert sum(shares) == total
    step = Decimal(1).scaleb(-digits)
    assert all(abs(share - exact) <= step for share, exact in zip(shares, amounts, strict=True))
