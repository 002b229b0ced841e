"""Asks AWS's price list for single products. Needs credentials, but no large files."""

from collections.abc import Sequence
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.pricing.price_book.book import GLOBAL
from solarrally_tui.pricing.price_book.price_list import PriceListError, PriceOffer, read_documents
from solarrally_tui.pricing.price_book.price_list_items import PriceListItem

_REGION: Final = "us-east-1"
"""Where the query API lives, for prices of every Region."""


class PriceQuery:
    """The query API behind the one door to AWS."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def offer(self, code: str, looked_for: Sequence[PriceListItem]) -> PriceOffer:
        """Return what AWS tells about the wanted prices of one offer. Raises PriceListError."""
        texts: list[str] = []
        try:
            for want in looked_for:
                for usage in want.usage_types():
                    texts += await self._products(want, usage)
        except AwsError as error:
            raise PriceListError(f"the query API says no: {error.plain.what}") from None
        return read_documents(texts, code, looked_for)

    async def _products(self, want: PriceListItem, usage: str) -> list[str]:
        fields = {"usagetype": usage}
        if want.place != GLOBAL:
            fields["regionCode"] = want.place
        found: list[str] = await self._door.pages(
            "pricing",
            "get_products",
            "PriceList",
            region=_REGION,
            ServiceCode=want.offer,
            FormatVersion="aws_v1",
            Filters=[
                {"Type": "TERM_MATCH", "Field": name, "Value": value}
                for name, value in fields.items()
            ],
        )
        return found
