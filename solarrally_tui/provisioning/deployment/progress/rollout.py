"""How the roll-out of a service goes, while CloudFormation says only that it is in progress."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.pace import here
from solarrally_tui.provisioning.change.stack_watch import Watch
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.narrator import Narrator

SERVICE: Final = "AWS::ECS::Service"
TASK: Final = "AWS::ECS::Task"
"""Type of the events about single tasks. No type of CloudFormation's, which knows none."""

_EVERY: Final = 10.0
"""Seconds of AWS between looks."""

_LAST_SECONDS: Final = 20.0
_TASKS: Final = 5
"""How many stopped tasks are asked about at once."""


@dataclass(frozen=True, slots=True)
class Rollout:
    """The newest deployment of a service, in tasks."""

    running: int
    desired: int
    starting: int
    failed: int
    """Since the last one that stayed up (ECS API reference, Deployment)."""

    @classmethod
    def of(cls, service: Mapping[str, Any]) -> "Rollout | None":
        """Read a service as DescribeServices returns it; None where nothing is rolled out."""
        for deployment in service.get("deployments") or ():
            if deployment["status"] == "PRIMARY":
                return cls(
                    int(deployment.get("runningCount", 0)),
                    int(deployment.get("desiredCount", 0)),
                    int(deployment.get("pendingCount", 0)),
                    int(deployment.get("failedTasks", 0)),
                )
        return None

    @property
    def words(self) -> str:
        """Return it as one sentence."""
        parts = [f"{self.running} of {self.desired} tasks run"]
        parts += [f"{self.starting} starting"] if self.starting else []
        parts += [f"{self.failed} failed"] if self.failed else []
        return f"{', '.join(parts)}."


def stop_reason(task: Mapping[str, Any]) -> str:
    """Return why a task stopped, in ECS's words, with each container that failed."""
    reasons = [str(task.get("stoppedReason") or "")]
    for container in task.get("containers") or ():
        code, why = container.get("exitCode"), str(container.get("reason") or "")
        if why or code:
            ended = f"{container['name']} exited with {code}" if code else str(container["name"])
            reasons.append(f"{ended}: {why}" if why else ended)
    return ". ".join(reason.rstrip(".") for reason in reasons if reason)


@dataclass(slots=True)
class RolloutWatch:
    """Looks at the service of one stack beside the stack's watch, and reports what has changed."""

    door: Door
    """In the site's Region."""
    narrator: Narrator
    step: str
    _service: str = ""
    """Its ARN, as soon as CloudFormation reports it."""
    _words: str = ""
    _looked: float = -inf
    _told: set[str] = field(default_factory=set)
    """ARNs of stopped tasks that were reported."""

    _last: "asyncio.Task[None] | None" = None
    """Looks once more when the service has failed: the rollback deletes what says why."""

    def heard(self, event: Mapping[str, Any]) -> None:
        """Take an event of the stack, as DescribeStackEvents returns it."""
        if event["ResourceType"] != SERVICE or not event.get("PhysicalResourceId"):
            return
        self._service = str(event["PhysicalResourceId"])
        if event["ResourceStatus"].endswith("_FAILED") and self._last is None:
            self._last = asyncio.ensure_future(self._look())

    async def last_look(self) -> None:
        """Wait for the last look, for a while. What cannot be read is not reported."""
        if self._last:
            await asyncio.wait([self._last], timeout=_LAST_SECONDS)
            if self._last.done() and not self._last.cancelled():
                self._last.exception()

    def leave(self) -> None:
        """End looking: the step ends."""
        if self._last:
            self._last.cancel()

    async def idle(self, watch: Watch) -> None:
        """Report how many tasks run, and why others stopped. Raises AwsError.

        Nothing is reported where the credentials may not read it.
        """
        now = asyncio.get_running_loop().time()
        if SERVICE not in watch.under_way or not self._service or now - self._looked < here(_EVERY):
            return
        self._looked = now
        try:
            await self._look()
        except AwsError as error:
            if error.kind not in {Kind.DENIED, Kind.NOT_FOUND}:
                raise
            self._looked = inf

    async def _look(self) -> None:
        cluster = self._service.split("/")[1]
        response = await self.door.call(
            "ecs", "describe_services", cluster=cluster, services=[self._service]
        )
        found: dict[str, Any] = next(iter(response.get("services") or ()), {})
        rollout = Rollout.of(found)
        if rollout is None:
            return
        if rollout.words != self._words:
            self._words = rollout.words
            self.narrator.step(self.step, State.RUNNING, rollout.words)
        if rollout.failed:
            await self._tell_stopped(cluster, str(found["serviceName"]))

    async def _tell_stopped(self, cluster: str, service: str) -> None:
        listed = await self.door.call(
            "ecs",
            "list_tasks",
            cluster=cluster,
            serviceName=service,
            desiredStatus="STOPPED",
            maxResults=_TASKS,
        )
        new = [arn for arn in listed["taskArns"] if arn not in self._told]
        if not new:
            return
        response = await self.door.call("ecs", "describe_tasks", cluster=cluster, tasks=new)
        for task in response["tasks"]:
            if task["lastStatus"] == "STOPPED" and (reason := stop_reason(task)):
                self._told.add(task["taskArn"])
                identifier = task["taskArn"].rpartition("/")[2]
                self.narrator.part(self.step, State.FAILED, identifier, TASK, reason)
