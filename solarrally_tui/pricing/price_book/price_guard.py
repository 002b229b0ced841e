"""Whether a new price may replace an old one, and why not."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final

from solarrally_tui.pricing.price_book.price_list import Product

MOST: Final = 5
"""A price that changed by more than this factor is refused."""


class RefusedError(Exception):
    """A new price is refused. Says why in words."""


def chosen(products: Sequence[Product]) -> Product:
    """Return the one product, or one of several with equal prices. Raises RefusedError."""
    if not products:
        raise RefusedError("the price list no longer has it")
    first = products[0]
    if any(product.prices != first.prices for product in products):
        skus = ", ".join(product.sku for product in products[:4])
        raise RefusedError(f"several products match it with different prices ({skus})")
    return first


def check(product: Product, pack: Decimal, before: Sequence[tuple[Decimal, Decimal]]) -> None:
    """Compare new rates with what the book has: (start, USD a pack), first tier first.

    before may be another Region's if the book has none for this one. Raises RefusedError.
    """
    _check_tiers(product)
    free_before = any(amount == 0 for _, amount in before)
    for rate in product.rates:
        if rate.amount <= 0 and not (rate.amount == 0 and free_before):
            raise RefusedError("it is no longer above zero")
    old_by_start = dict(before)
    for rate in product.rates:
        old = old_by_start.get(rate.start)
        if old is None and not rate.start:
            old = before[0][1]
        new = rate.amount * pack
        if old and new and not old / MOST <= new <= old * MOST:
            raise RefusedError(f"it changed from {old.normalize():f} to {new.normalize():f}")


def _check_tiers(product: Product) -> None:
    rates = product.rates
    if not rates or rates[0].start != 0 or rates[-1].end is not None:
        raise RefusedError("its tiers do not cover every quantity")
    if any(one.end != two.start for one, two in pairwise(rates)):
        raise RefusedError("its tiers have a gap or overlap")
