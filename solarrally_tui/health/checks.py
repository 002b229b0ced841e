"""All checks of a deployed site, made at once. Each judges its own thing only."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.findings.finding import Finding
from solarrally_tui.health.observed_site import ObservedSite, OutOfReachError, observe
from solarrally_tui.health.probes import app, domain, iot, stacks, web
from solarrally_tui.health.report import Observation, Report, unknown
from solarrally_tui.site.model import Site

_LIMIT: Final = 30.0


def _always(_: Site) -> bool:
    return True


def _asks_for_password(site: Site) -> bool:
    return site.access.viewing == "password"


def _has_domain(site: Site) -> bool:
    return site.has_domain


@dataclass(frozen=True, slots=True)
class Probe:
    """A check before it is made."""

    id: str
    title: str
    look: Callable[[ObservedSite], Awaitable[Observation]]
    applies: Callable[[Site], bool] = _always


PROBES: Final = (
    Probe("stacks", "Stacks", stacks.stacks),
    Probe("service", "Application tasks", app.service),
    Probe("targets", "Load balancer targets", app.targets),
    Probe("page", "Dashboard page", web.page),
    Probe("application", "Application health", web.application),
    Probe("live", "Live telemetry link", web.live),
    Probe("strangers", "Password", web.strangers, _asks_for_password),
    Probe("bridge", "Bridge certificate", iot.bridge),
    Probe("database", "Database", app.database),
    Probe("chargers", "Chargers", iot.chargers),
    Probe("certificate", "Certificate", domain.certificate, _has_domain),
    Probe("address", "Address in DNS", domain.address, _has_domain),
    Probe("alarms", "Alarms", stacks.alarms),
    Probe("alerts", "Alert e-mail", stacks.alerts),
    Probe("budget", "Budget", stacks.budget),
    Probe("trail", "Audit trail", stacks.trail),
)


async def check_site(site: DeployedSite) -> Report:
    """Run all checks of a deployed site. Only reads.

    A check that is not allowed or not able to see its thing is unknown, with the reason. Never
    raises AwsError.
    """
    return await check_observed(await observe(site))


async def check_observed(observed: ObservedSite) -> Report:
    """Make all checks of a site whose stacks were read already. Never raises AwsError."""
    due = [probe for probe in PROBES if probe.applies(observed.site)]
    checks = await asyncio.gather(*(_check(probe, observed) for probe in due))
    return Report(observed.site.name, tuple(checks))


async def _check(probe: Probe, observed: ObservedSite) -> Finding:
    try:
        async with asyncio.timeout(_LIMIT):
            found = await probe.look(observed)
    except AwsError as error:
        call = f"{error.service} {error.operation}, {error.code}"
        found = unknown(f"{error.plain.what} {error.plain.why} ({call})")
    except OutOfReachError as error:
        found = unknown(str(error))
    except TimeoutError:
        found = unknown(f"No answer within {_LIMIT:.0f} seconds.")
    return Finding(probe.id, probe.title, found.severity, found.line.strip())
