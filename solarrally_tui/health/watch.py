"""Checks one site again and again, each check at its own pace.

What was seen stays in the report with its time while AWS cannot be reached, so that a screen can
show its age. Nothing that is billed by the call is called more often than its pace says.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.patience import LOST
from solarrally_tui.deployed.dashboard.site_http import browsable
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health import checks
from solarrally_tui.health.billed_calls import METRIC, cost, monthly
from solarrally_tui.health.checks import MINUTE, Probe, Ran
from solarrally_tui.health.figures import Point
from solarrally_tui.health.memo import Memo
from solarrally_tui.health.metrics import WINDOW
from solarrally_tui.health.observed_site import ObservedSite, OutOfReachError, observe
from solarrally_tui.health.probes import telemetry
from solarrally_tui.health.report import Check, Report
from solarrally_tui.text.plain import Plain

_SIGNED_OUT: Final = frozenset({Kind.EXPIRED, Kind.NO_CREDENTIALS})
_UNREACHED: Final = LOST | _SIGNED_OUT
"""Kinds of errors after which nothing that AWS would say is known."""
ALL_MONTH: Final = 1.0
"""USD that a display may cost in a month."""
_TELEMETRY: Final = "telemetry"
_METRICS: Final = "get_metric_data"
_SHARE_OF_METRICS: Final = 0.20
_SHARE_OF_TELEMETRY: Final = 0.33
_SHARE_OF_CHECK: Final = 0.04
"""USD that a display spends in a month: on all metrics, on the check of telemetry, which is what it
is for, and on each other check that AWS bills."""
_REMEMBERED: Final = frozenset({"answer_time", "chargers_online", "messages_minute", "power"})
"""Figures of which a watch keeps the course itself, from its first round on."""
_STEADY: Final = 3.0
"""By which factor the cost must fall below the one that is shown to take its place."""
_SLOWEST: Final = MINUTE
"""Seconds between two rounds of a display that runs all month, at least."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A check with what it cost, in USD, and when it began."""

    check: Check
    cost: float
    began: float


class Watch:
    """Keeps what was seen of one site from round to round."""

    def __init__(
        self, site: DeployedSite, *, all_month: bool = False, asks_cost_explorer: bool = False
    ) -> None:
        """all_month: whether it runs for weeks, so that it has to cost less than ALL_MONTH.

        asks_cost_explorer: whether to ask once a day what AWS bills at 0.01 USD.
        """
        self._extra = (checks.SPENDING,) if asks_cost_explorer else ()
        self._site = site
        self._all_month = all_month
        self._memo = Memo()
        self._observed: ObservedSite | None = None
        self._observed_at = 0.0
        self._seen: dict[str, Seen] = {}
        self._courses: dict[str, list[Point]] = {}
        self._lost: Plain | None = None
        self._lost_since: datetime | None = None
        self._told_cost = 0.0
        self._known: Report | None = None

    @property
    def known(self) -> Report | None:
        """What the last round returned; None before there was one."""
        return self._known

    @property
    def site(self) -> DeployedSite:
        """The site, with the answers of the last round that read them."""
        return self._site

    @property
    def url(self) -> str:
        """The site's address; empty until its stacks have been read and have one."""
        try:
            return browsable(self._observed.output("edge", "Url")) if self._observed else ""
        except (AwsError, OutOfReachError):
            return ""

    async def round(self, *, fresh: bool = False) -> Report:
        """Run the checks whose time has come, and return what is known now. Only reads.

        fresh: run all of them, except that metrics are not read twice in a minute. Never raises
        AwsError once the stacks have been read; raises it before.
        """
        began = time.monotonic()
        if self._observed is None:
            self._observed, self._observed_at = await self._stacks(), began
        before = self._observed
        probes = (*checks.applying(before.site), *self._extra)
        due = [probe for probe in probes if fresh or self._is_due(probe, began)]
        try:
            # At the same time: what a check calls hardly ever changes with the stacks.
            ran, observed = await asyncio.gather(
                checks.run(before, [probe for probe in due if not probe.of_stacks]),
                self._observe(began, fresh=fresh),
            )
        except AwsError as error:
            if not self._seen or error.kind not in _UNREACHED:
                raise
            return self._without(error, (), began)
        if _is_another(before, observed):
            self._forget()
            return await self.round()
        if (lost := _lost_connection(ran)) is not None and self._seen:
            return self._without(lost, ran, began)
        self._observed = observed
        of_stacks = await checks.run(observed, [probe for probe in due if probe.of_stacks])
        self._lost = self._lost_since = None
        self._take((*ran, *of_stacks), began)
        shown = (*checks.applying(observed.site), *self._extra)
        self._seen = {probe.id: self._seen[probe.id] for probe in shown if probe.id in self._seen}
        return self._report()

    def pace(self, probe: Probe) -> float:
        """Return the seconds between two runs of a check."""
        if not self._all_month:
            return probe.pace
        if probe.metrics is not None:
            return max(probe.pace, self._metrics_pace)
        seen = self._seen.get(probe.id)
        share = _SHARE_OF_TELEMETRY if probe.id == _TELEMETRY else _SHARE_OF_CHECK
        affordable = monthly(seen.cost, 1.0) / share if seen else 0.0
        return max(probe.pace, _SLOWEST, affordable)

    @property
    def _metrics_pace(self) -> float:
        """Seconds between two readings of the metrics that keep their cost within its share."""
        if self._observed is None:
            return MINUTE
        each = len(checks.metrics_of(self._observed)) * METRIC
        return max(monthly(each, 1.0) / _SHARE_OF_METRICS, MINUTE)

    def _is_due(self, probe: Probe, now: float) -> bool:
        seen = self._seen.get(probe.id)
        # Metrics a little late, so that their minute is over; all else a little early, so that a
        # round every ten seconds keeps a pace of ten.
        slack = -2.0 if probe.metrics is not None else 1.0
        return seen is None or now - seen.began >= self.pace(probe) - slack

    async def _observe(self, now: float, *, fresh: bool) -> ObservedSite:
        """Return the stacks, read again every minute, and the answers. Raises AwsError."""
        observed = self._observed
        if observed and observed.deployed is self._site:
            age = now - self._observed_at
            if age == 0.0 or (not fresh and age < MINUTE - 1.0):
                return observed
        self._observed_at = now
        fresh_stacks, deployed = await asyncio.gather(
            self._stacks(), DeployedSite.open(self._site.door, self._site.name)
        )
        self._site = deployed
        return replace(fresh_stacks, deployed=deployed)

    async def _stacks(self) -> ObservedSite:
        observed = await observe(self._site, memo=self._memo)
        for stack in observed.stacks.values():
            if isinstance(stack, AwsError) and stack.kind in _UNREACHED:
                raise stack
        return observed

    def _forget(self) -> None:
        """Forget all that was seen: the name belongs to a site that was deployed since."""
        self._memo = Memo()
        self._observed = self._known = None
        self._seen, self._courses = {}, {}

    def _take(self, ran: Sequence[Ran], began: float) -> None:
        """Keep what was seen."""
        for one in ran:
            each, check = cost(call for call in one.calls if call.operation != _METRICS), one.check
            # What one check reads for several costs nothing in the rounds of the others.
            if (before := self._seen.get(check.id)) is not None:
                each = max(each, before.cost / 2)
                check = replace(check, asked=check.asked or before.check.asked)
            self._seen[check.id] = Seen(check, each, began)
            self._note(one.check)

    def _without(self, error: AwsError, ran: Sequence[Ran], began: float) -> Report:
        """Return what was seen before AWS was lost, and what still answers without it."""
        if error.kind in _SIGNED_OUT:
            self._site.door.read_credentials_again()
        answered = [one for one in ran if one.check.severity is Severity.OK]
        self._take(answered, began)
        self._lost = error.plain
        self._lost_since = self._lost_since or datetime.now(UTC)
        return self._report()

    def _note(self, check: Check) -> None:
        """Remember figures whose course nobody else keeps."""
        for figure in check.figures:
            if figure.id in _REMEMBERED and figure.value is not None and check.at:
                course = self._courses.setdefault(figure.id, [])
                course.append(Point(check.at, figure.value))
                while course[-1].time - course[0].time > WINDOW:
                    del course[0]

    def _with_course(self, check: Check) -> Check:
        figures = tuple(
            replace(figure, series=tuple(self._courses.get(figure.id, figure.series)))
            for figure in check.figures
        )
        return replace(check, figures=figures)

    def _report(self) -> Report:
        paced = {probe.id: self.pace(probe) for probe in (*checks.PROBES, *self._extra)}
        seen = [
            replace(one, check=replace(one.check, pace=paced[one.check.id]))
            for one in self._seen.values()
        ]
        metrics = len(checks.metrics_of(self._observed)) * METRIC if self._observed else 0.0
        rounds = sum(monthly(one.cost, one.check.pace) for one in seen)
        rounds += monthly(metrics, self._metrics_pace if self._all_month else MINUTE)
        self._known = Report(
            self._site.name,
            tuple(self._with_course(one.check) for one in seen),
            self._observed.seen(telemetry.SEEN) if self._observed else None,
            lost=self._lost,
            lost_since=self._lost_since,
            monthly_cost=self._steady(rounds),
        )
        return self._known

    def _steady(self, now: float) -> float:
        """Return the most that it costs: less only where it is really another.

        Rounds differ in what they read anew, and a figure that flickers says nothing.
        """
        if not self._told_cost / _STEADY <= now <= self._told_cost:
            self._told_cost = now
        return self._told_cost


def _is_another(before: ObservedSite, after: ObservedSite) -> bool:
    """Whether a stack was deleted and created again: the ids of stacks never come again."""
    pairs = ((before.stack(id_), after.stack(id_)) for id_ in before.stacks)
    return any(one and other and one.id != other.id for one, other in pairs)


def _lost_connection(ran: Sequence[Ran]) -> AwsError | None:
    """Return why AWS answered no call of a round; None where it answered one."""
    errors = [call.error for one in ran for call in one.calls if call.service != "https"]
    lost = [error for error in errors if error is not None and error.kind in _UNREACHED]
    return lost[0] if lost and len(lost) == len(errors) else None
