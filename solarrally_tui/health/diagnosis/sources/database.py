"""RDS: the state of the database, what it waits for, and what RDS noted of the last day."""

from collections.abc import AsyncIterator
from typing import Any, Final

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.health.diagnosis.evidence import Asked, Evidence
from solarrally_tui.health.diagnosis.examination import Case

TYPE: Final = "AWS::RDS::DBInstance"
_DAY: Final = 1440
"""Minutes back that RDS is asked for."""

_BAD: Final = frozenset({"failure", "low storage", "failover", "availability", "deletion"})
"""Categories of events (RDS user guide, Amazon RDS event categories)."""


async def database(case: Case) -> AsyncIterator[Evidence]:
    """Tell the state of the database, then its events."""
    data = case.stack("data")
    name = (data.outputs if data else {}).get("DbInstanceId") or await case.thing("data", TYPE)
    link = case.link("database", id=name)
    try:
        answer, asked = await case.call("rds", "describe_db_instances", DBInstanceIdentifier=name)
    except AwsError as error:
        if error.kind is not Kind.NOT_FOUND:
            raise
        asked = Asked(
            "rds", "describe_db_instances", case.door.region, {"DBInstanceIdentifier": name}
        )
        yield asked.saw(
            "database", error.message, resource=name, type=TYPE, state="deleted", link=link
        )
    else:
        for told in answer["DBInstances"]:
            yield _state(asked, told, link)
            if _waits(told):
                yield asked.saw(
                    "database",
                    "ParameterApplyStatus: pending-reboot",
                    resource=name,
                    type=TYPE,
                    state="pending-reboot",
                    link=link,
                )
    async for each in _events(case, name, link):
        yield each


def _state(asked: Asked, told: dict[str, Any], link: str) -> Evidence:
    status = told["DBInstanceStatus"]
    words = f"DBInstanceStatus: {status}, {told.get('AllocatedStorage')} GiB"
    return asked.saw(
        "database",
        words,
        resource=told["DBInstanceIdentifier"],
        type=TYPE,
        state=status,
        good=status == "available",
        link=link,
    )


def _waits(told: dict[str, Any]) -> bool:
    groups = told.get("DBParameterGroups", ())
    return any(each.get("ParameterApplyStatus") == "pending-reboot" for each in groups)


async def _events(case: Case, name: str, link: str) -> AsyncIterator[Evidence]:
    told, asked = await case.pages(
        "rds",
        "describe_events",
        "Events",
        SourceIdentifier=name,
        SourceType="db-instance",
        Duration=_DAY,
    )
    for each in told[-20:]:
        if _BAD.intersection(each.get("EventCategories", ())):
            yield asked.saw(
                "database-event",
                each["Message"],
                resource=name,
                type=TYPE,
                time=each.get("Date"),
                link=link,
            )
