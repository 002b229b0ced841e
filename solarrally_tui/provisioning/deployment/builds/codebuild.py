"""Starts one build in the account and watches it until it ends, phase by phase."""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, Plain, tolerate
from solarrally_tui.aws.pace import here
from solarrally_tui.aws.poll import StillWaitingError, poll
from solarrally_tui.findings.build_failures import (
    ANOTHER_VERSION,
    GOOD_PHASES,
    LOG_LINES,
    RETRIED,
    SUCCEEDED,
    failing_phase,
    log_of,
    own_lines,
    phase_words,
    telling_line,
)
from solarrally_tui.findings.reasons.packages import MISSING
from solarrally_tui.findings.reasons.table import IN_BUILDS, explanation_of
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.narrator import LOG_TYPE, PHASE_TYPE, Narrator
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.text.plain import Instead

_FIX: Final = f"Run the same command again: {RETRIED}"
_ANOTHER: Final = Instead("choose another version", {"application.commit": None})
LIMIT_SECONDS: Final = 7200.0
TAIL_SECONDS: Final = 30.0
"""Seconds of AWS between looks at the log of a build."""

SLOT_SECONDS: Final = 1800.0
"""How long to wait for a free slot: new accounts may run a single build at a time."""


@dataclass(slots=True)
class Build:
    """One build of one project."""

    door: Door
    narrator: Narrator
    step: str
    project: str
    result: str
    """What it builds, such as "the dashboard"."""
    accepted: Callable[[], None]
    """Called once AWS has started the build, or has it already."""
    instead: Instead | None = None
    """The answers that may build where these do not."""
    _reported: set[tuple[str, str]] = field(default_factory=set)
    _token: str = field(default_factory=lambda: secrets.token_hex(16))
    _read: float = -inf
    """When the log was read last, on the event loop's clock."""
    _line: str = ""
    """Its newest line then."""
    _refusal: AwsError | None = None
    """Why AWS has not started the build yet."""

    async def run(self, variables: Mapping[str, str]) -> None:
        """Start a build, or join the one that runs with the same variables, and watch it.

        Raises StepError with the failing phase and the log's last lines, or where AWS starts no
        build; AwsError, and StillWaitingError.
        """
        build = await self._running(variables) or await self._started(variables)
        self.accepted()
        ended = await poll(lambda: self._ended(build), every=4.0, slowest=12.0, limit=LIMIT_SECONDS)
        if ended["buildStatus"] != SUCCEEDED:
            raise StepError(self._failed(ended, await self._last_lines(ended)))

    async def _running(self, variables: Mapping[str, str]) -> str | None:
        response = await self.door.call(
            "codebuild", "list_builds_for_project", projectName=self.project, sortOrder="DESCENDING"
        )
        latest = response.get("ids", [])[:5]
        if not latest:
            return None
        response = await self.door.call("codebuild", "batch_get_builds", ids=latest)
        for build in response.get("builds", []):
            if build["buildStatus"] == "IN_PROGRESS" and _same(build, variables):
                return str(build["id"])
        return None

    async def _started(self, variables: Mapping[str, str]) -> str:
        """Start a build, as soon as the account's quota has a free slot."""
        try:
            return await poll(
                lambda: self._start(variables), every=3.0, slowest=20.0, limit=SLOT_SECONDS
            )
        except StillWaitingError as error:
            # Nothing was started, so nothing of it continues in AWS.
            if self._refusal is None:
                raise
            if self._refusal.kind is not Kind.LIMIT:
                raise self._refusal from error
            raise StepError(_no_slot(self.project, self._refusal)) from error

    async def _start(self, variables: Mapping[str, str]) -> str | None:
        overrides = [
            {"name": name, "value": value, "type": "PLAINTEXT"} for name, value in variables.items()
        ]
        try:
            response = await self.door.call(
                "codebuild",
                "start_build",
                projectName=self.project,
                environmentVariablesOverride=overrides,
                # One for this run: CodeBuild would return a build that has failed for the token of
                # an earlier one. The build of a run that died is joined instead.
                idempotencyToken=self._token,
            )
        except AwsError as error:
            # A quota of 0 is of the kind ACCOUNT: no build will ever end there and free a slot.
            waited_for, self._refusal = self._refusal, error
            if error.kind is not Kind.LIMIT:
                raise
            if waited_for is None:
                waiting = f"Waiting for a free build slot. AWS: {error.message}"
                self.narrator.step(self.step, State.RUNNING, waiting)
            return None
        return str(response["build"]["id"])

    async def _ended(self, build: str) -> dict[str, Any] | None:
        response = await self.door.call("codebuild", "batch_get_builds", ids=[build])
        now: dict[str, Any] = response["builds"][0]
        for phase in now.get("phases") or ():
            self._report(phase)
        await self._tail(now)
        return None if now["buildStatus"] == "IN_PROGRESS" else now

    def _report(self, phase: dict[str, Any]) -> None:
        name, status = phase["phaseType"], phase.get("phaseStatus", "IN_PROGRESS")
        # The phase COMPLETED has no status: it only marks the end.
        if name == "COMPLETED" or (name, status) in self._reported:
            return
        self._reported.add((name, status))
        state = State.RUNNING if status == "IN_PROGRESS" else State.FAILED
        state = State.DONE if status in GOOD_PHASES else state
        self.narrator.part(self.step, state, name, PHASE_TYPE, phase_words(phase) or status)

    async def _tail(self, build: dict[str, Any]) -> None:
        """Report the newest line of the log now and then: a build is silent for minutes.

        Nothing is reported where the credentials may not read it.
        """
        now = asyncio.get_running_loop().time()
        goes_on = build["buildStatus"] == "IN_PROGRESS"
        if goes_on and now - self._read < here(TAIL_SECONDS):
            return
        self._read = now
        with tolerate(Kind.DENIED):
            lines = [line for line in await self._last_lines(build, 3) if line.strip()]
            if lines and lines[-1] != self._line:
                self._line = lines[-1]
                place = self.project.rpartition("-")[2]
                self.narrator.part(self.step, State.RUNNING, place, LOG_TYPE, self._line)

    def _failed(self, build: dict[str, Any], lines: list[str]) -> Plain:
        """Explain a failed build: our own scripts name the reason in their last line."""
        phase, context = failing_phase(build)
        last = telling_line(lines)
        words = last or context or f"It ended with the status {build['buildStatus']}."
        found = explanation_of(words, among=IN_BUILDS)
        other = None if found else self.instead
        if found and found.kind == MISSING:
            other = self.instead or _ANOTHER
        return Plain(
            what=f"{self.result} could not be built. What needs it was not begun.",
            why=f"{found.what} {found.why}" if found else words,
            next=found.next
            if found
            else f"{_FIX} {other}"
            if other
            else f"{_FIX} {ANOTHER_VERSION}",
            detail="\n".join([f"{self.project}, {phase}: {context}", *own_lines(lines)]),
            instead=other,
        )

    async def _last_lines(self, build: dict[str, Any], most: int = LOG_LINES) -> list[str]:
        log = log_of(build)
        if log is None:
            return []
        response = await self.door.find(
            "logs",
            "get_log_events",
            logGroupName=log[0],
            logStreamName=log[1],
            limit=most,
            startFromHead=False,
        )
        return [event["message"].rstrip() for event in (response or {}).get("events", ())]


def _same(build: dict[str, Any], variables: Mapping[str, str]) -> bool:
    environment = (build.get("environment") or {}).get("environmentVariables") or ()
    given = {item["name"]: item["value"] for item in environment}
    return all(given.get(name) == value for name, value in variables.items())


def _no_slot(project: str, refusal: AwsError) -> Plain:
    """Explain a build for which no other one of the account made way."""
    return Plain(
        what=f"The build {project} was not started within {SLOT_SECONDS / 60:.0f} minutes.",
        why="Other builds take all that the account's quota allows.",
        next="Wait until they have ended, or request a higher quota of concurrent builds in the "
        "Service Quotas console (CodeBuild). Then run the same command again.",
        detail=str(refusal),
    )
