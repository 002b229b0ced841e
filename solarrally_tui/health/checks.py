"""All checks of a deployed site, run at once. Each one judges its own subject only."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.computer.problem import ComputerError
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.findings.finding import Finding
from solarrally_tui.health.observed_site import ObservedSite, OutOfReachError, observe
from solarrally_tui.health.probes import app, domain, extras, iot, run, stacks, telemetry, web
from solarrally_tui.health.report import Observation, Report, not_from_here, unknown
from solarrally_tui.site.model import Site

_LIMIT: Final = 30.0
"""Seconds that one check may take."""


def _always(_: Site) -> bool:
    return True


def _has_password(site: Site) -> bool:
    return site.access.viewing == "password"


def _has_domain(site: Site) -> bool:
    return site.has_domain


@dataclass(frozen=True, slots=True)
class Probe:
    """A check before it is run. The id never changes; scripts rely on it."""

    id: str
    title: str
    observe: Callable[[ObservedSite], Awaitable[Observation]]
    applies: Callable[[Site], bool] = _always


PROBES: Final = (
    Probe("run", "Run", run.run),
    Probe("stacks", "Stacks", stacks.stacks),
    Probe("resources", "Resources", stacks.resources),
    Probe("service", "Application tasks", app.service),
    Probe("targets", "Load balancer targets", app.targets),
    Probe("page", "Dashboard page", web.page),
    Probe("application", "Application health", web.application),
    Probe("live", "Live telemetry link", telemetry.live),
    Probe("telemetry", "Telemetry", telemetry.telemetry),
    Probe("strangers", "Password", web.strangers, _has_password),
    Probe("bridge", "Bridge certificate", iot.bridge),
    Probe("database", "Database", app.database),
    Probe("chargers", "Chargers", iot.chargers),
    Probe("certificate", "Certificate", domain.certificate, _has_domain),
    Probe("address", "Address in DNS", domain.address, _has_domain),
    Probe("alarms", "Alarms", stacks.alarms),
    Probe("alerts", "Alert e-mail", stacks.alerts),
    Probe("budget", "Budget", extras.budget),
    Probe("trail", "Audit trail", extras.trail),
    Probe("account-settings", "Account-wide settings", extras.account_settings),
)


async def check_site(site: DeployedSite) -> Report:
    """Run all checks of a deployed site. Only reads.

    A check that is not allowed or not able to see its subject is unknown, with the reason. Never
    raises AwsError.
    """
    return await check_observed(await observe(site))


async def check_observed(observed: ObservedSite) -> Report:
    """Run all checks of a site whose stacks were read already. Never raises AwsError."""
    probes = [probe for probe in PROBES if probe.applies(observed.site)]
    checks = await asyncio.gather(*(_check(probe, observed) for probe in probes))
    return Report(observed.site.name, tuple(checks), observed.seen(telemetry.SEEN))


async def _check(probe: Probe, observed: ObservedSite) -> Finding:
    try:
        async with asyncio.timeout(_LIMIT):
            observation = await probe.observe(observed)
    except ComputerError as error:
        observation = not_from_here(error.plain)
    except (AwsError, OutOfReachError, TimeoutError) as error:
        observation = unknown(why_unknown(error, _LIMIT))
    return Finding(probe.id, probe.title, observation.severity, observation.line.strip())


def why_unknown(error: AwsError | OutOfReachError | TimeoutError, limit: float) -> str:
    """Return in words why something could not be seen. limit: the seconds that it had."""
    if isinstance(error, AwsError):
        call = f"{error.service} {error.operation}, {error.code}"
        return f"{error.plain.what} {error.plain.why} ({call})"
    if isinstance(error, OutOfReachError):
        return str(error)
    return f"No response within {limit:.0f} seconds."
