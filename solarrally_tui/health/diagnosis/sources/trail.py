"""What is asked after the others: quotas that they hint at, and calls that AWS refused."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from solarrally_tui.findings.failure_reasons import reason_of
from solarrally_tui.health.diagnosis.evidence import Evidence
from solarrally_tui.health.diagnosis.examination import Case, NotNeededError

_QUOTAS: Final = MappingProxyType(
    {
        "quota-vcpu": ("fargate", "L-3032A538"),
        "quota-addresses": ("ec2", "L-0263D0A3"),
        "quota-vpcs": ("vpc", "L-F678F1CE"),
        "quota-databases": ("rds", "L-7B6409FD"),
    }
)
"""Codes as in account/preflight/quotas.py."""

_BEFORE, _AFTER = timedelta(minutes=5), timedelta(minutes=2)
_SESSION: Final = "AWSCloudFormation"
"""The session name under which CloudFormation works with its role (CloudTrail records)."""

_DENIALS: Final = ("AccessDenied", "UnauthorizedOperation", "Unauthorized", "Forbidden")
_PAGES: Final = 3
"""CloudTrail answers two lookups a second; 50 events each."""


async def quotas(case: Case) -> AsyncIterator[Evidence]:
    """Tell the value of each quota that another source's words name."""
    named = {found.id for each in case.seen if (found := reason_of(each.words))}
    for reason in sorted(named & _QUOTAS.keys()):
        service, code = _QUOTAS[reason]
        answer, asked = await case.call(
            "service-quotas", "get_service_quota", ServiceCode=service, QuotaCode=code
        )
        told = answer["Quota"]
        yield asked.saw(
            "quota",
            f"{told.get('QuotaName', code)}: {told['Value']:g}",
            resource=code,
            type=service,
            facts={"rule": reason},
            link=case.link("quota", service=service, id=code),
        )


async def refused(case: Case) -> AsyncIterator[Evidence]:
    """Tell calls of CloudFormation's role that AWS refused around the first failures."""
    failures = [each for each in case.seen if each.kind == "stack-event" and each.time]
    if not failures:
        raise NotNeededError  # No stack failed, so there is no time to look at.
    for region in dict.fromkeys([each.region for each in failures]):
        times = [each.time for each in failures if each.region == region and each.time]
        async for found in _in_region(case, region, min(times), max(times)):
            yield found


async def _in_region(
    case: Case, region: str, first: datetime, last: datetime
) -> AsyncIterator[Evidence]:
    more: dict[str, Any] = {}
    for _ in range(_PAGES):
        answer, asked = await case.call(
            "cloudtrail",
            "lookup_events",
            region,
            LookupAttributes=[{"AttributeKey": "Username", "AttributeValue": _SESSION}],
            StartTime=first.astimezone(UTC) - _BEFORE,
            EndTime=last.astimezone(UTC) + _AFTER,
            **more,
        )
        for event in answer.get("Events", ()):
            told = _record(event)
            if told and _ours(case, told):
                yield asked.saw(
                    "refused",
                    told.get("errorMessage") or told["errorCode"],
                    resource=event.get("EventName", ""),
                    type=told.get("eventSource", ""),
                    state=told["errorCode"],
                    time=event.get("EventTime"),
                    link=case.link("trail-event", region, id=event.get("EventId", "")),
                )
        if not answer.get("NextToken"):
            return
        more = {"NextToken": answer["NextToken"]}


def _record(event: dict[str, Any]) -> dict[str, Any] | None:
    """Return the record of a refused call; None for others."""
    try:
        told = json.loads(event.get("CloudTrailEvent") or "{}")
    except ValueError:
        return None
    is_denied = any(word in str(told.get("errorCode", "")) for word in _DENIALS)
    return told if isinstance(told, dict) and is_denied else None


def _ours(case: Case, told: dict[str, Any]) -> bool:
    arn = str((told.get("userIdentity") or {}).get("arn", ""))
    return f"/solarrally-{case.name}-cloudformation/" in arn
