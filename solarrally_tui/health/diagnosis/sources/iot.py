"""AWS IoT: what its log says went wrong for this site's bridge, chargers and rules."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.health.diagnosis.evidence import Asked, Evidence
from solarrally_tui.health.diagnosis.examination import Case, NotNeededError

GROUP: Final = "AWSIotLogsV2"
"""AWS IoT developer guide, Configure AWS IoT logging: the log group of the account."""

_SINCE: Final = timedelta(hours=3)
_LINES: Final = 1000
_PAGES: Final = 5
_KEPT: Final = 10


async def failures(case: Case) -> AsyncIterator[Evidence]:
    """Tell failed connections and rules of this site: the rules' own log, then the account's."""
    since = int((datetime.now(UTC) - _SINCE).timestamp() * 1000)
    if case.stack("iot"):
        for group in await case.things("iot", "AWS::Logs::LogGroup"):
            for each in await _found(case, group, "", since):
                yield each
    try:
        found = await _found(case, GROUP, '{ $.status = "Failure" }', since)
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            raise NotNeededError from error  # AWS IoT has written no log in this Region yet.
        raise
    marks = (
        f"solarrally-{case.name}-",
        f"solarrally/{case.name}/",
        f"solarrally_{case.name.replace('-', '_')}_",
    )
    for each in found:
        if any(mark in each.words for mark in marks):
            yield each


async def _found(case: Case, group: str, pattern: str, since: int) -> list[Evidence]:
    """Return the newest entries. AWS tells the oldest first, some pages empty on the way."""
    told: list[Evidence] = []
    more: dict[str, str] = {"filterPattern": pattern} if pattern else {}
    for _ in range(_PAGES):
        answer, asked = await case.call(
            "logs", "filter_log_events", logGroupName=group, startTime=since, limit=_LINES, **more
        )
        told += [_entry(case, asked, group, event) for event in answer.get("events", ())]
        if not answer.get("nextToken"):
            break
        more["nextToken"] = answer["nextToken"]
    return told[-_KEPT:]


def _entry(case: Case, asked: Asked, group: str, event: dict[str, Any]) -> Evidence:
    told = _read(event["message"])
    return asked.saw(
        "iot",
        event["message"],
        resource=told.get("clientId") or told.get("ruleName", ""),
        type=told.get("eventType", ""),
        state=told.get("status", ""),
        time=datetime.fromtimestamp(event["timestamp"] / 1000, UTC),
        link=case.link("log", group=group, id=event.get("logStreamName", "")),
    )


def _read(message: str) -> dict[str, Any]:
    try:
        told = json.loads(message)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
