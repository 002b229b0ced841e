"""Lines of real programs in the log of a deployed site: each shows its cause first."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.checks import check_observed
from solarrally_tui.health.diagnosis.examination import Case
from solarrally_tui.health.diagnosis.examine import conclude, examine
from solarrally_tui.health.diagnosis.sources.log import log
from solarrally_tui.health.observed_site import ObservedSite, observe
from solarrally_tui.health.report import Report
from tests.health.health_setup import BREAKAGES, BreakableSite, logged
from tests.health.log_words import CALM, SCENARIOS, TRACEBACK

ROUNDS = 100
_LIMIT = 90.0
_CLIENT = "/venv/lib/python3.11/site-packages/asyncpg/connect_utils.py"


@pytest.fixture
async def red(site: BreakableSite) -> AsyncIterator[tuple[ObservedSite, Report]]:
    """The site as its checks see it while something small is wrong with it, too."""
    with BREAKAGES["budget"](site):
        observed = await observe(site.deployed)
        report = await check_observed(observed)
        assert report.health is not Severity.OK
        yield observed, report


async def first_cause(observed: ObservedSite, report: Report) -> str:
    """What the diagnosis says first, from the log as AWS returns it and the checks."""
    case = Case(observed)
    case.evidence += [evidence async for evidence in log(case)]
    return conclude(case, report, ()).causes[0].id


async def test_each_cause_of_a_log_comes_first(
    site: BreakableSite, red: tuple[ObservedSite, Report]
) -> None:
    wrong = {}
    for met in SCENARIOS:
        with logged(site, [*CALM[:4], met.words, *CALM[4:8]]):
            found = await first_cause(*red)
        if found != met.rule:
            wrong[met.rule] = (met.words, found)
    assert len(SCENARIOS) >= 27
    assert wrong == {}


async def test_a_traceback_in_the_log_shows_its_cause(
    site: BreakableSite, red: tuple[ObservedSite, Report]
) -> None:
    text = TRACEBACK.format(file=_CLIENT, last="TimeoutError")
    with logged(site, text.splitlines()):
        assert await first_cause(*red) == "database-unreachable"


async def test_calm_lines_change_nothing(
    site: BreakableSite, red: tuple[ObservedSite, Report]
) -> None:
    before = await first_cause(*red)
    with logged(site, list(CALM)):
        assert await first_cause(*red) == before


async def test_what_the_probe_of_a_task_that_has_gone_reported_says_nothing(
    site: BreakableSite, red: tuple[ObservedSite, Report]
) -> None:
    down = '{"_aws": {"CloudWatchMetrics": []}, "DatabaseReachable": 1, "BridgeLinked": 0}'
    before = await first_cause(*red)
    with logged(site, [down, down], "probe"):
        assert await first_cause(*red) == before


@pytest.mark.parametrize(
    "rounds",
    [2, pytest.param(ROUNDS, marks=[pytest.mark.torture, pytest.mark.timeout(1800)])],
    ids=["two", "hundred"],
)
async def test_a_healthy_site_is_never_red(site: BreakableSite, rounds: int) -> None:
    # Alarms of what another test broke ring for some minutes, which are seconds here.
    async with asyncio.timeout(_LIMIT):
        while (await examine(site.deployed)).health is not Severity.OK:
            await asyncio.sleep(0.5)
    seen = []
    for _ in range(rounds):
        found = await examine(site.deployed)
        seen.append((found.health, [(cause.id, cause.why) for cause in found.causes]))
    assert [one for one in seen if one[0] in {Severity.FAIL, Severity.WARN} or one[1]] == []
