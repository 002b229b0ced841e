"""AWS IoT: what its log says went wrong for this site's bridge, chargers and rules."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.health.diagnosis.case import Case
from solarrally_tui.health.diagnosis.evidence import Evidence
from solarrally_tui.health.subject import OutOfReachError

GROUP: Final = "AWSIotLogsV2"
"""AWS IoT developer guide, Configure AWS IoT logging: the log group of the account."""

_SINCE: Final = timedelta(hours=3)
_KEPT: Final = 10


async def failures(case: Case) -> AsyncIterator[Evidence]:
    """Tell failed connections and rules of this site."""
    since = int((datetime.now(UTC) - _SINCE).timestamp() * 1000)
    try:
        answer, asked = await case.call(
            "logs", "filter_log_events", logGroupName=GROUP, startTime=since,
            filterPattern='{ $.status = "Failure" }', limit=100,
        )  # fmt: skip
    except AwsError as error:
        if error.kind is Kind.NOT_FOUND:
            raise OutOfReachError("AWS IoT has written no log in this Region yet.") from error
        raise
    marks = (f"solarrally-{case.name}-", f"solarrally/{case.name}/",
             f"solarrally_{case.name.replace('-', '_')}_")  # fmt: skip
    ours = [each for each in answer.get("events", ()) if any(m in each["message"] for m in marks)]
    for each in ours[-_KEPT:]:
        told = _read(each["message"])
        yield asked.saw(
            "iot", each["message"], resource=told.get("clientId") or told.get("ruleName", ""),
            type=told.get("eventType", ""), state=told.get("status", ""),
            time=datetime.fromtimestamp(each["timestamp"] / 1000, UTC),
            link=case.link("log", group=GROUP, id=each.get("logStreamName", "")),
        )  # fmt: skip


def _read(message: str) -> dict[str, Any]:
    try:
        told = json.loads(message)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
