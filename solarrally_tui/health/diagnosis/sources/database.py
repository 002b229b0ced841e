"""RDS: the state of the database, what it waits for, and its events of the last day."""

from collections.abc import AsyncIterator
from typing import Final

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.health.diagnosis.evidence import ApiCall, Evidence
from solarrally_tui.health.diagnosis.examination import Case

TYPE: Final = "AWS::RDS::DBInstance"
_DAY: Final = 1440
"""Minutes back for which RDS is asked for events."""

_EVENTS: Final = 20
_BAD: Final = frozenset({"failure", "low storage", "failover", "availability", "deletion"})
"""Categories of events (RDS user guide, Amazon RDS event categories)."""


async def database(case: Case) -> AsyncIterator[Evidence]:
    """Yield the state of the database, then its events."""
    name = await case.resource_id("data", TYPE, output="DbInstanceId")
    common = {"resource": name, "type": TYPE, "link": case.link("database", id=name)}
    try:
        response, call = await case.call("rds", "describe_db_instances", DBInstanceIdentifier=name)
    except AwsError as error:
        if error.kind is not Kind.NOT_FOUND:
            raise
        call = ApiCall(
            error.service, error.operation, case.door.region, {"DBInstanceIdentifier": name}
        )
        yield call.evidence("database", error.message, state="deleted", **common)
    else:
        for instance in response["DBInstances"]:
            status = instance["DBInstanceStatus"]
            words = f"DBInstanceStatus: {status}, {instance.get('AllocatedStorage')} GiB"
            good = status == "available"
            yield call.evidence("database", words, state=status, good=good, **common)
            groups = instance.get("DBParameterGroups", ())
            if any(g.get("ParameterApplyStatus") == "pending-reboot" for g in groups):
                words = "ParameterApplyStatus: pending-reboot"
                yield call.evidence("database", words, state="pending-reboot", **common)
    async for evidence in _events(case, name, common):
        yield evidence


async def _events(case: Case, name: str, common: dict[str, str]) -> AsyncIterator[Evidence]:
    events, call = await case.pages(
        "rds",
        "describe_events",
        "Events",
        SourceIdentifier=name,
        SourceType="db-instance",
        Duration=_DAY,
    )
    for event in events[-_EVENTS:]:
        if _BAD.intersection(event.get("EventCategories", ())):
            time = event.get("Date")
            yield call.evidence("database-event", event["Message"], time=time, **common)
