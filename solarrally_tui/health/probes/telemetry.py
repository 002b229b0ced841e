"""Checks of telemetry: whether the live link opens, and whether messages reach the page.

They look at each place of a message's way, and judge what was seen. Only where messages do not
arrive are metrics of AWS IoT read, because AWS bills those.
"""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, TypeVar

import httpx
from websockets.exceptions import (
    InvalidHandshake,
    InvalidProxy,
    InvalidStatus,
    ProxyError,
    WebSocketException,
)

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.why_unknown import why_unknown
from solarrally_tui.computer import https, proxies
from solarrally_tui.computer.problem import ComputerError
from solarrally_tui.deployed import fleet_index, probe_reports
from solarrally_tui.deployed.dashboard.live_frames import LiveFrames, listen
from solarrally_tui.deployed.fleet_index import Fleet
from solarrally_tui.health.figures import Figure
from solarrally_tui.health.metrics import MINUTE
from solarrally_tui.health.observed_site import ObservedSite, OutOfReachError
from solarrally_tui.health.probes.web import (
    NO_PASSWORD,
    NOT_LISTED,
    front_of,
    is_by_address,
    viewer_headers,
    words,
)
from solarrally_tui.health.report import Observation, fail, not_from_here, ok, unknown, waits, warn
from solarrally_tui.health.telemetry import Flow, Telemetry
from solarrally_tui.text.enumeration import enumerated

SEEN: Final = "telemetry"
"""Under which key an observed site keeps what was seen."""

_LISTEN: Final = 25.0
"""Seconds that we listen at the page at most. A charger's interval may be longer."""

_MINUTES: Final = 5
"""For how long metrics of AWS IoT are read at most."""

_COUNTED: Final = timedelta(minutes=2)
"""After this time AWS IoT has published what it counted in a minute."""

_NAMED: Final = 3
_LAG: Final = 300.0
"""Seconds by which a message may be late, or a charger's clock wrong, before we say so."""

_Value = TypeVar("_Value")


async def live(observed: ObservedSite) -> Observation:
    """Judge whether the live link opens. Whether messages arrive is the check of telemetry."""
    front = front_of(observed)
    url = f"{front.url}/ws/live".replace("http", "ws", 1)
    try:
        frames = await page(observed)
    except InvalidStatus as error:
        return await _refused(observed, url, error)
    except (InvalidProxy, ProxyError, ImportError) as error:  # no package for SOCKS
        proxy = proxies.proxy_for(front.origin)
        line = words(error)
        return not_from_here(proxies.through(proxy, line)) if proxy else unknown(line)
    except (OSError, TimeoutError, InvalidHandshake) as error:
        if plain := https.in_the_way(error, front.origin):
            return not_from_here(plain)
        return fail(f"{url} does not open: {words(error)}")
    except WebSocketException:
        return fail(f"{url} opens, and the connection breaks off before a message comes.")
    got = f" The first message came after {frames.seconds:.0f} s." if frames.total else ""
    return ok(f"{url} opens.{got}")


async def _refused(observed: ObservedSite, url: str, error: InvalidStatus) -> Observation:
    status = error.response.status_code
    if status == httpx.codes.UNAUTHORIZED and not await viewer_headers(observed):
        return unknown(f"{url} {NO_PASSWORD}")
    if status == httpx.codes.FORBIDDEN and is_by_address(observed):
        return unknown(NOT_LISTED)
    return fail(f"{url} does not open: {words(error)}")


async def telemetry(observed: ObservedSite) -> Observation:
    """Judge whether messages of the chargers that AWS IoT calls connected reach the page."""
    seen = await observed.shared(SEEN, lambda: look(observed))
    return replace(judge(seen), figures=figures_of(seen))


def figures_of(seen: Telemetry) -> tuple[Figure, ...]:
    """Return what a display shows of telemetry. What could not be seen has no value."""
    fleet, messages, silent = seen.fleet, seen.messages_a_minute, seen.silent_count
    return (
        Figure("chargers_online", "Chargers online", fleet.connected if fleet else None),
        Figure("chargers_registered", "Registered", fleet.registered if fleet else None),
        Figure("chargers_new", "Not switched on yet", fleet.waiting if fleet else None),
        Figure("power", "Power now", seen.power_kw, "kW"),
        Figure("solar", "From the sun", seen.solar_percent, "%"),
        Figure("messages_minute", "Messages a minute", messages),
        Figure("last_message", "Last message", seen.newest_age, "s", limit=float(seen.allowed)),
        Figure("iot_silent", "Connected and silent", silent if seen.tasks else None),
    )


async def look(observed: ObservedSite) -> Telemetry:
    """Look at each place of a message's way. Raises nothing that is known: see unseen."""
    unseen: list[str] = []
    chargers, tasks, frames = await asyncio.gather(
        _known(fleet(observed), "The fleet index", unseen),
        _known(reports_of(observed), "The reports of the probes", unseen),
        _known(page(observed), "The page", unseen),
    )
    seen = Telemetry(
        datetime.now(UTC),
        observed.site.size.interval_seconds,
        chargers,
        tasks,
        frames,
        unseen=tuple(unseen),
    )
    if seen.flow in {Flow.STOPPED, Flow.UNKNOWN}:
        seen = await _with_metrics(observed, seen)
    return seen


async def fleet(observed: ObservedSite) -> Fleet:
    """Return how the chargers are, by the fleet index. Raises AwsError."""
    return await observed.shared(
        "fleet", lambda: fleet_index.fleet(observed.door, observed.site.name)
    )


async def page(observed: ObservedSite) -> LiveFrames:
    """Listen at the page until a message arrives, or for as long as one may be missing.

    Where AWS IoT calls nobody connected, it only connects. Raises as live_frames.listen does.
    """
    return await observed.shared("page", lambda: _listen_at_page(observed))


async def _listen_at_page(observed: ObservedSite) -> LiveFrames:
    try:
        is_quiet = (await fleet(observed)).connected == 0
    except AwsError:
        is_quiet = False
    seconds = 0.0 if is_quiet else min(_LISTEN, observed.site.allowed_silence)
    headers = await viewer_headers(observed)
    return await listen(front_of(observed), headers, seconds, enough=lambda seen: seen.total > 0)


async def reports_of(observed: ObservedSite) -> tuple[probe_reports.ProbeReport, ...]:
    """Return what the probes of the tasks reported last. Raises AwsError and OutOfReachError."""

    async def read() -> tuple[probe_reports.ProbeReport, ...]:
        return await probe_reports.newest(observed.door, observed.output("app", "LogGroupName"))

    return await observed.shared("reports", read)


async def _with_metrics(observed: ObservedSite, seen: Telemetry) -> Telemetry:
    """Add what AWS IoT counted: messages of the Region, and failed actions of the site's rules."""
    unseen = list(seen.unseen)
    count, errors = await asyncio.gather(
        _known(_accepted(observed, seen.newest_at_bridge), "What AWS IoT accepted", unseen),
        _known(_rule_errors(observed), "The log of the rules", unseen),
    )
    return replace(seen, published=count, rule_errors=errors, unseen=tuple(unseen))


async def _accepted(observed: ObservedSite, since: datetime | None) -> int | None:
    """Read what AWS IoT accepted once a minute at most: AWS bills it."""
    read = partial(_messages, observed, since)
    return await observed.memo.kept("iot-accepted", read, MINUTE)


async def _messages(observed: ObservedSite, since: datetime | None) -> int | None:
    """Return how many messages AWS IoT accepted since then, of the whole Region.

    It has no such metric of a site, and counts by minutes that it publishes a minute later (AWS IoT
    developer guide, Message broker metrics). None where no minute since then is complete.
    """
    now = datetime.now(UTC)
    start = now - timedelta(minutes=_MINUTES)
    if since and since > start:
        start = since.replace(second=0, microsecond=0) + timedelta(minutes=1)
    if now - start < _COUNTED:
        return None
    response = await observed.door.call(
        "cloudwatch",
        "get_metric_data",
        StartTime=start,
        EndTime=now,
        MetricDataQueries=[
            {
                "Id": "accepted",
                "MetricStat": {
                    "Metric": {
                        "Namespace": "AWS/IoT",
                        "MetricName": "PublishIn.Success",
                        "Dimensions": [{"Name": "Protocol", "Value": "MQTT"}],
                    },
                    "Period": 60,
                    "Stat": "Sum",
                },
            }
        ],
    )
    return sum(int(value) for one in response["MetricDataResults"] for value in one["Values"])


async def _rule_errors(observed: ObservedSite) -> int:
    """Return how many actions of the site's rules failed lately, from their own log."""
    since = datetime.now(UTC) - timedelta(minutes=_MINUTES)
    groups = await observed.resource_ids("iot", "AWS::Logs::LogGroup")
    responses = [
        await observed.door.call(
            "logs",
            "filter_log_events",
            logGroupName=group,
            startTime=int(since.timestamp() * 1000),
        )
        for group in groups
    ]
    return sum(len(response.get("events", ())) for response in responses)


async def _known(seeing: Awaitable[_Value], what: str, unseen: list[str]) -> _Value | None:
    """Return what was seen; None, with a sentence in unseen, where it could not be."""
    try:
        return await seeing
    except AwsError as error:
        why = "it does not exist." if error.kind is Kind.NOT_FOUND else why_unknown(error)
        unseen.append(f"{what} could not be read: {why}")
    except ComputerError as error:
        unseen.append(f"{what} was not reached from here. {error.plain}")
    except (OutOfReachError, OSError, TimeoutError, ImportError, WebSocketException) as error:
        unseen.append(f"{what} could not be read: {words(error)}")
    return None


def judge(seen: Telemetry) -> Observation:
    """Judge what was seen. Green means that a message of a connected charger was seen."""
    match seen.flow:
        case Flow.NO_CHARGERS:
            return waits("No charger is registered, so no telemetry is expected.")
        case Flow.NONE_CONNECTED:
            return _judge_none_connected(seen.fleet or Fleet(0, 0))
        case Flow.STOPPED:
            return fail(_stopped(seen))
        case Flow.UNKNOWN:
            why = " ".join(seen.unseen) or "No message was seen, and none may have been due."
            return unknown(f"Whether telemetry arrives is not known. {why}")
    flaws = _flaws(seen)
    return warn(" ".join(flaws)) if flaws else ok(_flowing(seen))


def _judge_none_connected(fleet: Fleet) -> Observation:
    """Who has sent before and is gone is a warning; who has not sent yet is waited for."""
    one = fleet.registered == 1
    if fleet.waiting >= fleet.registered:
        its = "its first own message" if one else "their first own messages"
        return waits(f"{_chargers(fleet.registered)} registered. Waiting for {its}.")
    line = f"{_chargers(fleet.registered)} registered, none is connected to AWS IoT."
    waiting = f" {fleet.waiting} of them sent nothing of their own yet." if fleet.waiting else ""
    return warn(f"{line} No telemetry arrives.{waiting}")


def _flowing(seen: Telemetry) -> str:
    connected = "" if seen.connected is None else f" {_chargers(seen.connected)} connected."
    age = f"{seen.newest_age or 0:.0f} s ago"
    return f"The page got the newest message {age}.{connected}"


def _stopped(seen: Telemetry) -> str:
    who = "Chargers send" if seen.connected is None else f"{_chargers(seen.connected)} connected"
    where = f" Messages stop {seen.where}." if seen.where else ""
    age = seen.newest_age
    since = f" The newest is {age:.0f} s old." if age is not None else ""
    return " ".join(
        [
            f"{who}, and no message reaches the page.{where}{since}",
            *_rejected(seen),
            *_counted(seen),
        ]
    )


def _counted(seen: Telemetry) -> list[str]:
    return [f"Counted: {seen.figures}."] if seen.figures else []


def _flaws(seen: Telemetry) -> list[str]:
    """Return what is not well although messages arrive."""
    flaws = _rejected(seen)
    if seen.blind and seen.tasks:
        where = f" Messages stop {seen.where}." if seen.where else ""
        flaws.append(
            f"{len(seen.blind)} of {len(seen.tasks)} tasks get no telemetry: their viewers see old "
            f"figures.{where}"
        )
    if seen.silent_count:
        names = enumerated(seen.silent, _NAMED)
        flaws.append(f"{_chargers(seen.silent_count)} connected and silent: {names}.")
    if seen.lag is not None and abs(seen.lag) > max(_LAG, seen.allowed):
        flaws.append(
            f"The newest message says that it is from {seen.lag:.0f} s ago. Either messages are "
            "late, or the charger's clock is wrong."
        )
    return flaws


def _rejected(seen: Telemetry) -> list[str]:
    if not seen.rejections:
        return []
    told = "; ".join(
        f"{one.charger}, {one.count} in a minute: {one.reason}" for one in seen.rejections[:_NAMED]
    )
    return [f"The application rejects messages. {told}."]


def _chargers(count: int) -> str:
    return "1 charger is" if count == 1 else f"{count} chargers are"
