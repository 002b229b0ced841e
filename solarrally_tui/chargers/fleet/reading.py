"""Reads what a search finds, page by page, as far as somebody looks."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.chargers.fleet.charger import Charger
from solarrally_tui.chargers.fleet.search import Search, can_be_in_name, queries
from solarrally_tui.chargers.fleet.sight import Sight
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.deployed import fleet_index
from solarrally_tui.deployed.site import DeployedSite

_Page = tuple[list[dict[str, Any]], str | None]
"""Things as the index returns them, and the token of the next page; None at the end."""


class Reading:
    """The chargers that a search finds, the most urgent first.

    A page is one call of the fleet index, 100 chargers at most. Pages of a query follow one
    another, because each is asked for with the token of the one before.
    """

    def __init__(self, site: DeployedSite, search: Search, sight: Sight) -> None:
        self._site, self._search, self._sight = site, search, sight
        self._left = list(queries(site.name, search, sight))
        self._first: dict[str, _Page] = {}
        """First pages of queries that are left."""
        self._counts: dict[str, int] = {}
        self._token: str | None = None
        self._read = 0
        """How many of the first query that is left were read."""
        self._names: set[str] = set()
        self._turn = asyncio.Lock()
        self.found: list[Charger] = []

    @property
    def is_complete(self) -> bool:
        """Whether all was read."""
        return not self._left

    @property
    def expected(self) -> int | None:
        """How many are found in the end, at least those read; None before they were counted."""
        if any(query not in self._counts for query in self._left):
            return None
        left = sum(self._counts[query] for query in self._left)
        return len(self.found) + max(left - self._read, 0)

    async def begin(self) -> None:
        """Read the first page of every query at once: all that is few, and the first of the many.

        Raises AwsError, and ChargerError without an index.
        """
        async with self._turn:
            with index_is_needed():
                pages = await asyncio.gather(*(self._asked(query) for query in self._left))
                self._first = dict(zip(self._left, pages, strict=True))
                while self._left and self._left[0] in self._first:
                    await self._page()

    def drop(self, name: str) -> None:
        """Leave a charger out that was removed."""
        self.found = [charger for charger in self.found if charger.name != name]

    async def count(self) -> None:
        """Count what was not read. Raises AwsError, and ChargerError without an index."""
        known = {query: len(things) for query, (things, token) in self._first.items() if not token}
        many = [query for query in self._left if query not in known]
        with index_is_needed():
            counts = await asyncio.gather(
                *(fleet_index.count(self._site.door, query) for query in many)
            )
        self._counts = known | dict(zip(many, counts, strict=True))

    async def until(self, count: int | None) -> None:
        """Read until so many are found, or all; None for all. What was read stays.

        Raises AwsError, and ChargerError without an index.
        """
        async with self._turn:
            while self._left and (count is None or len(self.found) < count):
                with index_is_needed():
                    await self._page()

    async def _asked(self, query: str, token: str | None = None) -> _Page:
        return await fleet_index.search(self._site.door, query, token)

    async def _page(self) -> None:
        query = self._left[0]
        known = self._first.pop(query) if query in self._first else None
        things, token = known or await self._asked(query, self._token)
        self._token, self._read = token, self._read + len(things)
        if token is None:
            self._left.pop(0)
            self._read = 0
        page = [Charger.of(thing) for thing in things]
        new = [
            charger
            for charger in page
            if charger.name not in self._names and self._search.has(charger, self._sight)
        ]
        new.sort(key=lambda charger: charger.state(self._sight).rank)
        self._names.update(charger.name for charger in new)
        self.found += new


async def find(site: DeployedSite, name: str) -> Charger | None:
    """Return a charger of a site, with one query; None where the index has none of this name.

    Raises AwsError, and ChargerError without an index.
    """
    if not can_be_in_name(name):
        return None
    query = f'{fleet_index.of_site(site.name)} AND thingName:"{name}"'
    with index_is_needed():
        things, _ = await fleet_index.search(site.door, query)
    # The index compares in any case, the registry does not.
    return next((Charger.of(thing) for thing in things if thing["thingName"] == name), None)


@contextmanager
def index_is_needed() -> Iterator[None]:
    """Explain that there is no index. Raises ChargerError."""
    try:
        yield
    except AwsError as error:
        if error.kind is not Kind.NOT_FOUND:
            raise
        raise ChargerError(
            what="The fleet index of this Region is off, so its chargers cannot be listed.",
            why="AWS IoT lists thousands of chargers and who is connected only with it. The site "
            "turns it on unless devices.fleet_index is false.",
            next="Set devices.fleet_index = true in the site file, then deploy.",
            detail=str(error),
        ) from error
