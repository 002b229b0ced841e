"""Starts one build in the account and watches it to its end, phase by phase."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, Plain
from solarrally_tui.aws.poll import poll
from solarrally_tui.findings.build_failures import (
    GOOD_PHASES,
    LOG_LINES,
    SUCCEEDED,
    failing_phase,
    log_of,
    phase_words,
    telling_line,
)
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.narrator import Voice
from solarrally_tui.provisioning.engine.steps import StepError

PHASE_TYPE: Final = "AWS::CodeBuild::Build"
LIMIT_SECONDS: Final = 7200.0
SLOT_SECONDS: Final = 1800.0
"""How long to wait for a free place: new accounts may run a single build at a time."""


@dataclass(slots=True)
class Build:
    """One build of one project."""

    door: Door
    voice: Voice
    step: str
    project: str
    _told: set[tuple[str, str]] = field(default_factory=set)

    async def run(self, variables: Mapping[str, str]) -> None:
        """Start a build, or join the one that runs with the same variables, and watch it.

        Raises StepError with the failing phase and the log's last lines, AwsError, and
        StillWaitingError.
        """
        build = await self._running(variables)
        if build is None:
            build = await poll(
                lambda: self._start(variables), every=3.0, slowest=20.0, limit=SLOT_SECONDS
            )
        ended = await poll(lambda: self._ended(build), every=0.3, slowest=5.0, limit=LIMIT_SECONDS)
        if ended["buildStatus"] != SUCCEEDED:
            raise StepError(_failed(self.project, ended, await self._last_lines(ended)))

    async def _running(self, variables: Mapping[str, str]) -> str | None:
        told = await self.door.call(
            "codebuild", "list_builds_for_project", projectName=self.project, sortOrder="DESCENDING"
        )
        ids = told.get("ids", [])[:5]
        if not ids:
            return None
        builds = await self.door.call("codebuild", "batch_get_builds", ids=ids)
        for build in builds.get("builds", []):
            if build["buildStatus"] == "IN_PROGRESS" and _same(build, variables):
                return str(build["id"])
        return None

    async def _start(self, variables: Mapping[str, str]) -> str | None:
        overrides = [
            {"name": name, "value": value, "type": "PLAINTEXT"} for name, value in variables.items()
        ]
        try:
            told = await self.door.call(
                "codebuild",
                "start_build",
                projectName=self.project,
                environmentVariablesOverride=overrides,
            )
        except AwsError as error:
            if error.kind is not Kind.LIMIT:
                raise
            self.voice.step(self.step, State.RUNNING, "Waiting for a free place among the builds.")
            return None
        return str(told["build"]["id"])

    async def _ended(self, build: str) -> dict[str, Any] | None:
        told = await self.door.call("codebuild", "batch_get_builds", ids=[build])
        now: dict[str, Any] = told["builds"][0]
        for phase in now.get("phases") or ():
            self._tell(phase)
        return None if now["buildStatus"] == "IN_PROGRESS" else now

    def _tell(self, phase: dict[str, Any]) -> None:
        name, status = phase["phaseType"], phase.get("phaseStatus", "IN_PROGRESS")
        if name == "COMPLETED" or (name, status) in self._told:
            return
        self._told.add((name, status))
        state = State.RUNNING if status == "IN_PROGRESS" else State.FAILED
        state = State.DONE if status in GOOD_PHASES else state
        self.voice.part(self.step, state, name, PHASE_TYPE, phase_words(phase) or status)

    async def _last_lines(self, build: dict[str, Any]) -> list[str]:
        log = log_of(build)
        if log is None:
            return []
        try:
            told = await self.door.call(
                "logs",
                "get_log_events",
                logGroupName=log[0],
                logStreamName=log[1],
                limit=LOG_LINES,
                startFromHead=False,
            )
        except AwsError as error:
            if error.kind is Kind.NOT_FOUND:
                return []
            raise
        return [event["message"].rstrip() for event in told.get("events", ())]


def _same(build: dict[str, Any], variables: Mapping[str, str]) -> bool:
    told = (build.get("environment") or {}).get("environmentVariables") or ()
    there = {item["name"]: item["value"] for item in told}
    return all(there.get(name) == value for name, value in variables.items())


def _failed(project: str, build: dict[str, Any], lines: list[str]) -> Plain:
    """Explain a failed build: our own scripts name the reason in their last line."""
    phase, context = failing_phase(build)
    last = telling_line(lines)
    why = last or context or f"CodeBuild ended it as {build['buildStatus']}."
    return Plain(
        what=f"The build {project} failed in its phase {phase}. Nothing after it was started.",
        why=why,
        next="Fix the cause, then run the same command again. Finished parts are not repeated.",
        detail="\n".join([f"{phase}: {context}" if context else phase, *lines]),
    )
