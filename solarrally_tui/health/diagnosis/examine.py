"""One examination from end to end: ask every source, judge, and say what could not be seen."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.checks import check_observed
from solarrally_tui.health.diagnosis.evidence import Evidence
from solarrally_tui.health.diagnosis.examination import Case, NotNeededError
from solarrally_tui.health.diagnosis.judge import causes
from solarrally_tui.health.diagnosis.model import Diagnosis, Unknown
from solarrally_tui.health.diagnosis.sources.registry import FIRST, THEN, Source
from solarrally_tui.health.observed_site import OutOfReachError, observe
from solarrally_tui.health.report import Report

LIMIT: Final = 40.0
"""Seconds that one source may take."""

TOTAL: Final = len(FIRST) + len(THEN) + 1
"""How many sources are asked; the health checks count as one."""

Progress = Callable[[int, int, str], None]
"""Told how many sources have answered, of how many, and which one was last."""

_CHECKS: Final = "Health checks"


async def examine(site: DeployedSite, progress: Progress = lambda *_: None) -> Diagnosis:
    """Look at a site whatever state it is in, and say why it is not well. Only reads.

    A source that may not or cannot be asked is told as unknown. Never raises AwsError.
    """
    case = Case(await observe(site))
    told = _Told(progress)
    report, _ = await asyncio.gather(_checked(case, told), _ask_all(case, told))
    for each in THEN:
        await _ask(case, each, told)
    return conclude(case, report, told.unknown)


def conclude(case: Case, report: Report, unknown: Sequence[Unknown]) -> Diagnosis:
    """Judge what was seen."""
    seen = [*case.seen, *(_evidence(each, case) for each in report.checks)]
    found = causes(case.name, seen, report)
    is_well = report.health is Severity.OK
    named = {each.title for each in unknown}
    blind = (
        Unknown(each.title, each.line)
        for each in report.checks
        if each.severity is Severity.UNKNOWN and each.title not in named
    )
    return Diagnosis(
        case.name,
        case.door.region,
        case.account,
        datetime.now(UTC),
        report.health,
        () if is_well else found,
        found if is_well else (),
        tuple(each for each in seen if each.good),
        (*unknown, *blind),
        TOTAL,
    )


def _evidence(check: Finding, case: Case) -> Evidence:
    """Return a check of the site's health as evidence. Unknown speaks for nothing."""
    return Evidence(
        f"check:{check.id}" if check.severity is not Severity.UNKNOWN else "unknown",
        check.line,
        f"solarrally status {case.name}",
        check.title,
        state=check.severity.value,
        region=case.door.region,
        good=check.severity is Severity.OK,
        facts={"title": check.title},
        command=f"solarrally status {case.name}",
    )


class _Told:
    """Counts answers, and keeps what could not be asked."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._count = 0
        self.unknown: list[Unknown] = []

    def answered(self, title: str, why: str = "") -> None:
        """Note that a source has answered, or why it could not be asked."""
        self._count += 1
        if why:
            self.unknown.append(Unknown(title, why))
        self._progress(self._count, TOTAL, title)


async def _checked(case: Case, told: _Told) -> Report:
    case.report = await check_observed(case.observed)
    told.answered(_CHECKS)
    return case.report


async def _ask_all(case: Case, told: _Told) -> None:
    await asyncio.gather(*(_ask(case, each, told) for each in FIRST))


async def _ask(case: Case, source: Source, told: _Told) -> None:
    """Ask one source. What it told before it failed stays."""
    why = ""
    try:
        async with asyncio.timeout(LIMIT):
            async for evidence in source.look(case):
                case.seen.append(evidence)
    except AwsError as error:
        call = f"{error.service} {error.operation}, {error.code}"
        why = f"{error.plain.what} {error.plain.why} ({call})"
    except NotNeededError:
        pass
    except OutOfReachError as error:
        why = str(error)
    except TimeoutError:
        why = f"No answer within {LIMIT:.0f} seconds."
    except Exception as error:  # noqa: BLE001 an answer that we do not understand hides only itself
        why = f"The answer was not understood ({type(error).__name__})."
    told.answered(source.title, why)
