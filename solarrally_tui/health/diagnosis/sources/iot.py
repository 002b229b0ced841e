"""AWS IoT: what its log records as failed for this site's bridge, chargers and rules."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.health.diagnosis.evidence import ApiCall, Evidence
from solarrally_tui.health.diagnosis.examination import Case, NotNeededError
from solarrally_tui.site.names import topic_prefix

GROUP: Final = "AWSIotLogsV2"
"""AWS IoT developer guide, Configure AWS IoT logging: the log group of the account."""

_SINCE: Final = timedelta(hours=3)
_ENTRIES_A_PAGE: Final = 1000
_PAGES: Final = 5
_KEPT: Final = 10


async def failures(case: Case) -> AsyncIterator[Evidence]:
    """Yield failed connections and rules of this site: the rules' own log, then the account's."""
    since = int((datetime.now(UTC) - _SINCE).timestamp() * 1000)
    if case.stack("iot"):
        for group in await case.resource_ids("iot", "AWS::Logs::LogGroup"):
            for evidence in await _newest(case, group, "", since):
                yield evidence
    try:
        entries = await _newest(case, GROUP, '{ $.status = "Failure" }', since)
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            raise NotNeededError from error  # AWS IoT has written no log in this Region yet.
        raise
    # The log is the account's: client ids, topics and rules carry the site's name.
    marks = (
        f"solarrally-{case.name}-",
        topic_prefix(case.observed.deployed.site.topic_name),
        f"solarrally_{case.name.replace('-', '_')}_",
    )
    for evidence in entries:
        if any(mark in evidence.words for mark in marks):
            yield evidence


async def _newest(case: Case, group: str, pattern: str, since: int) -> list[Evidence]:
    """Return the newest entries. AWS returns the oldest first, with empty pages in between."""
    entries: list[Evidence] = []
    more: dict[str, str] = {"filterPattern": pattern} if pattern else {}
    for _ in range(_PAGES):
        response, call = await case.call(
            "logs",
            "filter_log_events",
            logGroupName=group,
            startTime=since,
            limit=_ENTRIES_A_PAGE,
            **more,
        )
        entries += [_entry(case, call, group, event) for event in response.get("events", ())]
        if not response.get("nextToken"):
            break
        more["nextToken"] = response["nextToken"]
    return entries[-_KEPT:]


def _entry(case: Case, call: ApiCall, group: str, event: dict[str, Any]) -> Evidence:
    fields = _fields(event["message"])
    return call.evidence(
        "iot",
        event["message"],
        resource=fields.get("clientId") or fields.get("ruleName", ""),
        type=fields.get("eventType", ""),
        state=fields.get("status", ""),
        time=datetime.fromtimestamp(event["timestamp"] / 1000, UTC),
        link=case.link("log", group=group, id=event.get("logStreamName", "")),
    )


def _fields(message: str) -> dict[str, Any]:
    try:
        fields = json.loads(message)
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}
