"""One examination from end to end: query every source, judge, and say what could not be seen."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.checks import check_observed, why_unknown
from solarrally_tui.health.diagnosis.evidence import Evidence
from solarrally_tui.health.diagnosis.examination import Case, NotNeededError
from solarrally_tui.health.diagnosis.judge import causes, contradicts
from solarrally_tui.health.diagnosis.model import Candidate, Diagnosis, Unknown
from solarrally_tui.health.diagnosis.sources.registry import FIRST, THEN, Source
from solarrally_tui.health.diagnosis.sources.slow_queries import KIND as SLOW
from solarrally_tui.health.observed_site import OutOfReachError, observe
from solarrally_tui.health.report import Check, Report

LIMIT: Final = 40.0
"""Seconds that one source may take."""

TOTAL: Final = len(FIRST) + len(THEN) + 1
"""How many sources are queried; the health checks count as one."""

Progress = Callable[[int, int, str], None]
"""Called with how many sources have answered, of how many, and which one was last."""

_CHECKS: Final = "Health checks"
_CONTRADICTED: Final = "AWS refuses more. What it measures does not show that yet."


@dataclass(frozen=True, slots=True)
class Examination:
    """What was seen of a site, and what follows from it."""

    case: Case
    report: Report
    diagnosis: Diagnosis


async def examine(
    site: DeployedSite, progress: Progress = lambda *_: None, *, no_record: str = ""
) -> Diagnosis:
    """Examine a site whatever state it is in, and find out what is wrong. Only reads.

    no_record: why the site's record could not be read, where it could not. A source that may not or
    cannot be queried is reported as unknown. Never raises AwsError.
    """
    return (await examination(site, progress, no_record=no_record)).diagnosis


async def examination(
    site: DeployedSite, progress: Progress = lambda *_: None, *, no_record: str = ""
) -> Examination:
    """Examine a site as examine does, and return also what the diagnosis is from."""
    case = Case(await observe(site))
    tally = _Tally(progress)

    async def check() -> Report:
        report = await check_observed(case.observed)
        tally.answered(_CHECKS)
        return report

    first = asyncio.gather(*(_gather(case, source, tally) for source in FIRST))
    report, _ = await asyncio.gather(check(), first)
    for source in THEN:
        await _gather(case, source, tally)
    unknown = [*([Unknown("Record of the site", no_record)] if no_record else ()), *tally.unknown]
    return Examination(case, report, conclude(case, report, unknown))


def conclude(case: Case, report: Report, unknown: Sequence[Unknown]) -> Diagnosis:
    """Judge what was seen."""
    seen = [*case.evidence, *(_evidence(check, case) for check in report.checks)]
    ranked = causes(case.name, seen, report)
    is_well = report.health is Severity.OK
    named = {source.title for source in unknown}
    unknown_checks = (
        Unknown(check.title, check.line)
        for check in report.checks
        if check.severity is Severity.UNKNOWN and check.title not in named
    )
    doubted = [evidence for evidence in seen if contradicts(evidence, ranked)]
    return Diagnosis(
        case.name,
        case.door.region,
        case.account,
        datetime.now(UTC),
        report.health,
        () if is_well else ranked,
        ranked if is_well else (),
        tuple(evidence for evidence in seen if evidence.good and evidence not in doubted),
        _uncited(seen, ranked),
        tuple(evidence for evidence in seen if evidence.kind == SLOW),
        (*unknown, *unknown_checks, *(Unknown(each.resource, _CONTRADICTED) for each in doubted)),
        TOTAL,
    )


def _uncited(seen: Sequence[Evidence], ranked: Sequence[Candidate]) -> tuple[Evidence, ...]:
    """Return what was kept before a rollback and no cause cites, for people to read."""
    cited = [evidence for cause in ranked for evidence in (*cause.evidence, *cause.effects)]
    return tuple(evidence for evidence in seen if evidence.kept and evidence not in cited)


def _evidence(check: Check, case: Case) -> Evidence:
    """Return a check of the site's health as evidence. What was not seen speaks for nothing."""
    is_seen = isinstance(check.sign, Severity) and check.sign is not Severity.UNKNOWN
    return Evidence(
        f"check:{check.id}" if is_seen else "unknown",
        check.line,
        f"solarrally status {case.name}",
        check.title,
        state=check.sign.value,
        region=case.door.region,
        good=check.sign is Severity.OK,
        command=f"solarrally status {case.name}",
    )


class _Tally:
    """Counts the sources that have answered, and keeps what could not be seen."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._count = 0
        self.unknown: list[Unknown] = []

    def answered(self, title: str, why_unknown: str = "") -> None:
        """Note that a source has answered, or why it could not be queried."""
        self._count += 1
        if why_unknown:
            self.unknown.append(Unknown(title, why_unknown))
        self._progress(self._count, TOTAL, title)


async def _gather(case: Case, source: Source, tally: _Tally) -> None:
    """Query one source. What it returned before it failed stays."""
    why = ""
    try:
        async with asyncio.timeout(LIMIT):
            async for evidence in source.gather(case):
                case.evidence.append(evidence)
    except NotNeededError:
        pass
    except (AwsError, OutOfReachError, TimeoutError) as error:
        why = why_unknown(error, LIMIT)
    except Exception as error:  # noqa: BLE001 a response that we do not understand hides only itself
        why = f"The response was not understood ({type(error).__name__})."
    tally.answered(source.title, why)
