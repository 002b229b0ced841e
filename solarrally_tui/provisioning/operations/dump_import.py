"""Brings a dump of an existing database into a site, through a task that runs once."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, Plain, tolerate
from solarrally_tui.aws.poll import StillWaitingError
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.deployed.task import TaskNotStartedError, run_once
from solarrally_tui.provisioning.engine.events import Emit, State
from solarrally_tui.provisioning.engine.narrator import Voice
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.provisioning.engine.steps import StepError, from_aws, from_waiting
from solarrally_tui.provisioning.operations.dump_program import PROGRAM

UPLOAD: Final = "upload"
LOAD: Final = "load"
TIDY: Final = "tidy"
MOST_BYTES: Final = 50_000_000
"""Bytes of a dump: the task that loads it has half a GiB of memory."""

_URL_SECONDS: Final = 900
_LIMIT_SECONDS: Final = 1800.0


async def import_dump(name: str, dump: Path, door: Door, emit: Emit) -> Outcome:
    """Load a dump into the database of a site, all of it or nothing, and tell all as events.

    The dump is deleted from the account at the end in any case. Errors come back as the
    outcome's cause.
    """
    begun = False
    try:
        body = _read(dump)
        site = await DeployedSite.open(door, name)
        outputs = await site.stacks.outputs("bootstrap", "network", "data", "app")
        if "AdministratorTaskArn" not in outputs:
            raise StepError(_not_deployed(name))
        importing = _Importing(site, Voice(name, emit), outputs)
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


@dataclass(slots=True)
class _Importing:
    site: DeployedSite
    voice: Voice
    outputs: Mapping[str, str]
    """Of the stacks bootstrap, network, data and app."""

    async def run(self, body: bytes) -> list[str]:
        bucket, door = self.outputs["ArtifactBucketName"], self.site.door
        key = f"import/{hashlib.sha256(body).hexdigest()}.sql"
        self.voice.step(UPLOAD, State.RUNNING)
        put = await door.call("s3", "put_object", Bucket=bucket, Key=key, Body=body)
        self.voice.step(UPLOAD, State.DONE)
        try:
            return await self._load(await door.address_of(bucket, key, _URL_SECONDS))
        finally:
            await self._tidy(bucket, key, put.get("VersionId"))

    async def _load(self, url: str) -> list[str]:
        self.voice.step(LOAD, State.RUNNING)
        try:
            task = await run_once(
                self.site.door,
                self.outputs,
                limit=_LIMIT_SECONDS,
                command=[PROGRAM],
                environment={"DUMP_URL": url},
            )
        except TaskNotStartedError as error:
            raise StepError(_not_loaded([str(error)], "", self.outputs["LogGroupName"])) from error
        lines = await self._printed(task.log_stream)
        if task.exit_code != 0:
            self.voice.step(LOAD, State.FAILED)
            raise StepError(_not_loaded(lines, task.reason, self.outputs["LogGroupName"]))
        self.voice.step(LOAD, State.DONE, " ".join(lines))
        return lines

    async def _printed(self, stream: str) -> list[str]:
        """Return what the program printed about the import; nothing where we may not read it."""
        response: dict[str, Any] = {}
        with tolerate(Kind.NOT_FOUND, Kind.DENIED):
            response = await self.site.door.call(
                "logs",
                "get_log_events",
                logGroupName=self.outputs["LogGroupName"],
                logStreamName=stream,
                limit=50,
                startFromHead=False,
            )
        lines = (event["message"].rstrip() for event in response.get("events", ()))
        return [line.removeprefix("import: ") for line in lines if line.startswith("import: ")]

    async def _tidy(self, bucket: str, key: str, version: str | None) -> None:
        """Delete the dump, not only hide it behind a marker: it holds personal data."""
        self.voice.step(TIDY, State.RUNNING)
        stored = {"Key": key} | ({"VersionId": version} if version else {})
        await self.site.door.call(
            "s3", "delete_objects", Bucket=bucket, Delete={"Objects": [stored], "Quiet": True}
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


def _not_loaded(lines: list[str], reason: str, group: str) -> Plain:
    said = lines[-1] if lines else reason or "The task gave no reason."
    return Plain(
        what="The dump was not imported. The database is as it was.",
        why=said[:1].upper() + said[1:],
        next=f"Read the streams administrator/ of the log group {group}, correct the dump, and run "
        "the same command again.",
        detail="\n".join(lines),
    )
