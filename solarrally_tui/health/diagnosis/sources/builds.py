"""CodeBuild: the last build of each project, its failed phase and the line of its log that helps.

The projects are known from the stack `build`.
"""

from collections.abc import AsyncIterator
from typing import Any, Final

from solarrally_tui.findings.build_failures import LOG_LINES, failing_phase, log_of, telling_line
from solarrally_tui.health.diagnosis.evidence import ApiCall, Evidence
from solarrally_tui.health.diagnosis.examination import Case

TYPE: Final = "AWS::CodeBuild::Project"


_WELL: Final = frozenset({"SUCCEEDED", "IN_PROGRESS"})
_TAIL: Final = 15
_NONE: Final = "The project has no build."


async def builds(case: Case) -> AsyncIterator[Evidence]:
    """Yield how the last build of every project ended."""
    for project in await case.resource_ids("build", TYPE):
        response, call = await case.call(
            "codebuild", "list_builds_for_project", projectName=project, sortOrder="DESCENDING"
        )
        if response.get("ids"):
            async for evidence in _last(case, project, response["ids"][0]):
                yield evidence
        elif case.stack("app") is None:
            yield call.evidence("build", _NONE, state="NEVER", **_common(case, project))


def _common(case: Case, project: str) -> dict[str, Any]:
    return {"resource": project, "type": TYPE, "stack": case.observed.name_of("build")}


async def tails(case: Case) -> AsyncIterator[Evidence]:
    """Yield the end of the log of each project's last build where that failed, for people."""
    for project in await case.resource_ids("build", TYPE):
        response, _ = await case.call(
            "codebuild", "list_builds_for_project", projectName=project, sortOrder="DESCENDING"
        )
        if not response.get("ids"):
            continue
        response, _ = await case.call("codebuild", "batch_get_builds", ids=response["ids"][:1])
        (build,) = response["builds"]
        if build["buildStatus"] in _WELL or (log := log_of(build)) is None:
            continue
        lines, read = await _end_of(case, log, _TAIL)
        if lines:
            time = build.get("endTime") or build.get("startTime")
            yield read.evidence("build-log-tail", "\n".join(lines), resource=project, time=time)


async def _last(case: Case, project: str, build_id: str) -> AsyncIterator[Evidence]:
    response, call = await case.call("codebuild", "batch_get_builds", ids=[build_id])
    (build,) = response["builds"]
    status, is_dashboard = build["buildStatus"], project.endswith("-frontend")
    common = _common(case, project) | {
        "link": case.link("build", account=case.account, project=project, id=build_id),
        "state": status,
        "time": build.get("endTime") or build.get("startTime"),
    }
    if status in _WELL:
        what = "dashboard" if is_dashboard else "image"
        words = "The last one succeeded." if status == "SUCCEEDED" else "One is under way."
        yield call.evidence("build", words, good=True, facts={"what": what}, **common)
        return
    phase, context = failing_phase(build)
    common["facts"] = {"what": "dashboard" if is_dashboard else "application"}
    words = context or f"CodeBuild ended the build as {status}."
    yield call.evidence("build", f"{phase}: {words}", **common)
    log = log_of(build)
    if log is None:
        return
    lines, read = await _end_of(case, log, LOG_LINES)
    if line := telling_line(lines):
        yield read.evidence("build-log", line, **common)


async def _end_of(case: Case, log: tuple[str, str], limit: int) -> tuple[list[str], ApiCall]:
    """Return the last lines of a log, by its group and stream. Raises AwsError."""
    response, read = await case.call(
        "logs",
        "get_log_events",
        logGroupName=log[0],
        logStreamName=log[1],
        limit=limit,
        startFromHead=False,
    )
    return [event["message"].rstrip() for event in response.get("events", ())], read
