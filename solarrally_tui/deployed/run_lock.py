"""One run at a time on a site, whatever computer it runs on: an SSM parameter in us-east-1.

PutParameter without Overwrite creates it only where there is none (ParameterAlreadyExists), and
with Overwrite returns the version, which is one more than the last (Systems Manager API reference,
PutParameter). So two runs never both believe that they hold it. A run that was killed leaves it: it
is taken over at once on the same computer, and from another one when it has given no sign of life
for some minutes. A deployment also notes how it ended, in a parameter of its own, for whoever
watched it.
"""

import asyncio
import contextlib
import json
import os
import platform
import re
import secrets
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, TypeVar

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, Plain, tolerate
from solarrally_tui.site.names import GLOBAL_REGION, SITE_TAG, last_run_name, run_name
from solarrally_tui.text.redaction import redact

T = TypeVar("T")

WATCHED: Final = frozenset({"deploy", "rollback"})
"""Commands of runs that another deployment may watch."""

BEAT_SECONDS: Final = 60.0
"""How often a run shows that it is alive."""

STALE_SECONDS: Final = 300.0
"""After how long without a sign of life a run of another computer counts as dead."""

_AWAY_SECONDS: Final = 180.0
"""From which silence on a run says that it was away. AWS may be slow, which is none."""

_OURS: Final[set[str]] = set()
"""Tokens of the runs of this process."""


@dataclass(frozen=True, slots=True)
class Run:
    """Who works on a site."""

    command: str
    by: str
    """ARN of who signed in."""
    host: str
    process: int
    started: str
    """ISO 8601 in UTC, by the clock of that computer."""
    token: str
    """Tells this run from every other."""

    @property
    def title(self) -> str:
        """Return what it is called in a sentence."""
        return f"{self.command} by {self.by} on {self.host}, since {self.started}"

    @property
    def person(self) -> str:
        """Return the name of who signed in: the end of the ARN."""
        return re.split(r"[/:]", self.by)[-1]

    @property
    def in_words(self) -> str:
        """Return its title with a name in place of the ARN."""
        return replace(self, by=self.person).title


@dataclass(frozen=True, slots=True)
class LastRun:
    """How the last deployment of a site ended."""

    token: str
    """That of its run."""
    title: str
    """What it is called in a sentence."""
    ended: str
    """As Run.started."""
    exit_code: int
    summary: str

    @property
    def run(self) -> Run | None:
        """Who worked, as far as its title tells; None for one that no version has written."""
        found = _TITLE.fullmatch(self.title)
        return Run(**found.groupdict(), process=0, token=self.token) if found else None


_TITLE: Final = re.compile(
    r"(?P<command>.+?) by (?P<by>\S+) on (?P<host>.+), since (?P<started>.+)"
)

Ending = tuple[int, str]
"""Exit status and summary of a run."""

_LEFT: Final[Ending] = (8, "Somebody left it before it had ended. AWS finishes what it has begun.")


class BusyError(AwsError):
    """Another run works on the site."""

    def __init__(self, site: str, run: Run, seconds: float) -> None:
        """seconds: since its last sign of life."""
        super().__init__("SiteBusy", run.title, "ssm", "put_parameter")
        self.kind = Kind.BUSY
        self.site = site
        self.run = run
        self.seconds = seconds

    @property
    def plain(self) -> Plain:
        """The error in plain words: who works on it, and when that counts as over."""
        run = self.run
        return Plain(
            what=f"Another run works on the site {self.site}: {run.command}. Nothing was changed.",
            why=f"{run.by} began it on {run.host} at {run.started}, process {run.process}. Its "
            f"last sign of life is {max(self.seconds, 0):.0f} s old.",
            next=f"Wait until it has ended; solarrally status {self.site} shows its last sign of "
            "life, and solarrally deploy with --watch follows a deployment to its end. If "
            f"it was killed, run the same command again on {run.host}, or elsewhere "
            f"{STALE_SECONDS / 60:.0f} minutes after its last sign of life.",
            detail=str(self),
        )


class OvertakenError(BusyError):
    """Another run has taken over, because this one gave no sign of life for too long."""

    @property
    def plain(self) -> Plain:
        """The error in plain words."""
        return Plain(
            what=f"Another run has taken over the site {self.site}. This one stopped.",
            why="This computer gave no sign of life for some minutes, as when it sleeps. The other "
            f"run: {self.run.title}.",
            next="Wait until the other run has ended, then run the same command again.",
            detail=str(self),
        )


@dataclass(frozen=True, slots=True)
class _Lock:
    """The parameter of one site, held by this run."""

    door: Door
    site: str
    run: Run

    async def beat(self) -> float:
        """Show that this run is alive, and return how old its last sign of life was, in seconds.

        Raises OvertakenError and AwsError.
        """
        before = await _read(self.door, self.site)
        if before and before.run.token != self.run.token:
            raise OvertakenError(self.site, before.run, before.seconds)
        written = await _write(self.door, self.site, self.run, Overwrite=True)
        # Nobody takes over from a run that has shown itself lately: then an answer was lost, and
        # this was written twice.
        if before and written != before.version + 1 and before.seconds > STALE_SECONDS:
            raise OvertakenError(self.site, before.run, before.seconds)
        return before.seconds if before else 0.0

    async def release(self) -> None:
        """Delete the parameter, unless it is another run's by now. Raises AwsError."""
        now = await _read(self.door, self.site)
        if now and now.run.token == self.run.token:
            await self.door.find("ssm", "delete_parameter", GLOBAL_REGION, Name=run_name(self.site))


@dataclass(frozen=True, slots=True)
class Present:
    """What the parameter says now."""

    run: Run
    version: int
    seconds: float
    """Since its last sign of life, by AWS's clock."""

    @property
    def is_dead(self) -> bool:
        """Whether the run has ended without saying so."""
        run = self.run
        if run.host == _host() and run.process == os.getpid():
            return run.token not in _OURS
        if run.host == _host() and not _lives(run.process):
            return True
        return self.seconds > STALE_SECONDS


async def find(door: Door, site: str) -> Present | None:
    """Return the run that works on a site, or has ended without saying so. Raises AwsError."""
    return await _read(door, site)


async def present(door: Door, site: str) -> Present | None:
    """Return the run that works on a site now; None where there is none. Raises AwsError."""
    now = await _read(door, site)
    return None if now is None or now.is_dead else now


async def last(door: Door, site: str) -> LastRun | None:
    """Return how the last deployment ended; None where nobody noted it. Raises AwsError."""
    response = await door.find("ssm", "get_parameter", GLOBAL_REGION, Name=last_run_name(site))
    try:
        return LastRun(**json.loads(response["Parameter"]["Value"])) if response else None
    except (ValueError, TypeError):
        return None


async def forget(door: Door, site: str) -> None:
    """Delete how the last deployment ended. Raises AwsError."""
    await door.find("ssm", "delete_parameter", GLOBAL_REGION, Name=last_run_name(site))


async def alone(
    door: Door,
    site: str,
    command: str,
    work: Callable[[], Awaitable[T]],
    say: Callable[[str], None],
    ended: Callable[[T], Ending] | None = None,
) -> T:
    """Do the work while no other run works on the site.

    say: is told that a dead run was taken over, or that these credentials may not look for others.
    ended: returns how the work ended, which is then noted for whoever watches.
    Raises BusyError where another run works on the site, OvertakenError where one has taken over,
    and what the work raises.
    """
    async with _held(door, site, command, say) as lock:
        working = asyncio.ensure_future(work())
        beating = asyncio.ensure_future(_beat(lock, say)) if lock else None
        try:
            await asyncio.wait(
                {working, *([beating] if beating else ())}, return_when=asyncio.FIRST_COMPLETED
            )
            if beating and beating.done() and not working.done():
                working.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await working
                beating.result()
            result = await working
            if lock and ended:
                await _note(lock, ended(result))
            return result
        except asyncio.CancelledError:
            working.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await working
            if lock and ended:
                await _note(lock, _LEFT)
            raise
        finally:
            if beating:
                beating.cancel()


async def _note(lock: _Lock, ending: Ending) -> None:
    """Note how a run has ended. Where that fails, whoever watches is told that it is not known."""
    exit_code, summary = ending
    value = LastRun(lock.run.token, lock.run.title, _now(), exit_code, redact(summary)[:_SUMMARY])
    with contextlib.suppress(AwsError, TimeoutError):
        async with asyncio.timeout(_RELEASE_SECONDS):
            await _put(lock.door, lock.site, last_run_name(lock.site), asdict(value))


async def _put(door: Door, site: str, name: str, value: dict[str, Any]) -> None:
    """Write a parameter, whether it exists or not. Raises AwsError."""
    given: dict[str, Any] = {"Name": name, "Type": "String"}
    given["Value"] = json.dumps(value, sort_keys=True).replace("{{", "{ {")
    with tolerate(Kind.EXISTS):
        # Tags and Overwrite exclude each other in PutParameter.
        tags = [{"Key": SITE_TAG, "Value": site}]
        await door.call("ssm", "put_parameter", GLOBAL_REGION, **given, Tags=tags)
        return
    await door.call("ssm", "put_parameter", GLOBAL_REGION, **given, Overwrite=True)


async def _beat(lock: _Lock, say: Callable[[str], None]) -> None:
    """Beat until another run has taken over. Raises OvertakenError.

    That this computer slept is seen by AWS's clock: its own may have been set, or have stood still.
    """
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        try:
            if (seconds := await lock.beat()) > _AWAY_SECONDS:
                say(
                    f"This computer gave no sign of life for {seconds / 60:.0f} minutes, as when "
                    "it sleeps. No other run has taken over, and this one continues."
                )
        except OvertakenError:
            raise
        except AwsError:
            continue  # The work meets the same, and says so.


@contextlib.asynccontextmanager
async def _held(
    door: Door, site: str, command: str, say: Callable[[str], None]
) -> AsyncIterator[_Lock | None]:
    token = secrets.token_hex(8)
    _OURS.add(token)
    lock: _Lock | None = None
    try:
        lock = await _taken(door, site, command, token, say)
        yield lock
    finally:
        try:
            if lock:
                await _released(lock)
        finally:
            _OURS.discard(token)


_RELEASE_SECONDS: Final = 10.0
_RELEASE_PAUSE: Final = 1.0
_SUMMARY: Final = 1000
"""Characters of a summary that are noted."""


async def _released(lock: _Lock) -> None:
    """Release, also where AWS is slow. Where it fails, the next run sees that this one is dead."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_RELEASE_SECONDS):
            while True:
                try:
                    return await lock.release()
                except AwsError as error:
                    if error.kind is Kind.DENIED:
                        return None
                await asyncio.sleep(_RELEASE_PAUSE)


async def _taken(
    door: Door, site: str, command: str, token: str, say: Callable[[str], None]
) -> _Lock | None:
    """Take the site. None where AWS does not answer that: the work will meet the reason.

    Raises BusyError.
    """
    try:
        identity = await door.identity()
        run = Run(command, identity.arn, _host(), os.getpid(), _now(), token)
        return await _created(door, site, run) or await _taken_over(door, site, run, say)
    except BusyError:
        raise
    except AwsError as error:
        if error.kind is Kind.DENIED:
            say(
                "These credentials may not note that this run works on the site, so two runs at "
                "once are not noticed. Print the policy again with solarrally policy deploy."
            )
        return None


async def _created(door: Door, site: str, run: Run) -> _Lock | None:
    try:
        tags = [{"Key": SITE_TAG, "Value": site}]
        await _write(door, site, run, Tags=tags)
        return _Lock(door, site, run)
    except AwsError as error:
        if error.kind is not Kind.EXISTS:
            raise
    now = await _read(door, site)
    if now and now.run.token == run.token:  # written by a call whose answer was lost
        return _Lock(door, site, run)
    return None


async def _taken_over(door: Door, site: str, run: Run, say: Callable[[str], None]) -> _Lock:
    """Take the site over from a dead run. Raises BusyError where it lives, and AwsError."""
    now = await _read(door, site)
    if now is None:  # it has just ended
        if lock := await _created(door, site, run):
            return lock
        now = await _read(door, site)
    if now is None:
        raise BusyError(site, replace(run, command="a run that has just begun"), 0.0)
    if not now.is_dead:
        raise BusyError(site, now.run, now.seconds)
    written = await _write(door, site, run, Overwrite=True)
    if written != now.version + 1:
        # Either an answer was lost, and this was written twice, or another run was faster.
        first = None
        with tolerate(Kind.DENIED):
            first = await _read(door, site, now.version + 1)
        if first is None or first.run.token != run.token:
            if first:
                await _write(door, site, first.run, Overwrite=True)
            raise BusyError(site, (first or now).run, 0.0)
    say(f"The last run did not end: {now.run.title}. This one continues.")
    return _Lock(door, site, run)


async def _write(door: Door, site: str, run: Run, **how: Any) -> int:
    """Write the parameter and return its version. Raises AwsError."""
    response = await door.call(
        "ssm",
        "put_parameter",
        GLOBAL_REGION,
        Name=run_name(site),
        Value=json.dumps(asdict(run), sort_keys=True),
        Type="String",
        **how,
    )
    return int(response["Version"])


async def _read(door: Door, site: str, version: int | None = None) -> Present | None:
    """Return what the parameter says now, or said in an earlier version. Raises AwsError.

    AWS keeps the last 100 versions; GetParameter takes one behind the name and a colon (Systems
    Manager user guide, Working with parameter versions).
    """
    name = run_name(site) if version is None else f"{run_name(site)}:{version}"
    response = await door.find("ssm", "get_parameter", GLOBAL_REGION, Name=name)
    if response is None:
        return None
    parameter = response["Parameter"]
    try:
        run = Run(**json.loads(parameter["Value"]))
    except (ValueError, TypeError):
        run = Run("a run", "somebody", "a computer", 0, "an unknown time", "")
    seconds = (_date(response) - parameter["LastModifiedDate"]).total_seconds()
    return Present(run, int(parameter["Version"]), seconds)


def _date(response: dict[str, Any]) -> datetime:
    """Return when AWS answered, by its own clock, or else by ours."""
    headers = response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    try:
        date = parsedate_to_datetime(str(headers.get("date", "")))
    except ValueError:
        return datetime.now(UTC)
    return date.replace(tzinfo=date.tzinfo or UTC)


def _lives(process: int) -> bool:
    """Whether a process of this computer lives. On Windows, where asking would end it: perhaps."""
    if sys.platform == "win32" or process <= 0:
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _host() -> str:
    return platform.node() or "this computer"


_MOMENT: Final = "%Y-%m-%d %H:%M:%S UTC"
_TO_THE_MINUTE: Final = "%Y-%m-%d %H:%M UTC"
"""As earlier versions wrote it."""


def _now() -> str:
    return datetime.now(UTC).strftime(_MOMENT)


def moment(written: str) -> datetime | None:
    """Return the moment that a run noted; None for another text."""
    for form in (_MOMENT, _TO_THE_MINUTE):
        with contextlib.suppress(ValueError):
            return datetime.strptime(written, form).replace(tzinfo=UTC)
    return None
