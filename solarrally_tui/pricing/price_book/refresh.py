"""Refreshes the price book from AWS's price list, price by price, believing none blindly."""

import asyncio
import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, Protocol

from solarrally_tui.pricing.price_book.book import GLOBAL, pack
from solarrally_tui.pricing.price_book.download import DownloadError, Fetcher
from solarrally_tui.pricing.price_book.price_guard import RefusedError, check, chosen
from solarrally_tui.pricing.price_book.price_list import (
    PriceListError,
    PriceOffer,
    Product,
    read_file,
)
from solarrally_tui.pricing.price_book.price_list_items import PriceListItem, price_list_items

BASE: Final = "https://pricing.us-east-1.amazonaws.com"
_INDEX: Final = "/offers/v1.0/aws/index.json"
_HOME: Final = "us-east-1"
"""Whose prices a new one is compared with where the book has none for its Region."""
_WITHOUT_REGIONS: Final = frozenset({"AmazonCloudFront"})


@dataclass(frozen=True, slots=True)
class KeptPrice:
    """A price that stays as it was, and why."""

    place: str
    service: str
    item: str
    reason: str


@dataclass
class RefreshReport:
    """What a refresh did."""

    changed: list[str] = field(default_factory=list)
    same: int = 0
    refused: list[KeptPrice] = field(default_factory=list)
    kept: list[KeptPrice] = field(default_factory=list)
    """Prices that were not asked for, and why."""

    untouched: list[KeptPrice] = field(default_factory=list)
    """Prices of the book that no refresh looks for; the reason is of when each is."""

    @property
    def read(self) -> int:
        """How many prices were found and believed."""
        return len(self.changed) + self.same


class Query(Protocol):
    """Asks AWS for single products, which needs credentials."""

    async def offer(self, code: str, looked_for: Sequence[PriceListItem]) -> PriceOffer:
        """Return what was found. Raises PriceListError."""


@dataclass
class Refresher:
    """Refreshes one Region in a copy of a book's stored form."""

    data: dict[str, Any]
    region: str
    fetcher: Fetcher
    query: Query | None = None
    report: RefreshReport = field(default_factory=RefreshReport)

    async def run(self) -> dict[str, Any]:
        """Return the refreshed form.

        Whatever cannot be believed stays as it was and is named in the report. Raises FetchError
        where the price list is out of reach and there is no query API either.
        """
        self.data = copy.deepcopy(self.data)
        offers = await self._offers()
        looked_for = price_list_items(self.region)
        for code in dict.fromkeys(want.offer for want in looked_for):
            mine = [want for want in looked_for if want.offer == code]
            try:
                await self._one(code, mine, offers)
            except (DownloadError, PriceListError) as error:
                self._refuse(mine, str(error))
        self.report.untouched += _untouched(self.data, self.region, looked_for)
        return _finished(self.data)

    async def _offers(self) -> Mapping[str, Any] | None:
        """Return the index of files, or nothing where only the query API answers."""
        try:
            offers = (await self.fetcher.json(_INDEX)).get("offers")
        except DownloadError:
            if self.query is None:
                raise
            return None
        if not isinstance(offers, dict):
            raise DownloadError("the index of the price list has no offers")
        return offers

    async def _one(
        self, code: str, mine: Sequence[PriceListItem], offers: Mapping[str, Any] | None
    ) -> None:
        if mine[0].queried or offers is None:
            await self._ask(code, mine)
            return
        if code not in offers:
            raise PriceListError(f"the price list has no offer {code} any more")
        path = await self._file_path(code, offers[code])
        file = await self.fetcher.file(path)
        self._take(await asyncio.to_thread(read_file, file, code, mine), mine)

    async def _ask(self, code: str, mine: Sequence[PriceListItem]) -> None:
        if self.query is None:
            reason = f"{code}'s file is too large to read; the query API needs credentials"
            self.report.kept += [_refusal(want, reason) for want in mine]
            return
        try:
            offer = await self.query.offer(code, mine)
        except PriceListError as error:
            self.report.kept += [_refusal(want, str(error)) for want in mine]
            return
        self._take(offer, mine)

    async def _file_path(self, code: str, offer: Mapping[str, Any]) -> str:
        """Return the path of the CSV file of an offer in the Region."""
        if code in _WITHOUT_REGIONS:
            return _as_csv(code, offer.get("currentVersionUrl"))
        regions = await self.fetcher.json(_own(code, offer.get("currentRegionIndexUrl")))
        entry = regions.get("regions", {}).get(self.region)
        if not entry:
            raise PriceListError(f"{code} has no prices for {self.region}")
        return _as_csv(code, entry.get("currentVersionUrl"))

    def _take(self, offer: PriceOffer, mine: Sequence[PriceListItem]) -> None:
        for want in mine:
            try:
                product = chosen(offer.products.get(want, ()))
                self._set(want, product, offer)
            except RefusedError as error:
                self._refuse([want], str(error))
        versions = self.data.setdefault("versions", {}).setdefault(self.region, {})
        versions[offer.code] = offer.version

    def _set(self, want: PriceListItem, product: Product, offer: PriceOffer) -> None:
        """Write a product's rates into the book. Raises RefusedError."""
        old = self._row(want.place, want) or self._row(_HOME, want)
        if old is None:
            raise RefusedError("the book does not know it in any Region")
        count = pack(old["unit"])
        before = [(Decimal(tier[0]), Decimal(tier[1])) for tier in old["tiers"]]
        check(product, count, before)
        after = [(rate.start, rate.amount * count) for rate in product.rates]
        if self._row(want.place, want) and before == after:
            self.report.same += 1
        else:
            self.report.changed.append(_changed(want, before, after))
        place = self.data["prices"].setdefault(want.place, {}).setdefault(want.service, {})
        place[want.item] = {
            "unit": old["unit"],
            "confidence": "high",
            "tiers": [
                [_text(rate.start), _text(rate.amount * count), source, offer.date]
                for rate in product.rates
                for source in (self._source(offer, rate.code),)
            ],
        }

    def _row(self, place: str, want: PriceListItem) -> dict[str, Any] | None:
        services = self.data["prices"].get(place, {})
        row: dict[str, Any] | None = services.get(want.service, {}).get(want.item)
        return row

    def _source(self, offer: PriceOffer, rate: str) -> int:
        sources: list[str] = self.data["sources"]
        sources.append(f"AWS Price List {offer.code} {offer.version} (rate code {rate})")
        return len(sources) - 1

    def _refuse(self, mine: Sequence[PriceListItem], reason: str) -> None:
        self.report.refused += [_refusal(want, reason) for want in mine]


def _untouched(
    data: Mapping[str, Any], region: str, looked_for: Sequence[PriceListItem]
) -> list[KeptPrice]:
    """Name what stays as it is: Spot and Savings Plans have files of another kind, for example."""
    wanted = {(want.place, want.service, want.item) for want in looked_for}
    return [
        KeptPrice(place, service, item, row["tiers"][0][3][:10])
        for place in (region, GLOBAL)
        for service, items in data["prices"].get(place, {}).items()
        for item, row in items.items()
        if (place, service, item) not in wanted
    ]


def _refusal(want: PriceListItem, reason: str) -> KeptPrice:
    return KeptPrice(want.place, want.service, want.item, reason)


def _changed(
    want: PriceListItem,
    before: Sequence[tuple[Decimal, Decimal]],
    after: Sequence[tuple[Decimal, Decimal]],
) -> str:
    old, new = _text(before[0][1]), _text(after[0][1])
    moved = (
        f"from {old} to {new}" if old != new else f"{new}, with other tiers or for the first time"
    )
    return f"{want.service}, {want.item}, {want.place}: {moved}"


def _own(code: str, path: object) -> str:
    """Return a path below the offer's own folder. Raises PriceListError for any other."""
    if not isinstance(path, str) or not path.startswith(f"/offers/v1.0/aws/{code}/"):
        raise PriceListError(f"the index of {code} leads elsewhere")
    return path


def _as_csv(code: str, path: object) -> str:
    return _own(code, path).removesuffix(".json") + ".csv"


def _text(value: Decimal) -> str:
    return f"{value.normalize() + 0:f}"


def _finished(data: dict[str, Any]) -> dict[str, Any]:
    """Drop sources that no price names any more, and date the book anew."""
    used: dict[int, int] = {}
    dates = []
    for services in data["prices"].values():
        for items in services.values():
            for row in items.values():
                for tier in row["tiers"]:
                    tier[2] = used.setdefault(tier[2], len(used))
                    dates.append(tier[3][:7])
    data["sources"] = [data["sources"][index] for index in used]
    data["from"], data["as_of"] = min(dates), max(dates)
    data["refreshed"] = date.today().isoformat()  # noqa: DTZ011 the reader's day
    return data
