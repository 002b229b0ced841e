"""RDS: the statements that the database took longer than a second for.

From the database's own log files, which RDS keeps for three days in every tier at no cost: neither
a log export nor Performance Insights is needed.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Final

from solarrally_tui.health.diagnosis.evidence import Evidence
from solarrally_tui.health.diagnosis.examination import Case, NotNeededError
from solarrally_tui.health.diagnosis.sources.database import TYPE
from solarrally_tui.health.slow_queries import slow_queries

KIND: Final = "slow-query"
HOURS: Final = 3
_LOG: Final = "error/postgresql.log"
_FILES: Final = 3
"""RDS begins a file each hour."""
_LINES: Final = 2000
_KEPT: Final = 10


async def slow(case: Case) -> AsyncIterator[Evidence]:
    """Yield the slowest statements of the last hours, without values."""
    name = await case.resource_id("data", TYPE, output="DbInstanceId")
    since = datetime.now(UTC) - timedelta(hours=HOURS)
    files, _ = await case.pages(
        "rds",
        "describe_db_log_files",
        "DescribeDBLogFiles",
        DBInstanceIdentifier=name,
        FilenameContains=_LOG,
        FileLastWritten=int(since.timestamp() * 1000),
    )
    newest = sorted(files, key=lambda file: file["LastWritten"])[-_FILES:]
    if not newest:
        raise NotNeededError
    lines: list[str] = []
    for file in newest:
        response, call = await case.call(
            "rds",
            "download_db_log_file_portion",
            DBInstanceIdentifier=name,
            LogFileName=file["LogFileName"],
            NumberOfLines=_LINES,
        )
        lines += (response.get("LogFileData") or "").splitlines()
    recent = [query for query in slow_queries(lines) if query.last >= since]
    for query in recent[:_KEPT]:
        times = "once" if query.count == 1 else f"{query.count} times"
        yield call.evidence(
            KIND,
            f"{query.longest / 1000:.1f} s at most, {times}: {query.statement}",
            resource=name,
            type=TYPE,
            time=query.last,
            link=case.link("database", id=name),
        )
