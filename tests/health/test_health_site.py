"""A deployed site is green; each breakage turns exactly its check, and repairing turns it back."""

import asyncio
import time
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from solarrally_tui.deployed.fleet_index import END, end_of
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.checks import PROBES, check_site, run
from solarrally_tui.health.diagnosis.examination import Case
from solarrally_tui.health.diagnosis.examine import conclude, examine
from solarrally_tui.health.diagnosis.model import Diagnosis
from solarrally_tui.health.diagnosis.sources.tasks import health_checks
from solarrally_tui.health.observed_site import observe
from solarrally_tui.health.report import Report
from tests.health.health_setup import BREAKAGES, MEASURED, BreakableSite

FOLLOWS = {"bridge": {"telemetry"}, "chargers": {"telemetry"}}
"""What else turns with a check, because it is so: without a bridge no message arrives."""
LIMIT = 90.0
CAUSES = {
    "service": "image-not-pulled",
    "targets": "health-check",
    "database": "database-stopped",
    "bridge": "bridge-inactive",
    "alerts": "alerts-unsubscribed",
    "trail": "watching",
    "budget": "watching",
    "log-retention": "watching",
    "strangers": "watching",
    "account-settings": "watching",
    "chargers": "chargers",
    "run": "run-interrupted",
    "stacks": "resource-failed",
    "alarms": "alarm",
}
"""What the diagnosis says first of some breakages; of the others, what the check says."""
SEEN_ELSEWHERE = {"service", "targets", "database", "alarms", "stacks"}
"""Breakages whose cause another source than the check shows."""


async def report(site: BreakableSite) -> Report:
    return await check_site(site.deployed)


async def until(site: BreakableSite, turning: Collection[str] = ()) -> Report:
    """Check until exactly these have turned: all, and while some are not so, those alone."""
    end = time.monotonic() + LIMIT
    while True:
        found = await report(site)
        wrong = set(turned(found)) ^ set(turning)
        if not wrong or time.monotonic() > end:
            return found
        await settled(site, wrong, turning, end)


async def settled(
    site: BreakableSite, wrong: Collection[str], turning: Collection[str], end: float
) -> None:
    """Repeat some checks alone until they have turned, or those not among `turning` turned back."""
    while wrong and time.monotonic() < end:
        await asyncio.sleep(0.2)
        probes = [probe for probe in PROBES if probe.id in wrong]
        checks = [ran.check for ran in await run(await observe(site.deployed), probes)]
        wrong = {c.id for c in checks if (c.severity is Severity.OK) is (c.id in turning)}


async def mended(site: BreakableSite, broken: Collection[str]) -> None:
    """See that some checks have turned back; that the others did not turn, the next test sees."""
    end = time.monotonic() + LIMIT
    await settled(site, broken, (), end)
    assert time.monotonic() < end, f"{broken} did not turn back"


def turned(found: Report) -> dict[str, str]:
    return {check.id: check.line for check in found.checks if check.severity is not Severity.OK}


@pytest.fixture(scope="module")
def green(site: BreakableSite) -> Iterator[BreakableSite]:
    """The site, which a test finds green, and must leave green for the next one."""
    assert turned(asyncio.run(until(site))) == {}
    yield site
    assert turned(asyncio.run(until(site))) == {}


async def test_a_deployed_site_is_green(green: BreakableSite) -> None:
    found = await report(green)
    assert found.health is Severity.OK
    assert found.site == "breakable"
    applying = [probe.id for probe in PROBES if probe.applies(green.record.site)]
    assert [check.id for check in found.checks] == applying
    assert all(check.line for check in found.checks)
    told = await examine(green.deployed)
    assert (told.health, told.causes) == (Severity.OK, ()), told.causes
    seen = {check.title for check in found.checks if check.sign is Severity.OK}
    assert seen <= {each.resource for each in told.fine}


def test_every_check_is_broken_below_or_judged_alone() -> None:
    alone = {"certificate", "address", "drift", "engine", "secrets", "release", "backup-plan"}
    alone |= {"charger-host"}  # test_recover has a site with it.
    alone |= {"hub"}  # This small site has none: test_judgements has its states.
    alone |= {"functions", "api", "queue"}  # test_functions_site has a site with them.
    assert {probe.id for probe in PROBES} - alone == set(BREAKAGES)


@pytest.mark.parametrize("check", sorted(BREAKAGES))
async def test_a_breakage_turns_exactly_its_check(green: BreakableSite, check: str) -> None:
    with BREAKAGES[check](green):
        turning = {check} | FOLLOWS.get(check, set())
        found = await until(green, turning)
        assert set(turned(found)) == turning, turned(found)
        assert found.health in {Severity.WARN, Severity.FAIL}
        if check in SEEN_ELSEWHERE:
            told = await examine(green.deployed)
        else:
            told = conclude(Case(await observe(green.deployed)), found, ())
        first = told.causes[0]
        assert first.id == CAUSES.get(check, "check-failed"), told.causes
        assert check in SEEN_ELSEWHERE or f"check:{check}" in {e.kind for e in first.evidence}
    await mended(green, turning)


Break = Callable[[BreakableSite], None]


def fault(name: str) -> Break:
    return lambda site: site.control("POST", "tasks", {"fault": name})


def sends(message: bytes | None) -> Break:
    def change(site: BreakableSite) -> None:
        site.online[0].message = lambda: message

    return change


TELEMETRY = {
    "backend stuck": (fault("stuck"), "between the bridge and the backend", "telemetry-backend"),
    "lost": (fault("lossy"), "between the chargers and the bridge", "telemetry-unpublished"),
    "rejected": (sends(b"{}"), "The application rejects messages. wall-1", "telemetry-rejected"),
}
"""What happens to telemetry, what status says about it, and the first cause of the diagnosis."""


async def found_out(site: BreakableSite, cause: str) -> Diagnosis:
    """Diagnose until a cause comes first and its alarm rings."""
    end = time.monotonic() + LIMIT
    rings = {"telemetry", "alarms"}
    await settled(site, rings, rings, end)
    while True:
        told = await examine(site.deployed)
        first = told.causes[0] if told.causes else None
        ringing = first and any("no fresh telemetry" in e.words for e in first.effects)
        if (first and first.id == cause and ringing) or time.monotonic() > end:
            return told


@pytest.mark.parametrize("name", sorted(TELEMETRY))
async def test_where_telemetry_stops_is_the_first_cause(green: BreakableSite, name: str) -> None:
    happens, words, cause = TELEMETRY[name]
    happens(green)
    try:
        told = await found_out(green, cause)
        first = told.causes[0]
        assert (first.id, told.health) == (cause, Severity.FAIL), told.causes
        assert words in first.why
        # The page and /health say that all is well, as they do on AWS.
        fine = {evidence.resource for evidence in told.fine}
        assert fine >= {"Dashboard page", "Application health", "Live telemetry link"}
        assert any("no fresh telemetry" in effect.words for effect in first.effects)
    finally:
        fault("")(green)
        (charger,) = green.online
        charger.message = charger.reading
        await mended(green, {"telemetry", "alarms"})


_SHARE = {"database": {"database-load", "engine"}, "capacity": set(MEASURED)}
"""Checks that make the same call."""


@pytest.mark.parametrize(
    ("target", "check"),
    [
        ("cloudwatch.GetMetricData", "capacity"),
        ("rds.DescribeDBInstances", "database"),
        ("ecs.DescribeServices", "service"),
        ("cloudwatch.DescribeAlarms", "alarms"),
        ("budgets.DescribeBudget", "budget"),
        ("secretsmanager.GetSecretValue", "live"),
    ],
)
async def test_what_may_not_be_seen_is_unknown(
    green: BreakableSite, target: str, check: str
) -> None:
    with green.fault("refuse", target):
        found = await report(green)
    unseen = {each.id: each for each in found.checks if each.severity is not Severity.OK}
    assert {each.severity for each in unseen.values()} == {Severity.UNKNOWN}
    assert found.health is Severity.UNKNOWN
    assert set(unseen) == {check, *_SHARE.get(check, ()), *FOLLOWS.get(check, ())}
    if target != "secretsmanager.GetSecretValue":
        assert unseen[check].line.startswith("Not checked: needs ")


async def test_the_log_of_running_tasks_is_read_without_its_secrets(green: BreakableSite) -> None:
    client, group = green.aws("logs"), green.resource("app", "AWS::Logs::LogGroup")
    where = {"logGroupName": group, "logStreamName": "task/backend/canary"}
    client.create_log_stream(**where)
    words = "InvalidPasswordError: password authentication failed, PGPASSWORD=kQ7hZ2pL9x"
    lines = ("INFO: 200 OK", words)
    now = int(time.time() * 1000)
    events = [{"timestamp": now + i, "message": line} for i, line in enumerate(lines)]
    client.put_log_events(**where, logEvents=events)
    with BREAKAGES["budget"](green):
        told = await examine(green.deployed)
    client.delete_log_stream(**where)
    (found,) = (each for each in told.causes if each.id == "database-password")
    assert found.why.startswith("InvalidPasswordError: password authentication failed")
    assert "kQ7hZ2pL9x" not in str(told)


async def test_health_checks_of_containers_are_told(green: BreakableSite) -> None:
    case = Case(await observe(green.deployed))
    definition = green.outputs["app"]["TaskDefinitionArn"]
    told = {each.resource: each.words async for each in health_checks(case, definition)}
    assert "mosquitto_sub" in told["broker"]


def chargers(found: Report) -> str:
    return next(check.line for check in found.checks if check.id == "chargers")


async def test_a_refresh_costs_as_many_calls_for_ten_thousand_chargers(
    green: BreakableSite,
) -> None:
    async def calls_of_a_report(chargers: int, connected: int) -> tuple[dict[str, int], Report]:
        green.fill(chargers, connected)
        green.control("DELETE", "calls", {})
        found = await report(green)
        counted = green.control("GET", "calls", {})["calls"]
        return counted, found

    with green.filled():
        few, _ = await calls_of_a_report(10, 10)
        many, found = await calls_of_a_report(10_000, 10_000)
        assert few == many
        assert chargers(found) == "10,001 chargers, 10,001 connected now."
        # Some that are not connected are looked at one by one, always as many.
        few, _ = await calls_of_a_report(10, 5)
        many, found = await calls_of_a_report(10_000, 5_000)
        assert few == many
        assert chargers(found).startswith("10,001 chargers, 5,001 connected now.")


async def test_certificates_that_end_soon_are_counted(green: BreakableSite) -> None:
    soon = end_of(datetime.now(UTC) + timedelta(days=20))
    with green.filled():
        green.fill(4, 4, {END: soon})
        found = await report(green)
        assert "4 with a certificate that ends soon" in chargers(found)


async def test_connected_chargers_are_counted(green: BreakableSite) -> None:
    assert chargers(await report(green)) == "1 charger, 1 connected now."
