"""Variants of a site side by side, each with its consequences in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from solarrally_tui.pricing.advice.cheapest import EGRESS_WORDS, cheapest_site, given_up
from solarrally_tui.pricing.advice.tiers import of_tier
from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.pricing.metering.assumptions import DEFAULTS, Assumptions
from solarrally_tui.pricing.metering.estimate_lines import Estimate
from solarrally_tui.pricing.price_book.book import Book
from solarrally_tui.pricing.price_book.store import book
from solarrally_tui.site.files import from_answers, to_answers
from solarrally_tui.site.model import Site
from solarrally_tui.site.problems import SiteError
from solarrally_tui.site.shape_words import IN_WORDS
from solarrally_tui.site.tiers import CHARGER_RANGE, Architecture, Shape, Tier, WafMode

_INTERVALS: Final = (5, 10, 30, 60)


@dataclass(frozen=True)
class Variant:
    """A site with one thing changed, or the site itself, and what it costs."""

    group: str
    name: str
    words: str
    site: Site
    cost: Estimate

    def more_than(self, other: Estimate) -> Decimal | None:
        """Return how much more this costs, in USD a month; below zero where it costs less.

        None where that is not known: one of the two lacks a price that the other has.
        """
        gaps = [{(gap.service, gap.item) for gap in cost.gaps} for cost in (self.cost, other)]
        if gaps[0] != gaps[1] or not (self.cost.known and other.known):
            return None
        return self.cost.expected - other.expected


@dataclass(frozen=True)
class Comparer:
    """Prices variants of one site."""

    site: Site
    assume: Assumptions = DEFAULTS
    prices: Book | None = None

    def tiers(self) -> tuple[Variant, ...]:
        """Return the site under each tier; it keeps its chargers and what was chosen for it."""
        return tuple(variant for tier in Tier if (variant := self._tier(tier)))

    def what_ifs(self) -> tuple[Variant, ...]:
        """Return the site with one answer changed: outbound access, zones, Region, and more."""
        variants = (
            *self._egress(),
            *self._shapes(),
            *self._zones(),
            *self._intervals(),
            *self._processors(),
            *self._firewall(),
            *self._origins(),
            *self._spot(),
            *self._hub(),
            *self._regions(),
        )
        return tuple(variant for variant in variants if variant)

    def cheapest(self) -> tuple[Variant, tuple[str, ...]]:
        """Return the cheapest recommended variant for these chargers, and what it gives up."""
        cheap = cheapest_site(self.site)
        variant = self._priced("cheapest", "Cheapest", "", cheap)
        return variant, tuple(given_up(self.site, cheap))

    def _tier(self, tier: Tier) -> Variant | None:
        low, high = CHARGER_RANGE[tier]
        fits = low <= self.site.size.chargers <= high
        words = f"For {low} to {high:,} chargers" + ("." if fits else ", not for this number.")
        if tier is self.site.tier:
            return self._priced("tier", f"{tier.value} (chosen)", words, self.site)
        under, change = of_tier(self.site, tier)
        return self._priced("tier", tier.value, f"{words} {change.words}".rstrip(), under)

    def _egress(self) -> Iterator[Variant | None]:
        if self.site.size.shape is Shape.FUNCTIONS:
            return
        for way, words in EGRESS_WORDS.items():
            if way is not self.site.size.egress:
                yield self._sized("outbound", way.value, words, egress=way.value)

    def _shapes(self) -> Iterator[Variant | None]:
        """Yield the site with what else may run its application."""
        for shape, words in IN_WORDS.items():
            if shape is not self.site.size.shape:
                # What only tasks have would keep functions from being chosen.
                plain = {"hub": "auto", "fargate_spot": False}
                yield self._sized("shape", shape.value, words, shape=shape.value, **plain)

    def _zones(self) -> Iterator[Variant | None]:
        if self.site.size.multi_az:
            words = "If its zone fails, the database is down until AWS restores it."
            yield self._sized("database", "one zone", words, multi_az=False)
        else:
            words = "If its zone fails, a standby in a second zone takes over within minutes."
            yield self._sized("database", "two zones (Multi-AZ)", words, multi_az=True)

    def _intervals(self) -> Iterator[Variant | None]:
        for seconds in _INTERVALS:
            if seconds != self.site.size.interval_seconds:
                words = f"Values on the dashboard are up to {seconds} s old."
                name = f"every {seconds} s"
                yield self._sized("interval", name, words, interval_seconds=seconds)

    def _processors(self) -> Iterator[Variant | None]:
        arm = self.site.size.architecture is Architecture.ARM64
        other = Architecture.X86_64 if arm else Architecture.ARM64
        words = f"{self.site.size.shape.value.title()} run on "
        words += "Intel or AMD processors." if arm else "ARM processors."
        yield self._sized("processor", other.value, words, architecture=other.value)

    def _firewall(self) -> Iterator[Variant | None]:
        if self.site.size.waf is not WafMode.OFF:
            words = "Floods of requests and known attacks reach the application."
            yield self._sized("firewall", "off", words, waf=WafMode.OFF.value)

    def _origins(self) -> Iterator[Variant | None]:
        if not self.site.domain.name or self.site.size.shape is Shape.FUNCTIONS:
            return
        private = self.site.domain.origin == "vpc-origin"
        other = "public-alb" if private else "vpc-origin"
        words = (
            "The load balancer has public addresses, which only CloudFront can reach."
            if private
            else "The load balancer has no public address."
        )
        domain = self.site.domain.model_copy(update={"origin": other}).model_dump()
        yield self._variant("origin", other, words, domain=domain)

    def _spot(self) -> Iterator[Variant | None]:
        """Yield further tasks on Spot, where the book has its price; high stays at the regular."""
        size = self.site.size
        if size.fargate_spot or size.max_tasks == 1 or size.shape is Shape.FUNCTIONS:
            return
        words = "AWS can reclaim every task but the first with two minutes' notice."
        variant = self._sized("spot", "further tasks on Spot", words, fargate_spot=True)
        now = estimate(self.site, self.assume, self.prices)
        if variant and variant.cost.expected < now.expected:
            yield variant

    def _hub(self) -> Iterator[Variant | None]:
        size = self.site.size
        if size.shape is Shape.FUNCTIONS:
            return
        if size.has_hub:
            words = "AWS IoT delivers a copy of every message to each task, and bills it."
            yield self._sized("hub", "no hub", words, hub=False)
        elif size.min_tasks > 1:
            words = "AWS IoT delivers each message once, to the hub. Replacing it takes a minute."
            yield self._sized("hub", "a hub", words, hub=True)

    def _regions(self) -> Iterator[Variant | None]:
        for region in (self.prices or book()).regions:
            if region != self.site.region:
                yield self._variant("region", region, "", region=region)

    def _sized(self, group: str, name: str, words: str, **changes: Any) -> Variant | None:
        size = self.site.size.model_dump(mode="json") | changes
        return self._variant(group, name, words, size=size)

    def _variant(self, group: str, name: str, words: str, **changes: Any) -> Variant | None:
        """Return a variant, or None where a site may not have these answers."""
        try:
            changed = from_answers(to_answers(self.site) | changes)
        except SiteError:
            return None
        return self._priced(group, name, words, changed)

    def _priced(self, group: str, name: str, words: str, site: Site) -> Variant:
        return Variant(group, name, words, site, estimate(site, self.assume, self.prices))
