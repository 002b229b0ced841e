"""Variants of a site side by side, each with its consequences in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
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
_EGRESS: Final[Mapping[Egress, str]] = {
    Egress.PUBLIC_TASKS: "Tasks have public addresses, but nothing can connect to them.",
    Egress.NAT_INSTANCE: "Tasks have no public address. They reach the Internet through one small "
    "NAT instance; replacing it takes minutes.",
    Egress.NAT_SINGLE: "Tasks have no public address. If the zone of the NAT gateway fails, they "
    "lose the Internet.",
    Egress.NAT_PER_AZ: "Tasks have no public address. Each zone has its own NAT gateway.",
}
_CPU_PER_MESSAGE: Final = 0.21 / 200
"""Share of a core for one message a second with ten viewers, measured at 200 a second."""
_CORE_PER_VCPU: Final = 0.5
_RESERVE: Final = 2
"""Tasks of the cheapest variant have room for this many times the messages."""
_TASK_CPUS: Final = (256, 512, 1024, 2048, 4096)


@dataclass(frozen=True)
class Variant:
    """A site with one thing changed, or the site itself, and what it costs."""

    group: str
    name: str
    words: str
    site: Site
    cost: Estimate

    def more_than(self, other: Estimate) -> Decimal:
        """Return how much more this costs, in USD a month; below zero where it costs less."""
        return self.cost.expected - other.expected


@dataclass(frozen=True)
class Comparer:
    """Prices variants of one site."""

    site: Site
    assume: Assumptions = DEFAULTS
    prices: Book | None = None

    def tiers(self) -> tuple[Variant, ...]:
        """Return the site with each tier's presets; it keeps its chargers and interval."""
        return tuple(variant for tier in Tier if (variant := self._tier(tier)))

    def what_ifs(self) -> tuple[Variant, ...]:
        """Return the site with one answer changed: outbound access, zones, Region, and more."""
        variants = (
            *self._egress(),
            *self._zones(),
            *self._intervals(),
            *self._processors(),
            *self._firewall(),
            *self._origins(),
            *self._spot(),
            *self._regions(),
        )
        return tuple(variant for variant in variants if variant)

    def cheapest(self) -> tuple[Variant, tuple[str, ...]]:
        """Return the cheapest recommended variant for these chargers, and what it gives up.

        Recommended means that it keeps a private database with backups, TLS, the firewall and
        alarms, and that its tasks can carry twice the telemetry.
        """
        size = self.site.size.model_dump(mode="json") | _cheapest_size(self.site)
        domain = self.site.domain.model_copy(update={"origin": "vpc-origin"})
        variant = self._variant("cheapest", "Cheapest", "", size=size, domain=domain.model_dump())
        if variant is None:
            raise ValueError("the cheapest size is not valid for this site")
        return variant, tuple(_given_up(self.site, variant.site))

    def _tier(self, tier: Tier) -> Variant | None:
        size = with_preset(self.site, tier)
        low, high = CHARGER_RANGE[tier]
        fits = low <= self.site.size.chargers <= high
        words = f"For {low} to {high:,} chargers" + ("." if fits else ", not for this number.")
        if tier is self.site.tier:
            return self._priced("tier", f"{tier.value} (chosen)", words, self.site)
        return self._variant("tier", tier.value, words, tier=tier.value, size=size)

    def _egress(self) -> Iterator[Variant | None]:
        for way, words in _EGRESS.items():
            if way is not self.site.size.egress:
                yield self._sized("outbound", way.value, words, egress=way.value)

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
        words = "Tasks run on Intel or AMD processors." if arm else "Tasks run on ARM processors."
        yield self._sized("processor", other.value, words, architecture=other.value)

    def _firewall(self) -> Iterator[Variant | None]:
        if self.site.size.waf is not WafMode.OFF:
            words = "Floods of requests and known attacks reach the application."
            yield self._sized("firewall", "off", words, waf=WafMode.OFF.value)

    def _origins(self) -> Iterator[Variant | None]:
        if not self.site.domain.name:
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
        """Yield further tasks on Spot, at the book's price; high stays at the regular price."""
        if self.site.size.fargate_spot or self.site.size.max_tasks == 1:
            return
        words = "AWS can reclaim every task but the first with two minutes' notice."
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
        """Return a variant, or None where a site may not have these answers."""
        try:
            changed = from_answers(to_answers(self.site) | changes)
        except SiteError:
            return None
        return self._priced(group, name, words, changed)

    def _priced(self, group: str, name: str, words: str, site: Site) -> Variant:
        return Variant(group, name, words, site, estimate(site, self.assume, self.prices))


def with_preset(site: Site, tier: Tier) -> dict[str, Any]:
    """Return a tier's sizing answers, but with what the site itself decides, such as chargers."""
    own = site.size.model_dump(mode="json")
    return preset(tier) | {name: own[name] for name in _NOT_OF_TIERS}


def _cheapest_size(site: Site) -> dict[str, Any]:
    chargers = site.size.chargers
    tier = next(tier for tier in Tier if chargers <= CHARGER_RANGE[tier][1])
    vcpu = site.messages_per_second * _CPU_PER_MESSAGE * _RESERVE / _CORE_PER_VCPU
    cpu = next(units for units in _TASK_CPUS if units / 1024 >= vcpu)
    return {
        "task_cpu": cpu,
        "task_memory": 2 * cpu,
        "min_tasks": 1,
        "max_tasks": 1,
        "architecture": Architecture.ARM64.value,
        "database_class": preset(tier)["database_class"],
        "database_storage_gib": 20,
        "database_max_storage_gib": max(22, site.size.database_max_storage_gib),
        "multi_az": False,
        "egress": Egress.PUBLIC_TASKS.value,
        "waf": WafMode.BLOCK.value if site.size.waf is WafMode.OFF else site.size.waf.value,
    }


def _given_up(site: Site, cheap: Site) -> Iterator[str]:
    before, after = site.size, cheap.size
    task = f"{after.task_cpu / 1024:g} vCPU and {after.task_memory} MiB"
    for differs, words in (
        (
            after.min_tasks < before.min_tasks,
            "The site is down for a few minutes when AWS replaces its only task.",
        ),
        (
            after.max_tasks < before.max_tasks,
            "No second task starts when many people watch at once.",
        ),
        (
            after.task_cpu < before.task_cpu,
            f"A task has {task}: it starts more slowly and copes less well with peaks.",
        ),
        (
            before.multi_az and not after.multi_az,
            "If the database's zone fails, the site is down until AWS restores it.",
        ),
        (
            after.database_class != before.database_class,
            f"The database instance is {after.database_class}, not {before.database_class}.",
        ),
        (
            after.database_storage_gib < before.database_storage_gib,
            f"The database starts with {after.database_storage_gib} GiB and grows as needed.",
        ),
        (after.egress is not before.egress, _EGRESS[after.egress]),
        (
            before.architecture is not after.architecture,
            "The container images must be built for ARM.",
        ),
        (
            cheap.domain.origin != site.domain.origin,
            "The load balancer has no public address. CloudFront reaches it through a VPC origin.",
        ),
        (
            after.waf is not before.waf,
            "Nothing here: the firewall is added, because every recommended variant has it.",
        ),
    ):
        if differs:
            yield words
