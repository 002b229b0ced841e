"""Asks a one-off task something that nobody but the task may read, and returns its answer.

Nobody but tasks reaches the database. What the task is asked for is a version of the
administrator's secret with a label of its own; the version loses the label at the end, and Secrets
Manager deletes versions without a label in time. So no password is in the overrides of the task, an
event, a log or an argument. The answer goes through the site's bucket of artefacts and is deleted
there.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.deployed.task import USERS, StoppedTask, TaskNotStartedError, run_once
from solarrally_tui.provisioning.change import buckets

_STAGE: Final = "solarrally-request"
"""Label of the version with the request, as the app blueprint names it."""

_FOLDER: Final = "users/"
_ANSWER_SECONDS: Final = 900
_LIMIT_SECONDS: Final = 900.0


class NotAnsweredError(Exception):
    """The task did not start, or ended without its work done: why, as a sentence."""


@dataclass(frozen=True, slots=True)
class PrivateRequest:
    """One request to a task of a site, while no other run works on it (see run_lock)."""

    door: Door
    """In the site's Region."""
    outputs: Mapping[str, str]
    """Of the stacks bootstrap, network, balancer, data and app."""
    program: str
    """What the task runs. It reads USERS_REQUEST and sends its answer to `answer_to` in there."""

    async def ask(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Run the task and return its answer.

        Raises NotAnsweredError, StillWaitingError and AwsError.
        """
        bucket = self.outputs["ArtifactBucketName"]
        key = f"{_FOLDER}{secrets.token_hex(16)}.json"
        # What a run left that was killed. No other one is under way: see run_lock.
        await buckets.empty(self.door, bucket, _FOLDER)
        address = await self.door.address_of(bucket, key, _ANSWER_SECONDS, "put_object")
        version = await self._stage({**body, "answer_to": address})
        try:
            await self._run_task()
            response = await self.door.call("s3", "get_object", Bucket=bucket, Key=key)
            answer: dict[str, Any] = json.loads(response["Body"])
            return answer
        finally:
            await self._end_stage(version)
            await buckets.empty(self.door, bucket, _FOLDER)

    async def _stage(self, body: Mapping[str, Any]) -> str:
        response = await self.door.call(
            "secretsmanager",
            "put_secret_value",
            SecretId=self.outputs["AdminSecretArn"],
            SecretString=json.dumps(body),
            VersionStages=[_STAGE],
        )
        return str(response["VersionId"])

    async def _end_stage(self, version: str) -> None:
        secret = self.outputs["AdminSecretArn"]

        async def ended() -> dict[str, Any] | None:
            told = await self.door.call("secretsmanager", "describe_secret", SecretId=secret)
            return None if _STAGE in told["VersionIdsToStages"].get(version, ()) else {}

        await self.door.once(
            "secretsmanager",
            "update_secret_version_stage",
            ended,
            SecretId=secret,
            VersionStage=_STAGE,
            RemoveFromVersionId=version,
        )

    async def _run_task(self) -> None:
        try:
            task = await run_once(
                self.door, self.outputs, USERS, limit=_LIMIT_SECONDS, command=[self.program]
            )
        except TaskNotStartedError as error:
            raise NotAnsweredError(f"ECS did not start the task: {error}") from error
        if task.exit_code != 0:
            raise NotAnsweredError(_cause(task))


def _cause(task: StoppedTask) -> str:
    status = "no exit status" if task.exit_code is None else f"exit status {task.exit_code}"
    return f"The task ended with {status}. {task.reason}".strip()
