"""What is queried after the others: quotas that they hint at, and calls that AWS refused."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from solarrally_tui.findings.reasons.table import reason_of
from solarrally_tui.health.diagnosis.evidence import Evidence
from solarrally_tui.health.diagnosis.examination import Case, NotNeededError

_BEFORE, _AFTER = timedelta(minutes=5), timedelta(minutes=2)
_SESSION: Final = "AWSCloudFormation"
"""The session name under which CloudFormation works with its role (CloudTrail records)."""

_DENIALS: Final = ("AccessDenied", "UnauthorizedOperation", "Unauthorized", "Forbidden")
_PAGES: Final = 3
"""CloudTrail allows two lookups a second, of 50 events each."""


async def quotas(case: Case) -> AsyncIterator[Evidence]:
    """Yield the value of each quota that another source's words name."""
    reasons = (reason_of(evidence.words) for evidence in case.evidence)
    named = {reason.id: reason.quota for reason in reasons if reason and reason.quota}
    for reason_id, (service, code) in sorted(named.items()):
        response, call = await case.call(
            "service-quotas", "get_service_quota", ServiceCode=service, QuotaCode=code
        )
        quota = response["Quota"]
        yield call.evidence(
            "quota",
            f"{quota.get('QuotaName', code)}: {quota['Value']:g} are allowed",
            resource=code,
            type=service,
            facts={"rule": reason_id},
            link=case.link("quota", service=service, id=code),
        )


async def refused(case: Case) -> AsyncIterator[Evidence]:
    """Yield calls of CloudFormation's role that AWS refused around the first failures."""
    failures = [e for e in case.evidence if e.kind == "stack-event" and e.time]
    if not failures:
        raise NotNeededError  # No stack failed, so there is no time to look at.
    for region in dict.fromkeys(failure.region for failure in failures):
        times = [f.time for f in failures if f.region == region and f.time]
        async for evidence in _in_region(case, region, min(times), max(times)):
            yield evidence


async def _in_region(
    case: Case, region: str, first: datetime, last: datetime
) -> AsyncIterator[Evidence]:
    token: dict[str, Any] = {}
    for _ in range(_PAGES):
        response, call = await case.call(
            "cloudtrail",
            "lookup_events",
            region,
            LookupAttributes=[{"AttributeKey": "Username", "AttributeValue": _SESSION}],
            StartTime=first.astimezone(UTC) - _BEFORE,
            EndTime=last.astimezone(UTC) + _AFTER,
            **token,
        )
        for event in response.get("Events", ()):
            record = _refused_record(case, event)
            if record:
                yield call.evidence(
                    "refused",
                    record.get("errorMessage") or record["errorCode"],
                    resource=event.get("EventName", ""),
                    type=record.get("eventSource", ""),
                    state=record["errorCode"],
                    time=event.get("EventTime"),
                    link=case.link("trail-event", region, id=event.get("EventId", "")),
                )
        if not response.get("NextToken"):
            return
        token = {"NextToken": response["NextToken"]}


def _refused_record(case: Case, event: dict[str, Any]) -> dict[str, Any] | None:
    """Return the CloudTrail record of a refused call of the site's role; None for others."""
    try:
        record = json.loads(event.get("CloudTrailEvent") or "{}")
    except ValueError:
        return None
    if not isinstance(record, dict):
        return None
    code = str(record.get("errorCode", ""))
    arn = str((record.get("userIdentity") or {}).get("arn", ""))
    is_of_role = f"/solarrally-{case.name}-cloudformation/" in arn
    return record if is_of_role and any(word in code for word in _DENIALS) else None
