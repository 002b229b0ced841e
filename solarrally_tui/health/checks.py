"""All checks of a deployed site, run at once. Each one judges its own subject only."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from solarrally_tui.aws.call_log import Call, counted
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.computer.problem import ComputerError
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.health.layers import Layer
from solarrally_tui.health.metrics import Metric
from solarrally_tui.health.observed_site import ObservedSite, OutOfReachError, observe
from solarrally_tui.health.probes import (
    app,
    database,
    domain,
    extras,
    functions,
    iot,
    logs,
    money,
    stacks,
    telemetry,
    traffic,
    upkeep,
    web,
)
from solarrally_tui.health.probes import run as run_probe
from solarrally_tui.health.report import Check, Observation, Report, not_from_here, unknown
from solarrally_tui.policy.authorization import UnknownActionError, action
from solarrally_tui.policy.calls import actions_of
from solarrally_tui.site.model import Site
from solarrally_tui.site.tiers import Shape, WafMode

_LIMIT: Final = 30.0
"""Seconds that one check may take."""
SECONDS: Final = 10.0
MINUTE: Final = 60.0
MINUTES: Final = 300.0
HOUR: Final = 3600.0
DAY: Final = 86400.0
"""Paces: how often a check that is watched is repeated. What changes slowly, or is billed, waits
longer."""


def _always(_: Site) -> bool:
    return True


def _has_password(site: Site) -> bool:
    return site.access.viewing == "password"


def _has_domain(site: Site) -> bool:
    return site.has_domain


def _has_charger_host(site: Site) -> bool:
    return bool(site.domain.charger_host)


def _has_tasks(site: Site) -> bool:
    return site.size.shape is Shape.TASKS


def _has_functions(site: Site) -> bool:
    return site.size.shape is Shape.FUNCTIONS


def _has_hub(site: Site) -> bool:
    return site.size.has_hub


def _has_firewall(site: Site) -> bool:
    return site.size.waf is not WafMode.OFF


def _has_backup_plan(site: Site) -> bool:
    return site.governance.backup_plan_days > 0


@dataclass(frozen=True, slots=True)
class Probe:
    """A check before it is run. The id never changes; scripts rely on it."""

    id: str
    title: str
    observe: Callable[[ObservedSite], Awaitable[Observation]]
    layer: Layer
    pace: float
    """Seconds after which a watch runs it again."""
    applies: Callable[[Site], bool] = _always
    metrics: Callable[[ObservedSite], Sequence[Metric]] | None = None
    """The metrics that it reads; they come in one call with those of all others."""
    of_stacks: bool = False
    """Whether it judges what is read of the stacks, and calls nothing itself."""


PROBES: Final = (
    Probe("run", "Deployment", run_probe.run, Layer.OPERATIONS, SECONDS),
    Probe("stacks", "Stacks", stacks.stacks, Layer.OPERATIONS, MINUTE, of_stacks=True),
    Probe("resources", "Resources", stacks.resources, Layer.OPERATIONS, MINUTES),
    Probe("drift", "Changes by hand", stacks.drift, Layer.OPERATIONS, MINUTE, of_stacks=True),
    Probe("service", "Application tasks", app.service, Layer.APPLICATION, SECONDS, _has_tasks),
    Probe(
        "capacity",
        "Load of the tasks",
        app.capacity,
        Layer.APPLICATION,
        MINUTE,
        _has_tasks,
        app.capacity_metrics,
    ),
    Probe("targets", "Load balancer", app.targets, Layer.APPLICATION, SECONDS, _has_tasks),
    Probe(
        "traffic",
        "Response time",
        traffic.traffic,
        Layer.APPLICATION,
        MINUTE,
        _has_tasks,
        traffic.traffic_metrics,
    ),
    Probe(
        "functions",
        "Functions",
        functions.functions,
        Layer.APPLICATION,
        MINUTE,
        _has_functions,
        functions.function_metrics,
    ),
    Probe(
        "api",
        "Response time",
        traffic.api,
        Layer.APPLICATION,
        MINUTE,
        _has_functions,
        traffic.api_metrics,
    ),
    Probe(
        "queue",
        "Queue of messages",
        functions.queue,
        Layer.IOT,
        SECONDS,
        _has_functions,
        functions.queue_metrics,
    ),
    Probe("page", "Dashboard page", web.page, Layer.PAGE, SECONDS),
    Probe("application", "Application health", web.application, Layer.APPLICATION, SECONDS),
    Probe("live", "Live telemetry link", telemetry.live, Layer.PAGE, SECONDS),
    Probe("telemetry", "Telemetry", telemetry.telemetry, Layer.IOT, SECONDS),
    Probe("strangers", "Password", web.strangers, Layer.PAGE, MINUTES, _has_password),
    Probe("bridge", "Bridge certificate", iot.bridge, Layer.APPLICATION, MINUTE, _has_tasks),
    Probe("hub", "Hub", app.hub, Layer.APPLICATION, SECONDS, _has_hub),
    Probe("database", "Database", database.database, Layer.DATABASE, MINUTE),
    Probe(
        "database-load",
        "Load of the database",
        database.load,
        Layer.DATABASE,
        MINUTE,
        metrics=database.load_metrics,
    ),
    Probe("engine", "Support of PostgreSQL", database.engine, Layer.DATABASE, DAY),
    Probe("chargers", "Chargers", iot.chargers, Layer.CHARGERS, SECONDS),
    Probe("certificate", "Certificate", domain.certificate, Layer.PAGE, HOUR, _has_domain),
    Probe("address", "Address in DNS", domain.address, Layer.PAGE, MINUTES, _has_domain),
    Probe(
        "charger-host",
        "Host for chargers",
        domain.leads_chargers,
        Layer.CHARGERS,
        MINUTES,
        _has_charger_host,
    ),
    Probe(
        "cloudfront",
        "CloudFront",
        traffic.cloudfront,
        Layer.PAGE,
        MINUTE,
        metrics=traffic.cloudfront_metrics,
    ),
    Probe(
        "firewall",
        "Firewall",
        traffic.firewall,
        Layer.PAGE,
        MINUTE,
        _has_firewall,
        traffic.firewall_metrics,
    ),
    Probe("alarms", "Alarms", stacks.alarms, Layer.OPERATIONS, MINUTE),
    Probe("alerts", "Alert e-mail", stacks.alerts, Layer.OPERATIONS, MINUTES),
    Probe("budget", "Budget", money.budget, Layer.OPERATIONS, HOUR),
    Probe("trail", "Audit trail", extras.trail, Layer.OPERATIONS, MINUTES),
    Probe("secrets", "Age of the passwords", upkeep.secrets, Layer.OPERATIONS, HOUR),
    Probe(
        "quotas",
        "Quotas",
        upkeep.quotas,
        Layer.OPERATIONS,
        HOUR,
        _has_tasks,
        upkeep.quota_metrics,
    ),
    Probe("log-retention", "Logs of AWS", logs.retention, Layer.OPERATIONS, DAY),
    Probe("backup-plan", "Backup plan", upkeep.backup_plan, Layer.DATABASE, HOUR, _has_backup_plan),
    Probe("release", "Version", upkeep.release, Layer.OPERATIONS, MINUTE, of_stacks=True),
    Probe("account-settings", "Account settings", extras.account_settings, Layer.OPERATIONS, DAY),
)

SPENDING: Final = Probe("spending", "Cost of the site", money.spending, Layer.OPERATIONS, DAY)
"""Run only where the operator wants it: AWS bills the call."""


def metrics_of(observed: ObservedSite) -> tuple[Metric, ...]:
    """Return the metrics that the checks of a site want, so far as its stacks exist."""
    found: list[Metric] = []
    for probe in PROBES:
        if probe.metrics is not None and probe.applies(observed.site):
            with suppress(OutOfReachError, AwsError):
                found += probe.metrics(observed)
    return tuple(found)


async def check_site(site: DeployedSite) -> Report:
    """Run all checks of a deployed site. Only reads.

    A check that is not allowed or not able to see its subject is unknown, with the reason. Never
    raises AwsError.
    """
    return await check_observed(await observe(site))


async def check_observed(observed: ObservedSite) -> Report:
    """Run all checks of a site whose stacks were read already. Never raises AwsError."""
    ran = await run(observed, applying(observed.site))
    checks = tuple(one.check for one in ran)
    return Report(observed.site.name, checks, observed.seen(telemetry.SEEN))


def applying(site: Site) -> tuple[Probe, ...]:
    """Return the checks that a site has."""
    return tuple(probe for probe in PROBES if probe.applies(site))


@dataclass(frozen=True, slots=True)
class Ran:
    """A check that was run."""

    probe: Probe
    check: Check
    error: AwsError | None
    """What AWS answered instead, where that made the check unknown."""
    calls: Sequence[Call]


async def run(observed: ObservedSite, probes: Collection[Probe]) -> tuple[Ran, ...]:
    """Run some checks at once. Never raises AwsError."""
    observed = replace(observed, metrics_of=metrics_of)
    return tuple(await asyncio.gather(*(_run(probe, observed) for probe in probes)))


async def _run(probe: Probe, observed: ObservedSite) -> Ran:
    failed: AwsError | None = None
    with counted() as log:
        try:
            async with asyncio.timeout(_LIMIT):
                if probe.metrics is not None:
                    probe.metrics(observed)  # Raises where what they belong to does not exist.
                observation = await probe.observe(observed)
        except ComputerError as error:
            observation = not_from_here(error.plain)
        except AwsError as error:
            observation, failed = unknown(why_unknown(error, _LIMIT)), error
        except (OutOfReachError, TimeoutError) as error:
            observation = unknown(why_unknown(error, _LIMIT))
    check = Check(
        probe.id,
        probe.title,
        observation.severity,
        observation.line.strip(),
        layer=probe.layer,
        figures=observation.figures,
        at=datetime.now(UTC),
        pace=probe.pace,
        pending=observation.pending,
        asked=_asked(probe, log.calls),
    )
    return Ran(probe, check, failed, log.calls)


def _asked(probe: Probe, calls: Sequence[Call]) -> tuple[str, ...]:
    """Return the calls of a check by name, also those that it shares with all others."""
    names = [_called(call) for call in calls]
    if probe.metrics is not None:
        names.append("cloudwatch get-metric-data")
    if probe.of_stacks:
        names.append("cloudformation describe-stacks")
    return tuple(dict.fromkeys(names))


def _called(call: Call) -> str:
    if call.service == "https":
        return "a request to the site"
    return f"{call.service} {call.operation.replace('_', '-')}"


def why_unknown(error: AwsError | OutOfReachError | TimeoutError, limit: float) -> str:
    """Return in words why something could not be seen. limit: the seconds that it had."""
    if isinstance(error, AwsError):
        call = f"{error.service} {error.operation}, {error.code}"
        if error.kind is Kind.DENIED:
            return f"Not checked: needs {_permission(error)}. {error.plain.what} ({call})"
        return f"{error.plain.what} {error.plain.why} ({call})"
    if isinstance(error, OutOfReachError):
        return str(error)
    return f"No response within {limit:.0f} seconds."


def _permission(error: AwsError) -> str:
    """Return the IAM actions that a refused call needs, in IAM's spelling where we know it."""
    names = actions_of(error.service, error.operation)
    spelt = []
    for name in names:
        try:
            spelt.append(action(name).name)
        except UnknownActionError:
            spelt.append(name)
    return " and ".join(spelt)
