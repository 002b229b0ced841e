"""Query AWS's price list for single products. Needs credentials, but no large files."""

from collections.abc import Sequence
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.pricing.price_book.book import GLOBAL
from solarrally_tui.pricing.price_book.price_list import PriceListError, PriceOffer, read_documents
from solarrally_tui.pricing.price_book.price_list_items import PriceListItem

_REGION: Final = "us-east-1"
"""Where the query API is, for prices of every Region."""


class PriceQuery:
    """The query API behind the one door to AWS."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def offer(self, code: str, wanted: Sequence[PriceListItem]) -> PriceOffer:
        """Return what AWS has of the wanted prices of one offer. Raises PriceListError."""
        texts: list[str] = []
        try:
            for item in wanted:
                for usage in item.usage_types():
                    texts += await self._products(item, usage)
        except AwsError as error:
            raise PriceListError(f"the query API failed: {error.plain.what}") from None
        return read_documents(texts, code, wanted)

    async def _products(self, item: PriceListItem, usage: str) -> list[str]:
        fields = {"usagetype": usage}
        if item.place != GLOBAL:
            fields["regionCode"] = item.place
        documents: list[str] = await self._door.pages(
            "pricing",
            "get_products",
            "PriceList",
            region=_REGION,
            ServiceCode=item.offer,
            FormatVersion="aws_v1",
            Filters=[
                {"Type": "TERM_MATCH", "Field": name, "Value": value}
                for name, value in fields.items()
            ],
        )
        return documents
