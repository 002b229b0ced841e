"""The usage model: what the chargers, tasks and viewers of a site use in a month."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Final

from solarrally_tui.pricing.metering.assumptions import Assumptions
from solarrally_tui.pricing.metering.estimate_range import Range
from solarrally_tui.site.model import Site, Size
from solarrally_tui.site.tiers import Shape

MONTH_DAYS: Final = Decimal(365) / 12
_HOUR_SECONDS: Final = 3600
_HOUR_MINUTES: Final = 60
_DAY_HOURS: Final = 24
_GB: Final = Decimal(10**9)
_ONE: Final = Range.exactly(1)
_METERED_BYTES: Final = 5 * 1024
"""AWS IoT counts one message for every 5 KB (aws.amazon.com/iot-core/pricing)."""
_TOPIC_BYTES: Final = 64
"""Added to the size of each message for its topic."""
_FRAME_BYTES: Final = 358
"""Largest WebSocket frame that was seen for one telemetry message."""
_PAGE_GB: Final = Decimal("0.0006")
"""Web files of one visit: 0.6 MB."""
_CHECK_SECONDS: Final = 30
"""How often each of Route 53's checkers sends a request (blueprints/edge)."""


@dataclass(frozen=True)
class Usage:
    """Quantities of a month."""

    assume: Assumptions
    chargers: int
    sent: Range
    """Telemetry messages of all chargers."""
    messages: Range
    """The same messages as AWS IoT counts them."""
    messages_per_second: Decimal
    """While all chargers report."""
    charger_minutes: Range
    tasks: Range
    """Running tasks, on average over the month. The hub is apart. None where functions run."""
    links: int
    """Connections of the hub to AWS IoT; 0 without a hub."""
    viewer_hours: Range
    """Hours for which pages are open, added up."""
    frames: Range
    """Messages to open pages: each of the chargers' to each page."""
    viewer_gb: Range
    """The same messages by their size."""
    database_gb: Decimal
    """Storage of the database."""
    health_checked: bool
    """Whether Route 53 checks the site from outside."""

    @property
    def subscribers(self) -> Range:
        """Programs to which AWS IoT delivers every message.

        One is the hub or each task; the operator may add others.
        """
        own = _ONE if self.links else self.tasks
        return own + self.assume.extra_subscribers

    @property
    def containers(self) -> Range:
        """Tasks of ECS that run: those of the application, and the hub."""
        return self.tasks + _ONE if self.links else self.tasks

    @property
    def delivered(self) -> Range:
        """Copies of the telemetry that AWS IoT delivers, and the acknowledgements that it bills.

        With them go the notes of who connects and disconnects.
        """
        copies = self.messages * self.subscribers * (_ONE + self.assume.acknowledged_share)
        return copies + self.connection_events * self.subscribers

    @property
    def iot_telemetry_gb(self) -> Range:
        """The telemetry on its way from AWS IoT to the hub or to all tasks, in both directions."""
        return self._copy_gb * (_ONE if self.links else self.tasks)

    @property
    def hub_telemetry_gb(self) -> Range:
        """The telemetry on its way from the hub to all tasks."""
        return self._copy_gb * self.tasks if self.links else Range.exactly(0)

    @property
    def _copy_gb(self) -> Range:
        size = self.assume.message_bytes + self.assume.wire_bytes
        return self.sent * size * (1 / _GB)

    @property
    def archived_gb(self) -> Range:
        """What an archive of the month's telemetry would hold, before compression."""
        return self.sent * self.assume.archived_bytes * (1 / _GB)

    @property
    def connection_events(self) -> Range:
        """How often chargers connect and disconnect."""
        days = self.assume.hours * (Decimal(1) / _DAY_HOURS)
        return self.assume.connection_events * days * self.chargers

    @property
    def month_minutes(self) -> Range:
        """Minutes of a month."""
        return self.assume.hours * _HOUR_MINUTES

    @property
    def page_gb(self) -> Range:
        """Web files sent to browsers."""
        return self.assume.page_loads * _PAGE_GB

    @property
    def requests(self) -> Range:
        """Requests to CloudFront: of visitors, scanners and Route 53's checkers."""
        if not self.health_checked:
            return self.assume.web_requests
        each = self.assume.hours * (Decimal(_HOUR_SECONDS) / _CHECK_SECONDS)
        return self.assume.web_requests + each * self.assume.health_checkers


def usage(site: Site, assume: Assumptions) -> Usage:
    """Return what a site uses in a month under given assumptions."""
    size = site.size
    rate = Decimal(size.chargers) / size.interval_seconds
    sent = assume.hours * _HOUR_SECONDS * rate * assume.online_share
    viewer_hours = assume.viewers * assume.viewer_hours * MONTH_DAYS
    frames = viewer_hours * (_HOUR_SECONDS * rate)
    return Usage(
        assume=assume,
        chargers=size.chargers,
        sent=sent,
        messages=sent * _metered(assume.message_bytes),
        messages_per_second=rate,
        charger_minutes=assume.hours * _HOUR_MINUTES * Decimal(size.chargers) * assume.online_share,
        tasks=_tasks(size, assume),
        links=size.hub_links if size.has_hub else 0,
        viewer_hours=viewer_hours,
        frames=frames,
        viewer_gb=frames * (_FRAME_BYTES / _GB),
        database_gb=Decimal(size.database_storage_gib),
        health_checked=site.alerts.health_check,
    )


def _tasks(size: Size, assume: Assumptions) -> Range:
    if size.shape is Shape.FUNCTIONS:
        return Range.exactly(0)
    more = Decimal(size.max_tasks - size.min_tasks)
    return Range.exactly(size.min_tasks) + assume.scaled_out_share * more


def _metered(size: Range) -> Range:
    """Return how many messages AWS IoT counts for one of a size in bytes."""

    def steps(count: Decimal) -> Decimal:
        return ((count + _TOPIC_BYTES) / _METERED_BYTES).to_integral_value(ROUND_CEILING)

    return Range(steps(size.low), steps(size.expected), steps(size.high))
