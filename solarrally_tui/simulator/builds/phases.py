"""Takes a build through CodeBuild's phases on the account's clock."""

import contextvars
import copy
import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import codebuild

from solarrally_tui.simulator.builds.artifacts import produce
from solarrally_tui.simulator.builds.build_role import BuildError, BuildRole
from solarrally_tui.simulator.builds.log import BuildLog
from solarrally_tui.simulator.clock import Clock
from solarrally_tui.simulator.faults import Faults
from solarrally_tui.simulator.iam.authorization import Authorization
from solarrally_tui.simulator.iam.resource_names import Place
from solarrally_tui.simulator.iam.service_sessions import NotAssumedError, assume
from solarrally_tui.simulator.pins import Record, private, replace
from solarrally_tui.simulator.resources.registry import Properties, ReturnValues
from solarrally_tui.simulator.stacks.resource_hooks import ResourceHooks

_builds = private(codebuild, "_builds")
_projects = private(codebuild, "_projects")

# Simulated seconds a phase; the sum is that of a small container's build.
_SECONDS = {
    "SUBMITTED": 1,
    "QUEUED": 2,
    "PROVISIONING": 15,
    "DOWNLOAD_SOURCE": 4,
    "INSTALL": 6,
    "PRE_BUILD": 1,
    "BUILD": 150,
    "POST_BUILD": 1,
    "UPLOAD_ARTIFACTS": 1,
    "FINALIZING": 3,
}
_TOKEN_SECONDS = 300

# The phases that follow a failed one: CodeBuild still finishes, and after BUILD runs POST_BUILD.
_AFTER_FAILURE = {"BUILD": ("POST_BUILD", "UPLOAD_ARTIFACTS", "FINALIZING")}

_overrides: contextvars.ContextVar[tuple[Record, ...]] = contextvars.ContextVar(
    "overrides", default=()
)


class Builds:
    """Replaces MiniStack's builds, which have succeeded before they start."""

    def __init__(self, clock: Clock, faults: Faults, authorization: Authorization) -> None:
        self._clock, self._faults = clock, faults
        self._authorization = authorization

    def install(self, hooks: ResourceHooks) -> None:
        """Take over what runs a build. Call once."""
        hooks.correct("AWS::CodeBuild::Project", _with_logs)
        replace(codebuild, "EXECUTE_BUILDS", lambda _: True)
        replace(codebuild, "_start_build", _keeping_overrides)
        replace(codebuild, "_make_build_record", _with_overrides)
        replace(codebuild, "_container_for_build", lambda _: lambda _id: None)
        replace(codebuild, "_execute_build", lambda _: self._run)

    def _run(self, identifier: str, project: Record) -> None:
        """Run one build to its end. MiniStack calls this on a thread for each build."""
        build = _builds[identifier]
        log = BuildLog(build)
        variables = {v["name"]: v["value"] for v in build["environment"]["environmentVariables"]}
        try:
            role = self._role(build, project)
            for phase in _SECONDS:
                self._run_phase(build, phase, log, variables, role)
        except BuildError as error:
            _fail(build, log, str(error))
        else:
            _end(build, "SUCCEEDED")

    def _role(self, build: Record, project: Record) -> BuildRole:
        """Return CodeBuild at work with the project's role. Raises BuildError where it may not."""
        place = Place(get_account_id(), get_region())
        role, session = project["serviceRole"], f"AWSCodeBuild-{build['id'].partition(':')[2]}"
        service, source = "codebuild.amazonaws.com", project["arn"]
        try:
            return BuildRole(assume(self._authorization, role, service, session, place, source))
        except NotAssumedError:
            raise BuildError(
                f"CodeBuild is not authorized to perform: sts:AssumeRole on {role}"
            ) from None

    def _run_phase(
        self,
        build: Record,
        phase: str,
        log: BuildLog,
        variables: dict[str, str],
        role: BuildRole,
    ) -> None:
        if _stopped(build):
            return
        record = _begin(build, phase)
        self._clock.sleep_sync(_SECONDS[phase])
        kind = "frontend" if "BUILD_TAG" in variables else "image"
        for target in (phase, f"{kind}/{phase}"):
            if message := self._faults.message("build", target):
                raise BuildError(message)
        if phase == "DOWNLOAD_SOURCE":
            role.reads_source(build)
            role.writes_log(build["logs"]["groupName"])
        if phase == "BUILD" and not _stopped(build):
            produce(variables, build.get("source") or {}, log.say, role)
        log.say(f"[Container] Phase complete: {phase} State: SUCCEEDED")
        _finish(record, "SUCCEEDED")


def _with_logs(values: ReturnValues, properties: Properties) -> ReturnValues:
    """Keep the log group that a template names. MiniStack drops it."""
    if given := (properties.get("LogsConfig") or {}).get("CloudWatchLogs"):
        logs = {name[0].lower() + name[1:]: value for name, value in given.items()}
        _projects[values[0]]["logsConfig"] = {"cloudWatchLogs": logs}
    return values


def _keeping_overrides(start: Callable[[Record], Any]) -> Callable[[Record], Any]:
    """Keep what one build is started with; MiniStack drops its variables and its token.

    The same idempotency token returns the same build for five minutes (CodeBuild API reference,
    StartBuild).
    """
    known: dict[tuple[str, ...], tuple[float, Any]] = {}

    def once(parameters: Record) -> Any:
        given = parameters.get("idempotencyToken")
        if not given:
            return started(parameters)
        key = (get_account_id(), get_region(), parameters.get("projectName", ""), given)
        began, response = known.get(key, (0.0, None))
        if response is None or time.monotonic() - began > _TOKEN_SECONDS:
            response = started(parameters)
            known[key] = time.monotonic(), response
        return response

    def started(parameters: Record) -> Any:
        token = _overrides.set(tuple(parameters.get("environmentVariablesOverride", ())))
        try:
            return start(parameters)
        finally:
            _overrides.reset(token)

    return once


def _with_overrides(make: Callable[..., Record]) -> Callable[..., Record]:
    def created(project: Record, *rest: Any) -> Record:
        build = make(project, *rest)
        environment = copy.deepcopy(build["environment"])
        variables = {v["name"]: v for v in environment.get("environmentVariables", ())}
        variables |= {v["name"]: {"type": "PLAINTEXT", **v} for v in _overrides.get()}
        environment["environmentVariables"] = list(variables.values())
        group = (project.get("logsConfig") or {}).get("cloudWatchLogs", {}).get("groupName")
        logs = {"groupName": group or f"/aws/codebuild/{project['name']}"}
        logs["streamName"] = build["id"].partition(":")[2]
        return build | {"environment": environment, "logs": logs, "buildComplete": False}

    return created


def _begin(build: Record, phase: str) -> Record:
    """Begin a phase and return its record. MiniStack has added SUBMITTED and QUEUED itself."""
    build["phases"] = [p for p in build["phases"] if p["phaseType"] != phase]
    record = {"phaseType": phase, "startTime": time.time()}
    build["phases"].append(record)
    build["currentPhase"] = phase
    return record


def _finish(record: Record, status: str) -> None:
    now = time.time()
    duration = int(now - record["startTime"])
    record.update(phaseStatus=status, endTime=now, durationInSeconds=duration)


def _fail(build: Record, log: BuildLog, message: str) -> None:
    phase = build["phases"][-1]
    log.say(message)
    log.say(f"[Container] Phase complete: {phase['phaseType']} State: FAILED")
    reason = f"Error while executing command: {message}. Reason: exit status 1"
    phase["contexts"] = [{"statusCode": "COMMAND_EXECUTION_ERROR", "message": reason}]
    _finish(phase, "FAILED")
    for later in _AFTER_FAILURE.get(phase["phaseType"], ("FINALIZING",)):
        _finish(_begin(build, later), "SUCCEEDED")
    _end(build, "FAILED")


def _end(build: Record, status: str) -> None:
    if _stopped(build):
        return
    _begin(build, "COMPLETED")
    build.update(buildStatus=status, endTime=time.time(), buildComplete=True)


def _stopped(build: Record) -> bool:
    return bool(build["buildStatus"] == "STOPPED")
