"""CodeBuild: the last build of each project, its failing phase and the line of its log that tells.

The projects are known from the stack `build`.
"""

from collections.abc import AsyncIterator
from typing import Any

from solarrally_tui.findings.build_failures import LOG_LINES, failing_phase, log_of, telling_line
from solarrally_tui.health.diagnosis.evidence import Evidence
from solarrally_tui.health.diagnosis.examination import Case
from solarrally_tui.site.names import stack_name

TYPE = "AWS::CodeBuild::Project"


async def builds(case: Case) -> AsyncIterator[Evidence]:
    """Tell how the last build of every project ended."""
    for project in await case.things("build", TYPE):
        told, _ = await case.call(
            "codebuild", "list_builds_for_project", projectName=project, sortOrder="DESCENDING"
        )
        if told.get("ids"):
            async for each in _last(case, project, told["ids"][0]):
                yield each


async def _last(case: Case, project: str, build: str) -> AsyncIterator[Evidence]:
    answer, asked = await case.call("codebuild", "batch_get_builds", ids=[build])
    (told,) = answer["builds"]
    link = case.link("build", account=case.account, project=project, id=build)
    common: dict[str, Any] = {
        "resource": _for_people(case, project),
        "type": TYPE,
        "link": link,
        "state": told["buildStatus"],
        "time": told.get("endTime") or told.get("startTime"),
        "stack": stack_name(case.name, "build"),
    }
    if told["buildStatus"] in {"SUCCEEDED", "IN_PROGRESS"}:
        yield asked.saw("build", f"The last build is {told['buildStatus']}.", good=True, **common)
        return
    phase, context = failing_phase(told)
    common["facts"] = {"phase": phase}
    words = context or f"CodeBuild ended it as {told['buildStatus']}."
    yield asked.saw("build", f"{phase}: {words}", **common)
    log = log_of(told)
    if log is None:
        return
    answer, read = await case.call(
        "logs",
        "get_log_events",
        logGroupName=log[0],
        logStreamName=log[1],
        limit=LOG_LINES,
        startFromHead=False,
    )
    line = telling_line([event["message"].rstrip() for event in answer.get("events", ())])
    if line:
        yield read.saw("build-log", line, **common)


def _for_people(case: Case, project: str) -> str:
    """Return the project's logical id out of the name that CloudFormation made of it."""
    named = project.removeprefix(f"{stack_name(case.name, 'build')}-")
    return named.rpartition("-")[0] or project
