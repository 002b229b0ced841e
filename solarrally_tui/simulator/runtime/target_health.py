"""Target health: each registered target gets a real request, as its load balancer would send."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from ministack.services import alb

from solarrally_tui.simulator.clock import Clock
from solarrally_tui.simulator.pins import Record, private, replace_entry, scoped
from solarrally_tui.simulator.runtime.container_engine import ContainerEngine, Standin
from solarrally_tui.simulator.settings import LOOPBACK

_tgs = private(alb, "_tgs")
_targets = private(alb, "_targets")
_tg_attrs = private(alb, "_tg_attrs")
_p = private(alb, "_p")
_parse_targets_param = private(alb, "_parse_targets_param")
_xml = private(alb, "_xml")

# Real seconds for one answer, and until a healthy target whose process runs is asked again.
_LIMIT = 3.0
_AGAIN = 3.0


@dataclass(frozen=True, slots=True)
class TargetState:
    """A target's state, with Elastic Load Balancing's own reason code and words."""

    state: str
    reason: str = ""
    description: str = ""


HEALTHY = TargetState("healthy")
_INITIAL = TargetState("initial", "Elb.InitialHealthChecking", "Initial health checks in progress")
_DRAINING = TargetState(
    "draining", "Target.DeregistrationInProgress", "Target deregistration is in progress"
)
_TIMEOUT = TargetState("unhealthy", "Target.Timeout", "Request timed out")


class TargetHealth:
    """The last state of every target of every target group."""

    def __init__(self, engine: ContainerEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._ends: dict[tuple[str, str], float] = {}
        """Of targets that drain: until when, in simulated seconds."""
        self._states: dict[tuple[str, str], TargetState] = {}
        self._healthy: dict[tuple[str, int, str], float] = {}
        """When a target was last found healthy, by address, port and path."""

    def state(self, group: str, address: str) -> TargetState:
        """Return the state of one target of a target group, by their ARN and address."""
        return self._states.get((group, address), _INITIAL)

    def drain(self, address: str) -> float:
        """Begin to drain a target that was deregistered; return for how many simulated seconds.

        0 for one that no load balancer had.
        """
        groups = [group for group, target in self._states if target == address]
        delays = {group: _delay(group) for group in groups}
        for group, seconds in delays.items():
            self._ends[group, address] = self._clock.now() + seconds
        return max(delays.values(), default=0.0)

    def draining(self, group: str) -> list[str]:
        """Return the addresses whose connections a target group still keeps open."""
        if self._clock.instant:
            return []
        now = self._clock.now()
        return [
            address for (of, address), end in list(self._ends.items()) if of == group and end > now
        ]

    def standins(self, group: str) -> list[Standin]:
        """Return where a load balancer sends requests: the healthy targets, or else all of them."""
        addresses = [target["Id"] for target in targets_of(group)]
        known = [s for s in map(self._engine.at, addresses) if s is not None]
        healthy = [s for s in known if self.state(group, s.address) == HEALTHY]
        return healthy or known  # a load balancer fails open

    async def check(self) -> None:
        """Check every registered target once."""
        paths = {key[2]: str(record.get("HealthCheckPath") or "/") for key, record in scoped(_tgs)}
        targets = [(group, target["Id"]) for group in paths for target in targets_of(group)]
        checks = [self._check(address, paths[group]) for group, address in targets]
        self._states = dict(zip(targets, await asyncio.gather(*checks), strict=True))

    async def _check(self, address: str, path: str) -> TargetState:
        standin = self._engine.at(address)
        if standin is None or not standin.port:
            return _TIMEOUT
        asked, now = (address, standin.port, path), time.monotonic()
        if standin.process.running and now - self._healthy.get(asked, -_AGAIN) < _AGAIN:
            return HEALTHY
        try:
            status = await asyncio.wait_for(_status(standin.port, path), _LIMIT)
        except (OSError, TimeoutError, ValueError):
            return _TIMEOUT
        if status == 200:
            self._healthy[asked] = now
            return HEALTHY
        text = f"Health checks failed with these codes: [{status}]"
        return TargetState("unhealthy", "Target.ResponseCodeMismatch", text)


async def _status(port: int, path: str) -> int:
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: target\r\nConnection: close\r\n\r\n".encode())
        line = await reader.readline()
        return int(line.split()[1])
    except IndexError:
        raise ValueError("not an HTTP response") from None
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def targets_of(group: str) -> list[Record]:
    """Return the registered targets of a target group, by its ARN."""
    return next((list(targets) for key, targets in scoped(_targets) if key[1] == group), [])


def _delay(group: str) -> float:
    """Return the deregistration delay of a target group in seconds."""
    given = {a["Key"]: a["Value"] for a in _attributes(group)}
    return float(given.get("deregistration_delay.timeout_seconds", 300))


def _attributes(group: str) -> list[Record]:
    return next((list(attributes) for key, attributes in scoped(_tg_attrs) if key[1] == group), [])


def install(health: TargetHealth) -> None:
    """Let DescribeTargetHealth return the states. Call once."""
    replace_entry(
        alb,
        "_ACTION_MAP",
        "DescribeTargetHealth",
        lambda describe: _showing_states(describe, health),
    )


def _showing_states(describe: Callable[[Any], Any], health: TargetHealth) -> Callable[[Any], Any]:
    def described(params: Any) -> Any:
        group = _p(params, "TargetGroupArn")
        if group not in _tgs:
            return describe(params)
        wanted = {target["Id"] for target in _parse_targets_param(params)}
        shown = [target for target in targets_of(group) if not wanted or target["Id"] in wanted]
        members = "".join(_member(target, health.state(group, target["Id"])) for target in shown)
        leaving = ({"Id": address, "Port": 8000} for address in health.draining(group))
        members += "".join(
            _member(t, _DRAINING) for t in leaving if not wanted or t["Id"] in wanted
        )
        inner = f"<TargetHealthDescriptions>{members}</TargetHealthDescriptions>"
        return _xml(200, "DescribeTargetHealth", inner)

    return described


def _member(target: Record, state: TargetState) -> str:
    reason = f"<Reason>{state.reason}</Reason>" if state.reason else ""
    words = f"<Description>{escape(state.description)}</Description>" if reason else ""
    port = target.get("Port", 80)
    return (
        f"<member><Target><Id>{escape(target['Id'])}</Id><Port>{port}</Port></Target>"
        f"<HealthCheckPort>{port}</HealthCheckPort>"
        f"<TargetHealth><State>{state.state}</State>{reason}{words}</TargetHealth></member>"
    )
