"""Refresh the price book from AWS's price list, price by price, each only if it is plausible."""

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
_OFFERS: Final = "/offers/v1.0/aws/"
_HOME: Final = "us-east-1"
"""Whose prices a new one is compared with if the book has none for its Region."""
_WITHOUT_REGIONS: Final = frozenset({"AmazonCloudFront"})

Items = Sequence[PriceListItem]


@dataclass(frozen=True, slots=True)
class KeptPrice:
    """A price that stays as it was, and why."""

    place: str
    """A Region, or GLOBAL."""
    service: str
    item: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnlistedPrice:
    """A price of the book that no price list has which is read, with the date of its source."""

    service: str
    item: str
    date: str


@dataclass
class RefreshReport:
    """What a refresh did."""

    changed: list[str] = field(default_factory=list)
    same: int = 0
    refused: list[KeptPrice] = field(default_factory=list)
    """Prices that AWS's price list has, but that were not plausible or could not be read."""
    skipped: list[KeptPrice] = field(default_factory=list)
    """Prices that were not looked up."""
    unlisted: list[UnlistedPrice] = field(default_factory=list)

    @property
    def read(self) -> int:
        """How many prices were read and accepted."""
        return len(self.changed) + self.same


class Query(Protocol):
    """Asks AWS for single products, which needs credentials."""

    async def offer(self, code: str, wanted: Items) -> PriceOffer:
        """Return what AWS has of the wanted prices of an offer. Raises PriceListError."""


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

        A price that is not plausible stays as it was and is named in the report. Raises
        DownloadError where the price list is out of reach and there is no query API either.
        """
        self.data = copy.deepcopy(self.data)
        offers = await self._offers()
        wanted = price_list_items(self.region)
        for code in dict.fromkeys(item.offer for item in wanted):
            items = [item for item in wanted if item.offer == code]
            try:
                await self._refresh(code, items, offers)
            except (DownloadError, PriceListError) as error:
                self._refuse(items, str(error))
        self.report.unlisted += _unlisted(self.data, self.region, wanted)
        return _finished(self.data)

    async def _offers(self) -> Mapping[str, Any] | None:
        """Return the index of files, or None where only the query API answers."""
        try:
            offers = (await self.fetcher.json(f"{_OFFERS}index.json")).get("offers")
        except DownloadError:
            if self.query is None:
                raise
            return None
        if not isinstance(offers, dict):
            raise DownloadError("the index of the price list has no offers")
        return offers

    async def _refresh(self, code: str, items: Items, offers: Mapping[str, Any] | None) -> None:
        if items[0].queried or offers is None:
            await self._ask(code, items)
            return
        if code not in offers:
            raise PriceListError(f"the price list no longer has the offer {code}")
        file = await self.fetcher.file(await self._file_path(code, offers[code]))
        self._take(await asyncio.to_thread(read_file, file, code, items), items)

    async def _ask(self, code: str, items: Items) -> None:
        if self.query is None:
            self._skip(items, f"{code}'s file is too large, and the query API needs credentials")
            return
        try:
            offer = await self.query.offer(code, items)
        except PriceListError as error:
            self._skip(items, str(error))
            return
        self._take(offer, items)

    async def _file_path(self, code: str, offer: Mapping[str, Any]) -> str:
        """Return the path of the CSV file of an offer in the Region."""
        if code in _WITHOUT_REGIONS:
            return _csv_path(code, offer.get("currentVersionUrl"))
        regions = await self.fetcher.json(_own_path(code, offer.get("currentRegionIndexUrl")))
        entry = regions.get("regions", {}).get(self.region)
        if not entry:
            raise PriceListError(f"{code} has no prices for {self.region}")
        return _csv_path(code, entry.get("currentVersionUrl"))

    def _take(self, offer: PriceOffer, items: Items) -> None:
        for item in items:
            listed = offer.products.get(item) or self._row(item.place, item)
            if item.somewhere and not listed:
                continue
            try:
                self._set(item, chosen(offer.products.get(item, ())), offer)
            except RefusedError as error:
                self._refuse([item], str(error))
        versions = self.data.setdefault("versions", {}).setdefault(self.region, {})
        versions[offer.code] = offer.version

    def _set(self, item: PriceListItem, product: Product, offer: PriceOffer) -> None:
        """Write a product's rates into the book. Raises RefusedError."""
        current = self._row(item.place, item)
        old = current or self._row(_HOME, item)
        if old is None:
            raise RefusedError("the book has it in no Region")
        count = pack(old["unit"])
        before = [(Decimal(tier[0]), Decimal(tier[1])) for tier in old["tiers"]]
        check(product, count, before)
        after = [(rate.start, rate.amount * count) for rate in product.rates]
        if current and before == after:
            self.report.same += 1
        else:
            self.report.changed.append(_changed(item, before, after))
        services = self.data["prices"].setdefault(item.place, {})
        services.setdefault(item.service, {})[item.name] = {
            "unit": old["unit"],
            "confidence": "high",
            "tiers": [
                [
                    _text(rate.start),
                    _text(rate.amount * count),
                    self._source(offer, rate.code),
                    offer.date,
                ]
                for rate in product.rates
            ],
        }

    def _row(self, place: str, item: PriceListItem) -> dict[str, Any] | None:
        services = self.data["prices"].get(place, {})
        row: dict[str, Any] | None = services.get(item.service, {}).get(item.name)
        return row

    def _source(self, offer: PriceOffer, rate: str) -> int:
        sources: list[str] = self.data["sources"]
        sources.append(f"AWS Price List {offer.code} {offer.version} (rate code {rate})")
        return len(sources) - 1

    def _refuse(self, items: Items, reason: str) -> None:
        self.report.refused += _kept(items, reason)

    def _skip(self, items: Items, reason: str) -> None:
        self.report.skipped += _kept(items, reason)


def _kept(items: Items, reason: str) -> list[KeptPrice]:
    return [KeptPrice(item.place, item.service, item.name, reason) for item in items]


def _unlisted(data: Mapping[str, Any], region: str, wanted: Items) -> list[UnlistedPrice]:
    """Return the book's prices that no refresh looks for, such as those of Spot."""
    known = {(item.place, item.service, item.name) for item in wanted}
    return [
        UnlistedPrice(service, item, row["tiers"][0][3][:10])
        for place in (region, GLOBAL)
        for service, items in data["prices"].get(place, {}).items()
        for item, row in items.items()
        if (place, service, item) not in known
    ]


def _changed(
    item: PriceListItem,
    before: Sequence[tuple[Decimal, Decimal]],
    after: Sequence[tuple[Decimal, Decimal]],
) -> str:
    old, new = _text(before[0][1]), _text(after[0][1])
    change = f"from {old} to {new}" if old != new else f"{new}, new or with other tiers"
    return f"{item.service}, {item.name}, {item.place}: {change}"


def _own_path(code: str, path: object) -> str:
    """Return a path below the offer's own folder. Raises PriceListError for any other."""
    if not isinstance(path, str) or not path.startswith(f"{_OFFERS}{code}/"):
        raise PriceListError(f"the index of {code} points outside its folder")
    return path


def _csv_path(code: str, path: object) -> str:
    return _own_path(code, path).removesuffix(".json") + ".csv"


def _text(value: Decimal) -> str:
    return f"{value.normalize() + 0:f}"


def _finished(data: dict[str, Any]) -> dict[str, Any]:
    """Drop sources that no price names any more, and update the dates of the book."""
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
