"""What is seen of chargers beside the fleet index: messages at the page, and reports of the probes.

Both only add to what is known: without them a charger is called connected, and nobody says that it
sends.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, NoReturn

from websockets.exceptions import InvalidStatus, WebSocketException

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.why_unknown import why_unknown
from solarrally_tui.chargers.fleet.power_course import STEP, PowerCourse, step_at
from solarrally_tui.computer.problem import ComputerError
from solarrally_tui.deployed import probe_reports
from solarrally_tui.deployed.dashboard import viewer_login
from solarrally_tui.deployed.dashboard.live_frames import Frame, frames
from solarrally_tui.deployed.dashboard.site_http import Front
from solarrally_tui.deployed.probe_reports import PERIOD, ProbeReport
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.deployed.stack import MissingOutputError

_NOT_THERE: Final = "the stack that has it does not exist yet."
AGAIN_SECONDS: Final = 5.0
"""Between two attempts to listen at the page."""


@dataclass(slots=True)
class Sight:
    """What is seen of chargers beside the index: messages at the page, and the probes' reports."""

    allowed: float
    """Seconds after which a charger without a message counts as silent."""
    last: dict[str, Frame] = field(default_factory=dict)
    """The newest message of each charger."""
    silent: frozenset[str] = frozenset()
    """Chargers that a probe calls connected and silent, the first few."""
    silent_count: int | None = None
    """How many the probes call silent; None where no probe reported."""
    report: ProbeReport | None = None
    """The newest report of a probe."""
    connected: int | None = None
    """How many chargers AWS IoT calls connected; None where they were not counted."""
    listening_since: datetime | None = None
    """From when on a few seconds were missed at most; None while nobody listens at the page."""
    is_followed: bool = False
    """Whether somebody tries to listen at the page, or does."""
    unseen: dict[str, str] = field(default_factory=dict)
    """Why the page, or the probes, could not be asked."""
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    courses: dict[str, PowerCourse] = field(default_factory=dict)
    """The power of each charger that was seen."""
    total: PowerCourse = field(default_factory=PowerCourse)
    """The power of all of them together."""
    locked_out: dict[str, datetime | None] = field(default_factory=dict)
    """Chargers that this program revoked or removed, and when the last message of each arrived;
    None where none was seen. The index shows it later."""
    _listeners: int = 0
    _left: tuple[datetime, datetime] | None = None
    """From when until when somebody listened before."""

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Listen at the page. Several screens may; one takes over from another within seconds."""
        begun = datetime.now(UTC)
        if not self._listeners:
            since, until = self._left or (begun, begun)
            # Who sends in time was heard before or is heard in time: nothing is missing.
            is_short = (begun - until).total_seconds() <= self.allowed / 2
            self.listening_since = since if is_short else begun
            if is_short:
                self._note_since(until, begun)
        self._listeners += 1
        try:
            yield
        finally:
            self._listeners -= 1
            if not self._listeners and self.listening_since is not None:
                self._left = self.listening_since, datetime.now(UTC)
                self.listening_since = None

    def _note_since(self, moment: datetime, until: datetime) -> None:
        """Note the power of a time in which nobody did, by the messages before it."""
        for step in range(step_at(moment) + 1, step_at(until) + 1):
            self.note_power(datetime.fromtimestamp(step * STEP, UTC))

    def hear(self, frame: Frame) -> None:
        """Note a message. One of a charger that was locked out before it came counts anew."""
        self.last[frame.charger] = frame
        self.locked_out.pop(frame.charger, None)

    def lock_out(self, name: str) -> None:
        """Note that a charger was cut off: what it sent before is past."""
        frame = self.last.pop(name, None)
        self.locked_out[name] = frame.arrived if frame else None

    @property
    def is_early(self) -> bool:
        """Whether nobody has listened long enough for each charger to have sent a message."""
        since = self.listening_since
        return since is None or (self.now - since).total_seconds() < self.allowed / 2

    def shows(self, name: str) -> bool:
        """Whether a message of a charger arrived lately."""
        frame = self.last.get(name)
        return frame is not None and (self.now - frame.arrived).total_seconds() <= self.allowed

    @property
    def shown(self) -> list[Frame]:
        """The newest message of each charger of which one arrived lately."""
        since = self.now - timedelta(seconds=self.allowed)
        return [frame for frame in self.last.values() if frame.arrived >= since]

    @property
    def power_w(self) -> float | None:
        """The power of all chargers, in watts; None where too few of them were heard.

        Before each has had the time to send a message, it is what the probes reported.
        """
        if self.is_early:
            return self.report.power_w if self.report else None
        return sum(frame.power_w for frame in self.shown)

    @property
    def sending(self) -> int:
        """How many chargers send. Before each has had the time, what the probes counted."""
        heard = len(self.shown)
        if not self.is_early or self.report is None or self.connected is None:
            return heard
        return max(heard, min(self.report.chargers, self.connected - self.report.silent_count))

    def note_power(self, moment: datetime) -> None:
        """Note the power of each charger as it is known at a moment, and of all."""
        self.now, since = moment, moment - timedelta(seconds=self.allowed)
        step = step_at(moment)
        for name in self.last.keys() | self.courses.keys():
            frame = self.last.get(name)
            watts = frame.power_w if frame and frame.arrived >= since else None
            if (course := self.courses.get(name)) is None:
                course = self.courses[name] = PowerCourse()
            course.note(step, watts)
        self.total.note(step, None if self.is_early else self.power_w)

    def counted(self, connected_since: datetime | None) -> datetime | None:
        """Return from when on a probe counted a connected charger's messages; None if it did not.

        A probe names no sender: each has sent where there were as many as are connected now.
        """
        report = self.report
        if report is None or connected_since is None or not self.connected:
            return None
        since = report.time - timedelta(seconds=report.seconds)
        is_fresh = connected_since <= since and report.age(self.now) <= 2 * PERIOD
        all_sent = report.chargers >= self.connected and not report.silent_count
        return since if is_fresh and all_sent else None

    def misses(self, name: str, connected_since: datetime | None) -> bool:
        """Whether a connected charger should have sent a message by now, and has not."""
        if self.listening_since is None:
            return name in self.silent
        begun = max(self.listening_since, connected_since or self.listening_since)
        if frame := self.last.get(name):
            begun = max(begun, frame.arrived)
        return (self.now - begun).total_seconds() > self.allowed or (
            name in self.silent and name not in self.last
        )


async def look(site: DeployedSite) -> Sight:
    """Return what the probes of a site see of its chargers. Raises nothing that AWS answers."""
    sight = Sight(float(site.site.allowed_silence))
    await read_probes(site, sight)
    return sight


async def read_probes(site: DeployedSite, sight: Sight) -> None:
    """Note what the probes of a site report. Raises nothing that AWS answers: see unseen."""
    try:
        outputs = await site.stacks.outputs("app")
        reports = await probe_reports.newest(site.door, outputs["LogGroupName"])
    except AwsError as error:
        reports, why = (), _why(error)
    else:
        why = "" if reports else "no probe reports."
    # Every task gets every message, so each probe counts all chargers.
    sight.silent = frozenset(name for report in reports for name in report.silent)
    sight.silent_count = max((report.silent_count for report in reports), default=None)
    sight.report = max(reports, key=lambda report: report.time, default=None)
    sight.unseen.pop("probes", None)
    if why:
        sight.unseen["probes"] = why


async def follow(site: DeployedSite, sight: Sight) -> NoReturn:
    """Listen at the page of a site until cancelled, and note what arrives. Raises nothing else.

    Where the page cannot be listened at, sight says why, and it is tried again.
    """
    while True:
        await listen(site, sight)
        await asyncio.sleep(AGAIN_SECONDS)


async def listen(site: DeployedSite, sight: Sight) -> None:
    """Listen at the page of a site until it ends that. Raises nothing: sight says why it ended."""
    sight.is_followed = True
    try:
        outputs = await site.stacks.outputs("edge")
        headers = await viewer_login.headers(site.door, outputs)
        await _listen(Front.of(outputs), headers, sight)
    except (AwsError, ComputerError, OSError, ImportError) as error:
        sight.unseen["page"] = _why(error)
    except InvalidStatus as error:
        sight.unseen["page"] = f"it answers {error.response.status_code}."
    except WebSocketException as error:
        sight.unseen["page"] = f"it closed the connection: {error}"


async def _listen(front: Front, headers: Mapping[str, str], sight: Sight) -> None:
    async with front.live(headers) as socket:
        noting = asyncio.create_task(_note_power(sight))
        try:
            with sight.listening():
                sight.unseen.pop("page", None)
                async for frame in frames(socket):
                    sight.hear(frame)
        finally:
            noting.cancel()


async def _note_power(sight: Sight) -> NoReturn:
    """Note the power at every step until cancelled."""
    while True:
        await asyncio.sleep(STEP - time.time() % STEP)
        sight.note_power(datetime.now(UTC))


def _why(error: Exception) -> str:
    if isinstance(error, AwsError):
        return _NOT_THERE if isinstance(error, MissingOutputError) else why_unknown(error)
    if isinstance(error, ComputerError):
        return error.plain.what
    return str(error)
