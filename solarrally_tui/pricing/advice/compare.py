"""Variants of a site side by side, each with what it gives up in words."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from solarrally_tui.pricing.advice.savings import spot
from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.pricing.metering.assumptions import DEFAULTS, Assumptions
from solarrally_tui.pricing.metering.estimate_lines import Estimate
from solarrally_tui.pricing.price_book.book import Book
from solarrally_tui.pricing.price_book.store import book
from solarrally_tui.site.files import from_answers, to_answers
from solarrally_tui.site.model import Site
from solarrally_tui.site.problems import SiteError
from solarrally_tui.site.tiers import CHARGER_RANGE, Architecture, Egress, Tier, WafMode, preset

_NOT_OF_TIERS: Final = (
    "chargers",
    "interval_seconds",
    "architecture",
    "vpc_cidr",
    "waf",
    "waf_rate_limit",
    "price_class",
)
_INTERVALS: Final = (5, 10, 30, 60)
_EGRESS: Final = MappingProxyType(
    {
        Egress.PUBLIC_TASKS: "Tasks have public addresses; nothing may open a connection to them.",
        Egress.NAT_INSTANCE: "Tasks have no public address. A small server is the way out; a new "
        "one takes minutes.",
        Egress.NAT_SINGLE: "Tasks have no public address. If one zone fails, so does the way out.",
        Egress.NAT_PER_AZ: "Tasks have no public address, and each zone has its own way out.",
    }
)
_CPU_PER_MESSAGE: Final = 0.21 / 200
"""Share of a core for one message a second with ten viewers, measured at 200 a second."""
_CORE_PER_VCPU: Final = 0.5
_RESERVE: Final = 2


@dataclass(frozen=True)
class Variant:
    """A site changed in one respect, or the site itself, with what it costs."""

    group: str
    name: str
    words: str
    site: Site
    cost: Estimate

    def more_than(self, other: Estimate) -> Decimal:
        """Return how many USD a month this costs more, below zero where it costs less."""
        return self.cost.expected - other.expected


@dataclass(frozen=True)
class Comparer:
    """Makes and prices variants of one site."""

    site: Site
    assume: Assumptions = DEFAULTS
    prices: Book | None = None

    def tiers(self) -> tuple[Variant, ...]:
        """Return the site with each tier's presets, its chargers and interval kept."""
        return tuple(variant for tier in Tier if (variant := self._tier(tier)))

    def what_ifs(self) -> tuple[Variant, ...]:
        """Return the site with one answer changed: way out, zones, interval, Region, and more."""
        found = (
            *self._egress(),
            *self._zones(),
            *self._intervals(),
            *self._processors(),
            *self._firewall(),
            *self._origins(),
            *self._spot(),
            *self._regions(),
        )
        return tuple(variant for variant in found if variant)

    def cheapest(self) -> tuple[Variant, tuple[str, ...]]:
        """Return the cheapest honest variant for these chargers, and what it gives up in words.

        Honest means that it keeps a private database with backups, TLS, the firewall and alarms,
        and that its tasks carry the telemetry with twice the room that was measured.
        """
        changes = _cheapest_size(self.site)
        size = self.site.size.model_dump(mode="json") | changes
        domain = self.site.domain.model_copy(update={"origin": "vpc-origin"})
        variant = self._variant("cheapest", "Cheapest", "", size=size, domain=domain.model_dump())
        if variant is None:
            raise ValueError("the cheapest size does not make a site")
        return variant, tuple(_given_up(self.site, variant.site))

    def _tier(self, tier: Tier) -> Variant | None:
        size = with_preset(self.site, tier)
        low, high = CHARGER_RANGE[tier]
        fits = low <= self.site.size.chargers <= high
        words = f"Meant for {low} to {high:,} chargers" + ("." if fits else ", not for this many.")
        if tier is self.site.tier:
            return self._made("tier", f"{tier.value} (chosen)", words, self.site)
        return self._variant("tier", tier.value, words, tier=tier.value, size=size)

    def _egress(self) -> Iterator[Variant | None]:
        for way, words in _EGRESS.items():
            if way is not self.site.size.egress:
                yield self._sized("way out", way.value, words, egress=way.value)

    def _zones(self) -> Iterator[Variant | None]:
        if self.site.size.multi_az:
            words = "If its zone fails, the database is away until AWS restores it."
            yield self._sized("database", "one zone", words, multi_az=False)
        else:
            words = "A standby in a second zone takes over within minutes."
            yield self._sized("database", "two zones (Multi-AZ)", words, multi_az=True)

    def _intervals(self) -> Iterator[Variant | None]:
        for seconds in _INTERVALS:
            if seconds != self.site.size.interval_seconds:
                words = f"A charger's values are up to {seconds} s old."
                name = f"every {seconds} s"
                yield self._sized("interval", name, words, interval_seconds=seconds)

    def _processors(self) -> Iterator[Variant | None]:
        arm = self.site.size.architecture is Architecture.ARM64
        other = Architecture.X86_64 if arm else Architecture.ARM64
        words = "Tasks on Intel or AMD." if arm else "Tasks on AWS's own ARM processors."
        yield self._sized("processor", other.value, words, architecture=other.value)

    def _firewall(self) -> Iterator[Variant | None]:
        if self.site.size.waf is not WafMode.OFF:
            words = "Nothing stops floods and known attacks before they reach the application."
            yield self._sized("firewall", "off", words, waf=WafMode.OFF.value)

    def _origins(self) -> Iterator[Variant | None]:
        if not self.site.domain.name:
            return
        private = self.site.domain.origin == "vpc-origin"
        other = "public-alb" if private else "vpc-origin"
        words = (
            "The load balancer has public addresses that only CloudFront may reach."
            if private
            else "The load balancer has no public address."
        )
        domain = self.site.domain.model_copy(update={"origin": other}).model_dump()
        yield self._variant("origin", other, words, domain=domain)

    def _spot(self) -> Iterator[Variant | None]:
        """Yield further tasks on Spot, at its price of the book; high stays at the usual price."""
        if self.site.size.fargate_spot or self.site.size.max_tasks == 1:
            return
        words = "AWS takes every task but the first back with two minutes' notice."
        variant = self._sized("spot", "further tasks on Spot", words, fargate_spot=True)
        saved = spot(variant.site, variant.cost, self.prices).monthly if variant else None
        if variant and saved is not None:
            cost = variant.cost
            cheaper = replace(cost, low=cost.low + saved, expected=cost.expected + saved)
            yield replace(variant, cost=cheaper)

    def _regions(self) -> Iterator[Variant | None]:
        for region in (self.prices or book()).regions:
            if region != self.site.region:
                yield self._variant("region", region, "", region=region)

    def _sized(self, group: str, name: str, words: str, **changes: Any) -> Variant | None:
        size = self.site.size.model_dump(mode="json") | changes
        return self._variant(group, name, words, size=size)

    def _variant(self, group: str, name: str, words: str, **changes: Any) -> Variant | None:
        """Return a variant, or nothing where the site's own rules forbid it."""
        try:
            changed = from_answers(to_answers(self.site) | changes)
        except SiteError:
            return None
        return self._made(group, name, words, changed)

    def _made(self, group: str, name: str, words: str, site: Site) -> Variant:
        return Variant(group, name, words, site, estimate(site, self.assume, self.prices))


def with_preset(site: Site, tier: Tier) -> dict[str, Any]:
    """Return the sizing answers of a tier, with the site's own chargers, interval and style."""
    mine = site.size.model_dump(mode="json")
    return preset(tier) | {name: mine[name] for name in _NOT_OF_TIERS}


def _cheapest_size(site: Site) -> dict[str, Any]:
    chargers = site.size.chargers
    tier = next(tier for tier in Tier if chargers <= CHARGER_RANGE[tier][1])
    meant = preset(tier)
    vcpu = site.messages_per_second * _CPU_PER_MESSAGE * _RESERVE / _CORE_PER_VCPU
    cpu = next(each for each in (256, 512, 1024, 2048, 4096) if each / 1024 >= vcpu)
    return {
        "task_cpu": cpu,
        "task_memory": 2 * cpu,
        "min_tasks": 1,
        "max_tasks": 1,
        "architecture": Architecture.ARM64.value,
        "database_class": meant["database_class"],
        "database_storage_gib": 20,
        "database_max_storage_gib": max(22, site.size.database_max_storage_gib),
        "multi_az": False,
        "egress": Egress.PUBLIC_TASKS.value,
        "waf": WafMode.BLOCK.value if site.size.waf is WafMode.OFF else site.size.waf.value,
    }


def _given_up(site: Site, cheap: Site) -> Iterator[str]:
    before, after = site.size, cheap.size
    size = f"{after.task_cpu / 1024:g} virtual processors and {after.task_memory} MiB a task"
    for differs, words in (
        (
            after.min_tasks < before.min_tasks,
            "The site is away for some minutes when AWS replaces its only task.",
        ),
        (
            after.max_tasks < before.max_tasks,
            "No second task comes when many people watch at once.",
        ),
        (
            after.task_cpu < before.task_cpu,
            f"{size}: starting takes longer, with less room for bursts.",
        ),
        (
            before.multi_az and not after.multi_az,
            "If the database's zone fails, it is away until AWS restores it.",
        ),
        (
            after.database_class != before.database_class,
            f"The database is a {after.database_class} instead of a {before.database_class}.",
        ),
        (
            after.database_storage_gib < before.database_storage_gib,
            f"The database starts with {after.database_storage_gib} GiB and grows when needed.",
        ),
        (after.egress is not before.egress, _EGRESS[after.egress]),
        (before.architecture is not after.architecture, "The images must be built for ARM."),
        (
            cheap.domain.origin != site.domain.origin,
            "The load balancer has no public address; CloudFront reaches it inside the network.",
        ),
        (
            after.waf is not before.waf,
            "Nothing: the firewall comes on top, because a variant without it is not honest.",
        ),
    ):
        if differs:
            yield words
