"""What the engine's tests share: sites, a reader of events, and the account's faults."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import pytest

from solarrally_tui.aws.door import _THREADS, Door
from solarrally_tui.aws.keys import Keys, Secret
from solarrally_tui.aws.poll import poll
from solarrally_tui.aws.pool import DaemonPool
from solarrally_tui.aws.session import Clients
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.checks import check_site
from solarrally_tui.provisioning.change.plan import Plan
from solarrally_tui.provisioning.deployment.deploy import deploy
from solarrally_tui.provisioning.engine.events import Event, State
from solarrally_tui.provisioning.engine.outcome import Outcome
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site

DUMP = """--
-- PostgreSQL database dump
--
SET transaction_timeout = 0;
INSERT INTO public.users (email) VALUES ('anne@example.com') ON CONFLICT DO NOTHING;
--
-- PostgreSQL database dump complete
--
"""


def site_named(name: str, region: str = "us-east-1", **sections: Any) -> Site:
    return from_answers(
        {"name": name, "region": region, "tier": "small", "alerts": {"email": "ops@example.com"}}
        | sections
    )


class Heard(list[Event]):
    """A reader of the event stream that remembers everything."""

    def last(self, step: str) -> Event:
        return [event for event in self if event.step == step and not event.resource][-1]

    def states(self) -> dict[str, State]:
        return {event.step: self.last(event.step).state for event in self}

    def of(self, step: str) -> list[Event]:
        return [event for event in self if event.step == step]


async def deployed(site: Site, door: Door) -> tuple[Outcome, Heard]:
    heard = Heard()
    return await deploy(site, door, heard.append), heard


async def seen(name: str, door: Door) -> dict[str, Finding]:
    """What `solarrally status` says of a site, by the id of the check."""
    report = await check_site(await DeployedSite.open(door, name))
    return {check.id: check for check in report.checks}


async def all_well(name: str, door: Door) -> dict[str, Finding]:
    """Wait until nothing is red or yellow: alerts are confirmed a moment after the deployment."""

    async def look() -> dict[str, Finding] | None:
        found = await seen(name, door)
        return found if all(check.severity is Severity.OK for check in found.values()) else None

    try:
        return await poll(look, every=0.2, limit=20.0)
    except TimeoutError as error:
        raise AssertionError(await seen(name, door)) from error


def of_site(plan: Plan) -> tuple[str, ...]:
    """Warnings of a plan but for which other sites the budget counts: those of earlier tests."""
    return tuple(each for each in plan.warnings if not each.startswith("The budget counts"))


@contextlib.contextmanager
def environment(account: Account) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in account.environment.items():
            patch.setenv(name, value)
        yield


@contextlib.asynccontextmanager
async def opened(account: Account, region: str = "us-east-1") -> AsyncIterator[Door]:
    with environment(account):
        parts = [account.environment.get(f"AWS_{part}", "") for part in _KEYS]
        clients = _clients(account.endpoint_url, region, *parts)
        async with Door(clients, DaemonPool(_THREADS, "aws"), region, read_only=False) as door:
            yield door


_KEYS = ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN")


@cache
def _clients(endpoint_url: str, region: str, key: str, secret: str, token: str) -> Clients:
    """The product's clients of one caller: doors share them, because making them takes long."""
    return Clients(None, region, Keys(key, Secret(secret), Secret(token)))


@contextlib.contextmanager
def fault(account: Account, **what: Any) -> Iterator[None]:
    """Let something go wrong for as long as the block lasts."""
    url = f"{account.endpoint_url}/_solarrally/faults"
    created = httpx.post(url, json=what, trust_env=False)
    created.raise_for_status()
    try:
        yield
    finally:
        httpx.delete(f"{url}/{created.json()['id']}", trust_env=False).raise_for_status()


def put_stack(
    account: Account, stack: str, status: str, failed: dict[str, str] | None = None
) -> None:
    """Put a stack into a status by hand. failed: logical ids and AWS's words for each."""
    url = f"{account.endpoint_url}/_solarrally/stacks"
    body = {"stack": stack, "status": status, "failed": failed or {}}
    httpx.post(url, json=body, trust_env=False).raise_for_status()


def speed(account: Account, value: str) -> None:
    url = f"{account.endpoint_url}/_solarrally/speed"
    httpx.post(url, json={"speed": value}, trust_env=False).raise_for_status()


@dataclass(frozen=True)
class StandingSite:
    """A site that stands for a whole test module. Tests leave it as they found it."""

    site: Site
    outcome: Outcome
    heard: Heard
