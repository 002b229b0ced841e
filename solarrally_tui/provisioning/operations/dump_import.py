"""Brings a dump of an existing database into a site, through a task that runs once."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, Plain
from solarrally_tui.aws.poll import StillWaitingError, poll
from solarrally_tui.deployed import record, stack
from solarrally_tui.provisioning.engine.events import Emit, State
from solarrally_tui.provisioning.engine.narrator import Voice
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.provisioning.engine.steps import StepError, from_aws, from_waiting
from solarrally_tui.provisioning.operations.dump_program import PROGRAM
from solarrally_tui.site.names import stack_name

UPLOAD: Final = "upload"
LOAD: Final = "load"
TIDY: Final = "tidy"
MOST_BYTES: Final = 50_000_000
"""Bytes of a dump: the task that loads it has half a GiB of memory."""

_URL_SECONDS: Final = 900
_LIMIT_SECONDS: Final = 1800.0
_STACKS: Final = ("bootstrap", "network", "data", "app")
Outputs = Mapping[str, Mapping[str, str]]


async def import_dump(name: str, dump: Path, door: Door, emit: Emit) -> Outcome:
    """Load a dump into the database of a site, all of it or nothing, and tell all as events.

    The dump is deleted from the account at the end in any case. Errors come back as the
    outcome's cause.
    """
    begun = False
    try:
        body = _read(dump)
        found = await record.read(door, name)
        importing = _Importing(
            door.with_region(found.region), Voice(name, emit), await _outputs(name, door, found)
        )
        begun = True
        told = await importing.run(body)
    except AwsError as error:
        return _failed(from_aws(error, begun=begun))
    except StillWaitingError as error:
        return _failed(from_waiting(error, "Loading the dump"))
    except StepError as error:
        return _failed(error)
    return Outcome(Exit.OK, f"The dump is in the database of {name}. {' '.join(told)}".strip())


def _read(dump: Path) -> bytes:
    try:
        if dump.stat().st_size > MOST_BYTES:
            raise StepError(_no_dump(dump, f"It has more than {MOST_BYTES // 1_000_000} MB."))
        return dump.read_bytes()
    except OSError as error:
        raise StepError(_no_dump(dump, f"{error.strerror}.")) from error


async def _outputs(name: str, door: Door, found: record.Record) -> Outputs:
    outputs: dict[str, Mapping[str, str]] = {}
    for each in _STACKS:
        there = await stack.find(door, stack_name(name, each), found.region)
        outputs[each] = there.outputs if there else {}
    if "AdministratorTaskArn" not in outputs["app"]:
        raise StepError(_not_deployed(name))
    return outputs


@dataclass(slots=True)
class _Importing:
    door: Door
    voice: Voice
    outputs: Outputs

    async def run(self, body: bytes) -> list[str]:
        bucket = self.outputs["bootstrap"]["ArtifactBucketName"]
        key = f"import/{hashlib.sha256(body).hexdigest()}.sql"
        self.voice.step(UPLOAD, State.RUNNING)
        put = await self.door.call("s3", "put_object", Bucket=bucket, Key=key, Body=body)
        self.voice.step(UPLOAD, State.DONE)
        try:
            return await self._load(await self.door.address_of(bucket, key, _URL_SECONDS))
        finally:
            await self._tidy(bucket, key, put.get("VersionId"))

    async def _load(self, url: str) -> list[str]:
        self.voice.step(LOAD, State.RUNNING)
        task = await self._ended(await self._start(url))
        lines = await self._said(task["taskArn"])
        container: dict[str, Any] = next(iter(task.get("containers") or []), {})
        if container.get("exitCode") != 0:
            self.voice.step(LOAD, State.FAILED)
            raise StepError(_not_loaded(lines, task, self.outputs["app"]["LogGroupName"]))
        self.voice.step(LOAD, State.DONE, " ".join(lines))
        return lines

    async def _start(self, url: str) -> str:
        app, network = self.outputs["app"], self.outputs["network"]
        groups = [app["TaskSecurityGroupId"], self.outputs["data"]["DbClientSecurityGroupId"]]
        told = await self.door.call(
            "ecs",
            "run_task",
            cluster=app["ClusterName"],
            taskDefinition=app["AdministratorTaskArn"],
            launchType="FARGATE",
            count=1,
            startedBy="solarrally",
            networkConfiguration={
                "awsvpcConfiguration": {
                    "subnets": network["TaskSubnetIds"].split(","),
                    "securityGroups": groups,
                    "assignPublicIp": network["AssignPublicIp"],
                }
            },
            overrides={
                "containerOverrides": [
                    {
                        "name": "administrator",
                        "command": [PROGRAM],
                        "environment": [{"name": "DUMP_URL", "value": url}],
                    }
                ]
            },
        )
        if not told["tasks"]:
            reasons = ", ".join(str(each.get("reason", "")) for each in told.get("failures", ()))
            raise StepError(_not_loaded([reasons], {}, app["LogGroupName"]))
        return str(told["tasks"][0]["taskArn"])

    async def _ended(self, task: str) -> dict[str, Any]:
        async def look() -> dict[str, Any] | None:
            told = await self.door.call(
                "ecs", "describe_tasks", cluster=self.outputs["app"]["ClusterName"], tasks=[task]
            )
            found: dict[str, Any] = told["tasks"][0]
            return found if found["lastStatus"] == "STOPPED" else None

        return await poll(look, every=0.5, slowest=5.0, limit=_LIMIT_SECONDS)

    async def _said(self, task: str) -> list[str]:
        """Return what the program printed about the import."""
        stream = f"administrator/administrator/{task.rpartition('/')[2]}"
        try:
            told = await self.door.call(
                "logs",
                "get_log_events",
                logGroupName=self.outputs["app"]["LogGroupName"],
                logStreamName=stream,
                limit=50,
                startFromHead=False,
            )
        except AwsError as error:
            if error.kind in {Kind.NOT_FOUND, Kind.DENIED}:
                return []
            raise
        lines = (event["message"].rstrip() for event in told.get("events", ()))
        return [line.removeprefix("import: ") for line in lines if line.startswith("import: ")]

    async def _tidy(self, bucket: str, key: str, version: str | None) -> None:
        """Delete the dump, not only hide it behind a marker: people are in it."""
        self.voice.step(TIDY, State.RUNNING)
        there = {"Key": key} | ({"VersionId": version} if version else {})
        await self.door.call(
            "s3", "delete_objects", Bucket=bucket, Delete={"Objects": [there], "Quiet": True}
        )
        self.voice.step(TIDY, State.DONE)


def _failed(error: StepError) -> Outcome:
    return Outcome(error.exit_code, error.plain.what, error.plain)


def _no_dump(dump: Path, why: str) -> Plain:
    return Plain(
        what=f"{dump} cannot be imported.", why=why, next="Make it as docs/operations.md says."
    )


def _not_deployed(name: str) -> Plain:
    return Plain(
        what=f"The site {name} is not deployed completely.",
        why="A dump goes into a database whose tables the application has made.",
        next="Deploy the site first, then import.",
    )


def _not_loaded(lines: list[str], task: Mapping[str, Any], group: str) -> Plain:
    said = lines[-1] if lines else str(task.get("stoppedReason") or "The task gave no reason.")
    return Plain(
        what="The dump was not imported. The database is as it was.",
        why=said[:1].upper() + said[1:],
        next=f"Read the streams administrator/ of the log group {group}, correct the dump, and run "
        "the same command again.",
        detail="\n".join(lines),
    )
