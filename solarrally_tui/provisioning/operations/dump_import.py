"""Imports a dump of an existing database into a site, through a task that runs once."""

import hashlib
import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, Plain, tolerate
from solarrally_tui.aws.poll import StillWaitingError
from solarrally_tui.deployed.moving_in import imported_dump
from solarrally_tui.deployed.run_lock import alone
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.deployed.task import StoppedTask, TaskNotStartedError, run_once
from solarrally_tui.provisioning.change import buckets
from solarrally_tui.provisioning.engine.events import Emit, State
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.provisioning.engine.steps import StepError, from_aws, from_waiting
from solarrally_tui.provisioning.engine.waits import patient
from solarrally_tui.provisioning.operations import dump_file
from solarrally_tui.provisioning.operations.dump_file import DumpError, DumpText
from solarrally_tui.provisioning.operations.dump_program import PROGRAM
from solarrally_tui.provisioning.operations.dump_statements import Statements, statements_of

UPLOAD: Final = "upload"
LOAD: Final = "load"
TIDY: Final = "tidy"
_FOLDER: Final = "import/"
_URL_SECONDS: Final = 900
_LIMIT_SECONDS: Final = 1800.0
_PREFIX: Final = "import: "
"""Before every line that the program prints about the import."""


async def import_dump(
    name: str, dump: Path, door: Door, emit: Emit, *, is_rehearsal: bool = False
) -> Outcome:
    """Load a dump into the database of a site, all of it or nothing, and report that as events.

    is_rehearsal: undo it in the same transaction, once all statements ran. The dump is deleted
    from the account at the end in any case. Errors come back as the outcome's cause.
    """
    begun = False
    narrator = Narrator(name, emit)
    door = patient(door, narrator, UPLOAD)

    say = partial(narrator.step, UPLOAD, State.RUNNING)
    try:
        examined = examine(dump)
        site = await DeployedSite.open(door, name)
        outputs = await site.stacks.outputs("bootstrap", "network", "balancer", "data", "app")
        if "AdministratorTaskArn" not in outputs:
            raise StepError(_not_deployed(name))
        begun = True
        run = _Import(site.door, narrator, outputs, is_rehearsal)
        body = examined.statements.sql.encode()
        lines = await alone(door, name, "import", lambda: run.run(body, examined.note), say)
    except AwsError as error:
        return _failed(from_aws(error, begun=begun))
    except StillWaitingError as error:
        return _failed(from_waiting(error, "Loading the dump"))
    except StepError as error:
        return _failed(error)
    done = (
        f"The dump goes into the database of {name}. Nothing of it was kept."
        if is_rehearsal
        else f"The dump is in the database of {name}."
    )
    return Outcome(Exit.OK, " ".join((done, *lines)))


@dataclass(frozen=True, slots=True)
class Examined:
    """A dump that can be imported, as it was read on this computer."""

    statements: Statements
    found: DumpText
    minutes: int
    """How long the import takes, about: a task starts, then it runs the statements."""

    @property
    def lines(self) -> tuple[str, ...]:
        """What it is, what goes in and what is left out, as sentences."""
        made = self.statements
        rows = ", ".join(f"{table} {count:,}" for table, count in made.rows)
        roles = tuple(dict.fromkeys((*self.found.roles, *made.roles)))
        extensions = tuple(dict.fromkeys((*self.found.extensions, *made.extensions)))
        size = len(made.sql.encode()) / 1_000_000
        said = (
            self.found.what,
            f"Rows: {rows}." if rows else "",
            f"{max(size, 0.1):.1f} MB of statements, about {self.minutes} minutes.",
            "Its definitions of tables are left out: the site has its own."
            if made.definitions
            else "",
            f"Its roles are left out: {', '.join(roles)}. The site's own user owns the rows."
            if roles
            else "",
            f"Its extensions are left out: {', '.join(extensions)}. The site's tables need none."
            if extensions
            else "",
        )
        return tuple(filter(None, said))

    @property
    def note(self) -> str:
        """How it was read, as a sentence; empty where nothing was done."""
        notes = list(self.found.notes)
        if self.statements.left_out:
            notes.append(f"settings left out: {', '.join(dict.fromkeys(self.statements.left_out))}")
        note = "; ".join(notes)
        return f"{note[:1].upper()}{note[1:]}." if note else ""


_START_SECONDS: Final = 90
_BYTES_A_SECOND: Final = 1_000_000
"""Our assumption for the smallest database, not measured on AWS."""


def examine(dump: Path) -> Examined:
    """Read a dump and judge it; nothing leaves this computer. Raises StepError."""
    try:
        found = dump_file.read(dump)
        prepared = statements_of(found.text)
    except OSError as error:
        raise StepError(_no_dump(dump, f"{error.strerror}.", dump_file.AGAIN)) from error
    except DumpError as error:
        raise StepError(_no_dump(dump, error.why, error.next), Exit.REFUSED) from error
    seconds = _START_SECONDS + len(prepared.sql) / _BYTES_A_SECOND
    return Examined(prepared, found, math.ceil(seconds / 60))


@dataclass(frozen=True, slots=True)
class _Import:
    """One import into one site. The door is in the site's Region."""

    door: Door
    narrator: Narrator
    outputs: Mapping[str, str]
    is_rehearsal: bool

    async def run(self, body: bytes, note: str) -> list[str]:
        """Load the statements and return what the program printed about them.

        note: how they were read, as a sentence.
        """
        bucket = self.outputs["ArtifactBucketName"]
        key = f"{_FOLDER}{hashlib.sha256(body).hexdigest()}.sql"
        self.narrator.step(UPLOAD, State.RUNNING, note)
        # What a run left that was killed. No other one is under way: see run_lock.
        await buckets.empty(self.door, bucket, _FOLDER)
        try:
            await self.door.call("s3", "put_object", Bucket=bucket, Key=key, Body=body)
            self.narrator.step(UPLOAD, State.DONE, note)
            lines = await self._load(await self.door.address_of(bucket, key, _URL_SECONDS))
            if not self.is_rehearsal:
                # `migrate` reads it; an import without it is an import all the same.
                with suppress(AwsError):
                    await imported_dump.write(self.door, bucket, lines)
            return lines
        finally:
            await self._tidy(bucket)

    async def _load(self, url: str) -> list[str]:
        self.narrator.step(LOAD, State.RUNNING)
        try:
            task = await run_once(
                self.door,
                self.outputs,
                limit=_LIMIT_SECONDS,
                command=[PROGRAM],
                environment={"DUMP_URL": url} | ({"REHEARSAL": "1"} if self.is_rehearsal else {}),
            )
        except TaskNotStartedError as error:
            raise StepError(_not_loaded([], str(error), self.outputs["LogGroupName"])) from error
        lines = await self._printed(task)
        if task.exit_code != 0:
            self.narrator.step(LOAD, State.FAILED)
            raise StepError(_not_loaded(lines, task.reason, self.outputs["LogGroupName"]))
        self.narrator.step(LOAD, State.DONE, " ".join(lines))
        return lines

    async def _printed(self, task: StoppedTask) -> list[str]:
        """Return what the program printed about the import; nothing where that is not readable."""
        with tolerate(Kind.NOT_FOUND, Kind.DENIED):
            response = await self.door.call(
                "logs",
                "get_log_events",
                logGroupName=self.outputs["LogGroupName"],
                logStreamName=task.log_stream,
                limit=50,
                startFromHead=False,
            )
            lines = (event["message"].rstrip() for event in response.get("events", ()))
            return [line.removeprefix(_PREFIX) for line in lines if line.startswith(_PREFIX)]
        return []

    async def _tidy(self, bucket: str) -> None:
        """Delete all versions of the dump, not only hide them behind a marker: people are in it."""
        self.narrator.step(TIDY, State.RUNNING)
        await buckets.empty(self.door, bucket, _FOLDER)
        self.narrator.step(TIDY, State.DONE)


def _failed(error: StepError) -> Outcome:
    return Outcome(error.exit_code, error.plain.what, error.plain)


def _no_dump(dump: Path, why: str, then: str) -> Plain:
    return Plain(what=f"{dump} cannot be imported. Nothing was uploaded.", why=why, next=then)


def _not_deployed(name: str) -> Plain:
    return Plain(
        what=f"The site {name} is not deployed completely.",
        why="A dump goes into a database whose tables the application has created.",
        next="Deploy the site first, then import.",
    )


_MET: Final = (
    (
        "UndefinedColumnError",
        (
            "The application's version does not have this column. Deploy the version that the dump "
            "is of (application.commit), or drop the column in a copy of the old database and dump "
            "that."
        ),
    ),
    (
        "UndefinedTableError",
        f"Dump only tables that the application has. {dump_file.AGAIN}",
    ),
    (
        "UniqueViolationError",
        f"Dump it with --on-conflict-do-nothing, which leaves such rows out. {dump_file.AGAIN}",
    ),
    (
        "ForeignKeyViolationError",
        (
            "A row belongs to one that is left out, such as a user whose e-mail address exists. "
            "Deploy with an administrator's address that the old database does not have "
            "(application.admin_email), then import again."
        ),
    ),
)
"""What to do about PostgreSQL's errors, by asyncpg's names of them."""


def _not_loaded(lines: list[str], reason: str, log_group: str) -> Plain:
    why = lines[-1] if lines else reason or "The task gave no reason."
    log = f"Read the streams administrator/ of the log group {log_group}, correct the dump, and "
    known = next((then for name, then in _MET if name in why), "")
    return Plain(
        what="The dump was not imported. The database is as it was.",
        why=why[:1].upper() + why[1:],
        next=known or f"{log}run the same command again.",
        detail="\n".join(lines),
    )
